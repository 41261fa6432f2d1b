//! What files look like, so that similar ones can be found: for each at most one vector, and one perceptual hash.
//!
//! Who looks for similar ones keeps all of a site in memory and follows the [changes](since): each change of a likeness has
//! a number that is higher than all before it. [`Topic::Likenesses`] moves when there are any.

use crate::error::{Error, Result};
use crate::files::FileRecord;
use crate::tx::{Row, Tx, values};
use crate::versions::Topic;

/// Changes that one may be behind and still learn which files are gone.
const REMEMBERED: i64 = 100_000;
/// Gone files that are forgotten with each one more: more than one, so that they get fewer where they are too many.
const FORGOTTEN_AT_ONCE: i64 = 2;

/// What a model makes of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vector {
    model: String,
    values: Vec<i8>,
}

impl Vector {
    /// The most values that a vector has.
    pub const MOST: usize = 512;

    /// A vector of this version of a model; `None` when it has no values or more than [`Vector::MOST`].
    pub fn new(model: &str, values: Vec<i8>) -> Option<Vector> {
        let fits = (1..=Vector::MOST).contains(&values.len());
        fits.then(|| Vector { model: model.to_owned(), values })
    }

    /// The model, with its version: vectors of different ones can't be compared.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Its values.
    pub fn values(&self) -> &[i8] {
        &self.values
    }
}

/// What a file looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Likeness {
    /// What a model makes of it.
    pub vector: Option<Vector>,
    /// A perceptual hash: pictures are alike when few of its bits differ.
    pub hash: Option<u64>,
}

/// A change of what a file looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file's number.
    pub file: i64,
    /// What it looks like now; with neither vector nor hash, it is gone, or nobody knows.
    pub likeness: Likeness,
}

/// How far somebody has come who follows the changes of a site; the default is the beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// The last change that was read.
    after: i64,
    /// The last change there was when the beginning was read: who hasn't come there yet knows of no file that was gone by
    /// then.
    began: i64,
}

/// Changes in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The last change of each file, as far as it belongs here.
    pub changes: Vec<Change>,
    /// Where the next ones start.
    pub next: Position,
    /// Whether there are more already.
    pub more: bool,
}

const COLUMNS: &str = "model, vector, hash";

fn likeness(row: &Row<'_>) -> Result<Likeness> {
    let bytes: Option<Vec<u8>> = row.get(1)?;
    let vector = match (row.get::<Option<String>>(0)?, bytes) {
        (Some(model), Some(bytes)) => {
            Some(Vector { model, values: bytes.into_iter().map(u8::cast_signed).collect() })
        }
        _ => None,
    };
    Ok(Likeness { vector, hash: row.get::<Option<i64>>(2)?.map(i64::cast_unsigned) })
}

/// Sets what a file looks like, whatever was known before. `false` when the file is gone.
pub fn set(tx: &Tx<'_>, file: &FileRecord, likeness: &Likeness) -> Result<bool> {
    let lives = tx.first("SELECT 1 FROM files WHERE num = ?1 AND root < 3", values![file.num], |row| {
        row.get::<i64>(0)
    })?;
    if lives.is_none() {
        return Ok(false);
    }
    if *likeness == Likeness::default() {
        remove(tx, file)?;
        return Ok(true);
    }
    let sql =
        "INSERT INTO likenesses (file, site, change, model, vector, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT (file) DO UPDATE SET change = excluded.change, model = excluded.model,
                                                vector = excluded.vector, hash = excluded.hash";
    let bytes: Option<Vec<u8>> =
        likeness.vector.as_ref().map(|vector| vector.values.iter().copied().map(i8::cast_unsigned).collect());
    let change = next_change(tx, file.site)?;
    let model = likeness.vector.as_ref().map(Vector::model);
    let hash = likeness.hash.map(u64::cast_signed);
    tx.execute(sql, values![file.num, file.site, change, model, bytes.as_ref(), hash])?;
    Ok(true)
}

