//! Runs: the files of one facet in order, each a range of an index, and merged walks through several of them.

use std::ops::ControlFlow;

use super::{Find, Hit, Key, Of, Scope, SortBy};
use crate::error::Result;
use crate::files::Facet;
use crate::folders::{Root, Ways, Within};
use crate::tx::{Row, Tx, Value, values};

/// Rows that a page within some folders passes at the most, about 2 µs each: it may come out short, and then says where
/// the next one starts.
const FARTHEST: usize = 20_000;

/// One facet of one folder or tree, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    root: Option<Root>,
    pub(super) facet: Facet,
}

/// The runs that a page is merged from.
pub(super) struct Runs<'a> {
    pub(super) find: &'a Find,
    pub(super) of: Of,
    pub(super) all: Vec<Run>,
    descending: bool,
    /// Where the trees asked for can't be told from stamps.
    ways: Ways<'a>,
    /// Where not everything that lies there is asked for.
    within: Option<Within<'a>>,
}

/// A file or folder that a search comes by.
pub(super) struct Passed<'a> {
    pub(super) haystack: &'a str,
    pub(super) format: &'a str,
}

impl<'a> Passed<'a> {
    pub(super) fn read(row: &'a Row<'_>) -> Result<Passed<'a>> {
        Ok(Passed { haystack: row.text(5)?, format: row.text(6)? })
    }
}

/// What a walk in search of hits came to.
pub(super) enum Walked {
    /// As many hits as were wanted, or all there are.
    Enough(Vec<Hit>),
    /// Too many files were passed.
    TooFar,
}

