//! Pages of files: by folder, by tree, by text; in any order, from any position.
//!
//! A page is merged from one ordered run per facet (kind and privacy). Each run is a range of an index that starts at
//! the position and ends after a page's length, so a page costs the same wherever it lies and whatever is asked for.

use contract::formats::Kind;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::files::{COLUMNS, Facet, FileRecord, SOURCE, record};
use crate::folders::Root;
use crate::search::Needle;
use crate::tx::{Row, Tx, Value, values};

/// What to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SortBy {
    /// Display name, case folded.
    Name,
    /// When it last changed.
    Updated,
    /// Bytes.
    Size,
}

impl SortBy {
    fn column(self) -> &'static str {
        match self {
            SortBy::Name => "name_key",
            SortBy::Updated => "updated",
            SortBy::Size => "size",
        }
    }
}

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Right in one folder.
    Folder(i64),
    /// Anywhere in these trees of a site.
    Trees(i64, Vec<Root>),
}

/// What to find.
#[derive(Debug, Clone)]
pub struct Find {
    /// The site, which names the index of texts.
    pub site: i64,
    /// Where to look.
    pub scope: Scope,
    /// Which kinds; empty: all.
    pub kinds: Vec<Kind>,
    /// Only private, or only public files.
    pub private: Option<bool>,
    /// Any part of a name, a label or a MIME type.
    pub text: Option<String>,
    /// In which order.
    pub sort: SortBy,
    /// Largest first.
    pub descending: bool,
    /// Where to start; none: at the beginning.
    pub position: Option<Position>,
    /// Files on a page.
    pub limit: usize,
}

/// A place between two files of a sorted list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    key: Key,
    uid: [u8; 16],
    /// Whether the page lies before this place rather than after it.
    back: bool,
}

/// What a sort compares.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Int(i64),
    Bytes(Vec<u8>),
}

impl Key {
    fn value(&self) -> Value<'_> {
        match self {
            Key::Int(value) => Value::from(*value),
            Key::Bytes(bytes) => Value::from(bytes),
        }
    }
}

/// A page of files.
#[derive(Debug, Clone)]
pub struct Page {
    /// In the order asked for.
    pub files: Vec<FileRecord>,
    /// Where the next page starts, if there is one.
    pub next: Option<Position>,
    /// Where the page before ends, if there is one.
    pub prev: Option<Position>,
}

/// A file found, as far as sorting needs it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    key: Key,
    uid: [u8; 16],
    num: i64,
}

/// Finds a page.
pub fn page(tx: &Tx<'_>, find: &Find) -> Result<Page> {
    let back = find.position.as_ref().is_some_and(|position| position.back);
    // Going back is going forward in the opposite order.
    let descending = find.descending != back;
    let needle = find.text.as_deref().and_then(Needle::new);
    let mut hits = Vec::new();
    for (root, facet) in runs(find) {
        let run = Run { find, root, facet, descending };
        match &needle {
            None => hits.extend(run.walk(tx)?),
            Some(needle) => hits.extend(run.search(tx, needle)?),
        }
    }
    hits.sort_unstable();
    if descending {
        hits.reverse();
    }
    let more = hits.len() > find.limit;
    hits.truncate(find.limit);
    if back {
        hits.reverse();
    }
    let place =
        |hit: Option<&Hit>, back| hit.map(|hit| Position { key: hit.key.clone(), uid: hit.uid, back });
    let (has_next, has_prev) = if back { (true, more) } else { (more, find.position.is_some()) };
    let page = Page {
        next: place(hits.last(), false).filter(|_| has_next),
        prev: place(hits.first(), true).filter(|_| has_prev),
        files: records(tx, &hits)?,
    };
    Ok(page)
}

fn records(tx: &Tx<'_>, hits: &[Hit]) -> Result<Vec<FileRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM {SOURCE} WHERE f.num = ?1");
    hits.iter().map(|hit| tx.one(&sql, values![hit.num], record)).collect()
}

/// The ordered runs that a page is merged from.
fn runs(find: &Find) -> Vec<(Option<Root>, Facet)> {
    let roots = match &find.scope {
        Scope::Folder(_) => vec![None],
        Scope::Trees(_, roots) => roots.iter().copied().map(Some).collect(),
    };
    let kinds: &[Kind] = if find.kinds.is_empty() { &Kind::ALL } else { &find.kinds };
    let privacies: &[bool] = match find.private {
        None => &[false, true],
        Some(true) => &[true],
        Some(false) => &[false],
    };
    let facets = kinds.iter().flat_map(|kind| privacies.iter().map(|private| Facet::new(*kind, *private)));
    let facets: Vec<Facet> = facets.collect();
    roots.into_iter().flat_map(|root| facets.iter().map(move |facet| (root, *facet))).collect()
}

/// Candidates of a text that are looked at one by one rather than found by walking the order: about where both cost the
/// same in a library of a million files.
const MOST_CANDIDATES: i64 = 4_000;
/// Files that are walked in search of a page before the candidates are sorted after all.
const LONGEST_WALK: i64 = 20_000;

/// One facet of one folder or tree, in order.
struct Run<'a> {
    find: &'a Find,
    root: Option<Root>,
    facet: Facet,
    descending: bool,
}

