//! The index of contents as SQLite keeps it: an FTS5 table without content, which holds for each word the files it is in.

use super::words::{Asked, Words};
use crate::error::Result;
use crate::files::Facet;
use crate::tx::{Tx, values};

/// Takes in the words of a file that has none there.
pub(super) fn add(tx: &Tx<'_>, file: i64, site: i64, facet: Facet, words: &Words) -> Result<()> {
    let document = words.document(&prefix(site, facet));
    tx.execute("INSERT INTO passages (rowid, words) VALUES (?1, ?2)", values![file, &document])?;
    Ok(())
}

/// Takes out the words of a file that has some.
pub(super) fn remove(tx: &Tx<'_>, file: i64) -> Result<()> {
    tx.execute("DELETE FROM passages WHERE rowid = ?1", values![file])?;
    Ok(())
}

/// The numbers of the files of a facet whose contents have what is asked for, the lowest first.
pub(crate) fn having(tx: &Tx<'_>, site: i64, facet: Facet, asked: &Asked) -> Result<Vec<i64>> {
    let query = asked.query(&prefix(site, facet));
    let sql = "SELECT rowid FROM passages WHERE passages MATCH ?1 ORDER BY rowid";
    tx.query(sql, values![&query], |row| row.get(0))
}

/// What each word starts with, so that the list behind it never holds what a search isn't about.
fn prefix(site: i64, facet: Facet) -> String {
    format!("s{site:x}k{:x}", facet.num())
}