impl<'a> Runs<'a> {
    /// The runs that have files at all: mostly a few of those there could be.
    pub(super) fn open(tx: &'a Tx<'a>, find: &'a Find, of: Of) -> Result<Runs<'a>> {
        let ways = Ways::new(tx, find.site)?;
        let mut roots: Vec<Option<Root>> = match &find.scope {
            Scope::Folder(folder) if ways.root_of(*folder, Root::Media)? == Root::Gone => Vec::new(),
            Scope::Folder(_) => vec![None],
            Scope::Trees(_, roots) if ways.settled() || roots.is_empty() => {
                roots.iter().copied().map(Some).collect()
            }
            // Something stamped otherwise may be in the trees asked for by now.
            Scope::Trees(..) => [Root::Media, Root::Visitor, Root::Trash].map(Some).to_vec(),
        };
        roots.sort_unstable();
        roots.dedup();
        let within = match (find.within.as_deref().map(|chosen| Within::new(tx, chosen)), &find.scope) {
            // What lies in a folder that is within lies within.
            (Some(within), Scope::Folder(folder)) if within.holds(*folder)? => None,
            (within, _) => within,
        };
        // Going back is going forward in the opposite order.
        let back = find.position.as_ref().is_some_and(|position| position.back);
        let mut runs = Runs { find, of, all: Vec::new(), descending: find.descending != back, ways, within };
        for root in roots {
            let sql = format!(
                "SELECT f.facet FROM {} f WHERE {} AND f.facet > ?2 ORDER BY f.facet LIMIT 1",
                of.table(),
                runs.place(root)
            );
            let mut last = -1;
            while let Some(num) = tx.first(&sql, values![runs.place_num(), last], |row| row.get(0))? {
                last = num;
                let facet = Facet::from_num(num);
                let kind = find.kinds.is_empty() || find.kinds.iter().any(|kind| facet.is(*kind));
                if kind && find.private.is_none_or(|private| private == facet.private()) {
                    runs.all.push(Run { root, facet });
                }
            }
        }
        Ok(runs)
    }

    /// The next `wanted` files; or fewer, and the place that was reached, where too much lies between them.
    pub(super) fn list(&self, tx: &Tx<'_>, wanted: usize) -> Result<(Vec<Hit>, Option<Hit>)> {
        let mut hits = Vec::with_capacity(wanted);
        let mut reached = None;
        let mut left = if self.within.is_some() { FARTHEST } else { usize::MAX };
        self.step(tx, &self.all, "", |row| {
            hits.extend(self.hit(row)?);
            left -= 1;
            if hits.len() == wanted {
                return Ok(ControlFlow::Break(()));
            }
            if left == 0 {
                reached = Some(self.read(row)?);
                return Ok(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok((hits, reached))
    }

    /// The next `wanted` files that are hits, looking at no more than `most`.
    pub(super) fn walk(
        &self,
        tx: &Tx<'_>,
        wanted: usize,
        most: usize,
        is_hit: impl Fn(&Passed<'_>) -> bool,
    ) -> Result<Walked> {
        let mut hits = Vec::new();
        let mut left = most;
        self.step(tx, &self.all, &self.texts(), |row| {
            if left == 0 {
                return Ok(ControlFlow::Break(()));
            }
            left -= 1;
            if is_hit(&Passed::read(row)?) {
                hits.extend(self.hit(row)?);
            }
            Ok(if hits.len() < wanted { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        // With nothing left, whether there is more is not worth finding out.
        Ok(if left == 0 && hits.len() < wanted { Walked::TooFar } else { Walked::Enough(hits) })
    }

    /// Steps through runs in order, one merged row at a time.
    pub(super) fn step(
        &self,
        tx: &Tx<'_>,
        along: &[Run],
        columns: &str,
        row: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let arm = |run: &Run| {
            format!("SELECT {}{columns} FROM {} f WHERE {}", self.keys(), self.of.table(), self.range(*run))
        };
        let arms: Vec<String> = along.iter().map(arm).collect();
        if arms.is_empty() {
            return Ok(());
        }
        // Each arm comes out of its index in order, so the engine merges them row by row and sorts nothing.
        let order = if self.descending { "DESC" } else { "ASC" };
        let sql = format!("{} ORDER BY 1 {order}, 2 {order}", arms.join(" UNION ALL "));
        tx.each(&sql, &self.values(), row)
    }

    /// What [`Runs::hit`] reads.
    pub(super) fn keys(&self) -> String {
        // Folders are no part of the indexes, and seldom needed.
        let folder = if self.ways.settled() { "0" } else { "f.parent" };
        let origin = if self.within.is_none() { "0" } else { self.of.origin() };
        format!("f.{}, f.uid, f.num, {folder}, {origin}", self.find.sort.column())
    }

    /// What [`Passed::read`] reads, after the keys.
    pub(super) fn texts(&self) -> String {
        format!(", f.haystack, {}", self.of.format())
    }

    /// What a row is, unless it is stamped with a tree that it isn't in any more, or lies outside of what is asked for.
    pub(super) fn hit(&self, row: &Row<'_>) -> Result<Option<Hit>> {
        if let Scope::Trees(_, roots) = &self.find.scope
            && !self.ways.settled()
            && !roots.contains(&self.ways.root_of(row.get(3)?, Root::Media)?)
        {
            return Ok(None);
        }
        if let Some(within) = &self.within
            && !within.holds(row.get(4)?)?
        {
            return Ok(None);
        }
        self.read(row).map(Some)
    }

    fn read(&self, row: &Row<'_>) -> Result<Hit> {
        let key = match self.find.sort {
            SortBy::Name => Key::Bytes(row.get(0)?),
            SortBy::Updated | SortBy::Size => Key::Int(row.get(0)?),
        };
        Ok(Hit { key, uid: row.get(1)?, num: row.get(2)? })
    }

    /// The first `wanted` of these hits, in order, each once.
    pub(super) fn first(&self, hits: &mut Vec<Hit>, wanted: usize) {
        hits.sort_unstable();
        hits.dedup();
        if self.descending {
            hits.reverse();
        }
        hits.truncate(wanted);
    }

    /// The files of a run after the position, by the placeholders that [`Runs::values`] fills.
    pub(super) fn range(&self, run: Run) -> String {
        let mut range = format!("{} AND f.facet = {}", self.place(run.root), run.facet.num());
        if self.find.position.is_some() {
            let after = if self.descending { '<' } else { '>' };
            range += &format!(" AND (f.{}, f.uid) {after} (?2, ?3)", self.find.sort.column());
        }
        range
    }

    pub(super) fn values(&self) -> Vec<Value<'_>> {
        let mut values = vec![Value::from(self.place_num())];
        if let Some(position) = &self.find.position {
            values.extend([position.key.value(), Value::from(&position.uid)]);
        }
        values
    }

    fn place(&self, root: Option<Root>) -> String {
        match root {
            None => "f.parent = ?1".to_owned(),
            Some(root) => format!("f.site = ?1 AND f.root = {}", root as i64),
        }
    }

    fn place_num(&self) -> i64 {
        match self.find.scope {
            Scope::Folder(folder) => folder,
            Scope::Trees(site, _) => site,
        }
    }
}