impl Run<'_> {
    /// The next hits in order.
    fn walk(&self, tx: &Tx<'_>) -> Result<Vec<Hit>> {
        let sql = format!(
            "SELECT f.{key}, f.uid, f.num FROM files f WHERE {range} ORDER BY f.{key} {order}, f.uid {order} LIMIT ?6",
            key = self.find.sort.column(),
            range = self.range(),
            order = self.order(),
        );
        self.hits(tx, &sql, self.bounded(self.wanted()))
    }

    /// The next hits in order that contain the needle.
    fn search(&self, tx: &Tx<'_>, needle: &Needle) -> Result<Vec<Hit>> {
        let query = needle.query(self.find.site, self.facet);
        let probe = "SELECT COUNT(*) FROM (SELECT rowid FROM grams WHERE grams MATCH ?1 LIMIT ?2)";
        let candidates: i64 = tx.one(probe, values![&query, MOST_CANDIDATES], |row| row.get(0))?;
        if candidates == 0 {
            return Ok(Vec::new());
        }
        if candidates < MOST_CANDIDATES {
            return self.sort_candidates(tx, needle, &query);
        }
        let found = self.walk_matching(tx, needle)?;
        if found.len() as i64 == self.wanted() || self.ends_within_a_walk(tx)? {
            return Ok(found);
        }
        // Frequent, but not around here: the matches lie far from the position, so the index has to name them.
        self.sort_candidates(tx, needle, &query)
    }

    fn sort_candidates(&self, tx: &Tx<'_>, needle: &Needle, query: &str) -> Result<Vec<Hit>> {
        // CROSS JOIN keeps the order of the loops: candidates first, never the files.
        let sql = format!(
            "SELECT f.{key}, f.uid, f.num FROM grams CROSS JOIN files f ON f.num = grams.rowid
             WHERE grams MATCH ?7 AND {range} AND {confirmed}
             ORDER BY f.{key} {order}, f.uid {order} LIMIT ?6",
            key = self.find.sort.column(),
            range = self.range(),
            confirmed = self.confirmed("f", needle),
            order = self.order(),
        );
        let mut values = self.bounded(self.wanted());
        values.push(Value::from(query));
        values.push(Value::from(&needle.text));
        self.hits(tx, &sql, values)
    }

    /// Hits among the next files in order.
    fn walk_matching(&self, tx: &Tx<'_>, needle: &Needle) -> Result<Vec<Hit>> {
        let sql = format!(
            "SELECT w.{key}, w.uid, w.num FROM (
                 SELECT f.{key}, f.uid, f.num, f.haystack, f.format FROM files f
                 WHERE {range} ORDER BY f.{key} {order}, f.uid {order} LIMIT ?7
             ) w WHERE {confirmed} LIMIT ?6",
            key = self.find.sort.column(),
            range = self.range(),
            confirmed = self.confirmed("w", needle),
            order = self.order(),
        );
        let mut values = self.bounded(self.wanted());
        values.push(Value::from(LONGEST_WALK));
        values.push(Value::from(&needle.text));
        self.hits(tx, &sql, values)
    }

    /// Whether a walk from here comes to the end of the run.
    fn ends_within_a_walk(&self, tx: &Tx<'_>) -> Result<bool> {
        let sql = format!("SELECT COUNT(*) FROM (SELECT 1 FROM files f WHERE {} LIMIT ?6)", self.range());
        let rows: i64 = tx.one(&sql, &self.bounded(LONGEST_WALK), |row| row.get(0))?;
        Ok(rows < LONGEST_WALK)
    }

    fn hits(&self, tx: &Tx<'_>, sql: &str, values: Vec<Value<'_>>) -> Result<Vec<Hit>> {
        tx.query(sql, &values, |row| self.hit(row))
    }

    fn hit(&self, row: &Row<'_>) -> Result<Hit> {
        let key = match self.find.sort {
            SortBy::Name => Key::Bytes(row.get(0)?),
            SortBy::Updated | SortBy::Size => Key::Int(row.get(0)?),
        };
        Ok(Hit { key, uid: row.get(1)?, num: row.get(2)? })
    }

    /// The rows of this run after the position: placeholders 1 to 5.
    fn range(&self) -> String {
        let scope = match self.find.scope {
            Scope::Folder(_) => "f.parent = ?1 AND ?2 IS NULL",
            Scope::Trees(..) => "f.site = ?1 AND f.root = ?2",
        };
        let after = match (&self.find.position, self.descending) {
            (None, _) => "?4 IS NULL AND ?5 IS NULL".to_owned(),
            (Some(_), false) => format!("(f.{key}, f.uid) > (?4, ?5)", key = self.find.sort.column()),
            (Some(_), true) => format!("(f.{key}, f.uid) < (?4, ?5)", key = self.find.sort.column()),
        };
        format!("{scope} AND f.facet = ?3 AND {after}")
    }

    fn bounded(&self, limit: i64) -> Vec<Value<'_>> {
        let place = match self.find.scope {
            Scope::Folder(folder) => folder,
            Scope::Trees(site, _) => site,
        };
        let position = self.find.position.as_ref();
        vec![
            Value::from(place),
            Value::from(self.root.map(|root| root as i64)),
            Value::from(self.facet.num()),
            position.map_or(Value::Null, |position| position.key.value()),
            position.map_or(Value::Null, |position| Value::from(&position.uid)),
            Value::from(limit),
        ]
    }

    fn order(&self) -> &'static str {
        if self.descending { "DESC" } else { "ASC" }
    }

    /// One more than a page, which tells whether there is another.
    fn wanted(&self) -> i64 {
        self.find.limit as i64 + 1
    }

    /// Whether a row really has the needle, which is placeholder 8: grams only say that its pieces are there.
    fn confirmed(&self, row: &str, needle: &Needle) -> String {
        // Names of formats come from our own table, never from a caller.
        let formats: Vec<String> =
            needle.formats_of(self.facet).map(|format| format!("'{format}'")).collect();
        format!("(instr({row}.haystack, ?8) > 0 OR {row}.format IN ({}))", formats.join(", "))
    }
}
