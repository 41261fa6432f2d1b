//! What is in files: the text of documents, and the text that was read from pictures.
//!
//! Only an index of words is kept, in which a file stands under its number; search finds files by it as well as by their
//! names and labels. A needle is cut into words: a text must have all of them, the last one as the beginning of a word, so
//! that `steam mach` finds a text with `steam` and `machine`. Where a script doesn't part words by spaces, any two
//! neighbouring characters and any single one can be found. Contents aren't looked through for a needle without a word of
//! three letters: nearly every text would have it.

mod index;
mod words;

pub(crate) use index::having;
pub(crate) use words::Asked;
pub use words::Words;

use crate::error::Result;
use crate::files::Facet;
use crate::tx::{Tx, values};

/// Sets what is known of a file's content; without words, nothing is any more. `false` when the file is gone.
///
/// It keeps the writer for 7 ms when 9,000 words are set, more than most texts of 200 KB have, and for 24 ms when there are as
/// many as are known of any text.
pub fn set(tx: &Tx<'_>, file: i64, words: &Words) -> Result<bool> {
    let sql = "SELECT site, facet FROM files WHERE num = ?1 AND root < 3";
    let found = tx.first(sql, values![file], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
    let Some((site, facet)) = found else { return Ok(false) };
    remove(tx, file)?;
    if !words.is_empty() {
        let sql = "INSERT INTO contents (file, site, facet) VALUES (?1, ?2, ?3)";
        tx.execute(sql, values![file, site, facet])?;
        index::add(tx, file, site, Facet::from_num(facet), words)?;
    }
    Ok(true)
}

/// Whether anything is known of a file's content.
pub fn is_known(tx: &Tx<'_>, file: i64) -> Result<bool> {
    let known = tx.first("SELECT 1 FROM contents WHERE file = ?1", values![file], |row| row.get::<i64>(0))?;
    Ok(known.is_some())
}

/// Forgets the content of a file.
pub(crate) fn remove(tx: &Tx<'_>, file: i64) -> Result<()> {
    if tx.execute("DELETE FROM contents WHERE file = ?1", values![file])? > 0 {
        index::remove(tx, file)?;
    }
    Ok(())
}

/// The facets of a site in which the content of any file is known.
pub(crate) fn facets(tx: &Tx<'_>, site: i64) -> Result<Vec<Facet>> {
    let sql = "SELECT facet FROM contents WHERE site = ?1 AND facet > ?2 ORDER BY facet LIMIT 1";
    let (mut facets, mut last) = (Vec::new(), -1);
    while let Some(num) = tx.first(sql, values![site, last], |row| row.get(0))? {
        last = num;
        facets.push(Facet::from_num(num));
    }
    Ok(facets)
}