/// What the file with this number looks like, as far as it is known.
pub fn get(tx: &Tx<'_>, file: i64) -> Result<Likeness> {
    let sql = format!("SELECT {COLUMNS} FROM likenesses WHERE file = ?1");
    Ok(tx.first(&sql, values![file], likeness)?.unwrap_or_default())
}

/// The changes of a site after a position, at most `most`. `None` when the position is so far behind that files which are
/// gone since were forgotten: the caller starts over, with nothing.
///
/// A file that changes again while somebody reads comes again later. A file in the trash keeps its likeness, so hits are
/// looked up by [`crate::files::by_num`].
pub fn since(tx: &Tx<'_>, site: i64, position: Position, most: usize) -> Result<Option<Changes>> {
    let sql = "SELECT likeness_changes, likeness_forgotten FROM sites WHERE num = ?1";
    let known = tx.first(sql, values![site], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
    let (last, forgotten) = known.unwrap_or_default();
    let began = if position == Position::default() { last } else { position.began };
    // Past the last: an older state of the database was put back.
    if position.after.max(began) < forgotten || position.after > last {
        return Ok(None);
    }
    let sql = format!(
        "SELECT {COLUMNS}, file, change FROM likenesses WHERE site = ?1 AND change > ?2 ORDER BY change LIMIT ?3"
    );
    let most = most.max(1);
    let mut after = position.after;
    let changes = tx.query(&sql, values![site, after, most as i64], |row| {
        after = row.get(4)?;
        Ok(Change { file: row.get(3)?, likeness: likeness(row)? })
    })?;
    // The numbers up to the last that don't come up belong to changes that later ones took the place of.
    let more = changes.len() == most && after < last;
    let after = if more { after } else { last };
    Ok(Some(Changes { changes, next: Position { after, began }, more }))
}

/// Notes that nobody knows any more what a file looks like, if somebody did.
pub(crate) fn remove(tx: &Tx<'_>, file: &FileRecord) -> Result<()> {
    let sql = "SELECT 1 FROM likenesses WHERE file = ?1 AND NOT (vector IS NULL AND hash IS NULL)";
    if tx.first(sql, values![file.num], |row| row.get::<i64>(0))?.is_none() {
        return Ok(());
    }
    let change = next_change(tx, file.site)?;
    let sql = "UPDATE likenesses SET change = ?2, model = NULL, vector = NULL, hash = NULL WHERE file = ?1";
    tx.execute(sql, values![file.num, change])?;
    forget(tx, file.site, change - REMEMBERED)
}

/// Forgets some of the files that were gone by a change.
fn forget(tx: &Tx<'_>, site: i64, change: i64) -> Result<()> {
    let sql = "SELECT file, change FROM likenesses
               WHERE site = ?1 AND change <= ?2 AND vector IS NULL AND hash IS NULL ORDER BY change LIMIT ?3";
    let gone: Vec<(i64, i64)> =
        tx.query(sql, values![site, change, FORGOTTEN_AT_ONCE], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (file, change) in gone {
        tx.execute("DELETE FROM likenesses WHERE file = ?1", values![file])?;
        tx.execute("UPDATE sites SET likeness_forgotten = ?2 WHERE num = ?1", values![site, change])?;
    }
    Ok(())
}

/// Counts a change. The site's row makes those who change something at the same time wait for each other, so that nobody
/// who follows sees a higher number before a lower one.
fn next_change(tx: &Tx<'_>, site: i64) -> Result<i64> {
    tx.touch(Topic::Likenesses);
    let sql =
        "UPDATE sites SET likeness_changes = likeness_changes + 1 WHERE num = ?1 RETURNING likeness_changes";
    tx.first(sql, values![site], |row| row.get(0))?
        .ok_or_else(|| Error::Corrupt("the site of a file is missing".into()))
}
