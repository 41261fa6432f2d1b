//! The search index as SQLite keeps it: an FTS5 table without content, which holds for each word the documents it is in.
//!
//! A document is one version of a file's texts. FTS5 gathers the documents that one transaction adds and writes them
//! together, which costs less per document the more they are; but any statement between them that could fail makes it
//! write what it has. So a change of texts only notes that the file is unindexed and its old document stale, and the
//! writer tends to many of them at once. What is unindexed meanwhile, a bounded number of files, is looked at one by one.
//! Measured with ten thousand files, per changed file: 14 µs for a thousand at a time, 27 µs for 64, 70 µs for each by
//! itself; a table of words and files of our own takes 390 µs and ten times the room.

use contract::formats;

use super::grams::{Words, words};
use crate::error::{Error, Result};
use crate::files::Facet;
use crate::tx::{Tx, values};

/// Files that may be unindexed before the writer tends to them.
pub(crate) const MOST_UNINDEXED: usize = 500;

/// Gives up the document of a file, if it has one. The caller changes or buries the file, so that it has none.
pub(crate) fn retire(tx: &Tx<'_>, file: i64) -> Result<()> {
    let sql = "INSERT INTO stale_documents (num) SELECT document FROM files WHERE num = ?1 AND document IS NOT NULL";
    tx.execute(sql, values![file])?;
    Ok(())
}

/// How many files are unindexed, counted up to [`MOST_UNINDEXED`].
pub(crate) fn unindexed(tx: &Tx<'_>) -> Result<usize> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM files WHERE document IS NULL AND root < 3 LIMIT ?1)";
    let count: i64 = tx.one(sql, values![MOST_UNINDEXED as i64], |row| row.get(0))?;
    Ok(count as usize)
}

/// Whether there is nothing to tend to.
pub(crate) fn is_tidy(tx: &Tx<'_>) -> Result<bool> {
    let stale = tx.first("SELECT 1 FROM stale_documents LIMIT 1", &[], |row| row.get::<i64>(0))?;
    Ok(stale.is_none() && unindexed(tx)? == 0)
}

/// Adds unindexed files and takes stale documents out, at most [`MOST_UNINDEXED`] of each.
pub(crate) fn tend(tx: &Tx<'_>) -> Result<()> {
    let most = MOST_UNINDEXED as i64;
    let sql =
        "SELECT num, site, facet, format, haystack FROM files WHERE document IS NULL AND root < 3 LIMIT ?1";
    let unindexed: Vec<(i64, String)> = tx.query(sql, values![most], |row| {
        let format: String = row.get(3)?;
        let format =
            formats::by_name(&format).ok_or_else(|| Error::Corrupt("a file has no valid format".into()))?;
        Ok((row.get(0)?, words(row.get(1)?, Facet::from_num(row.get(2)?), format, row.text(4)?)))
    })?;
    let sql = "SELECT num FROM stale_documents ORDER BY num LIMIT ?1";
    let stale: Vec<i64> = tx.query(sql, values![most], |row| row.get(0))?;
    let mut documents = Vec::with_capacity(unindexed.len());
    for (file, words) in &unindexed {
        documents.push((*file, tx.insert("INSERT INTO grams (words) VALUES (?1)", values![words])?));
    }
    for document in &stale {
        tx.execute("DELETE FROM grams WHERE rowid = ?1", values![*document])?;
    }
    for (file, document) in documents {
        tx.execute("UPDATE files SET document = ?2 WHERE num = ?1", values![file, document])?;
    }
    for document in stale {
        tx.execute("DELETE FROM stale_documents WHERE num = ?1", values![document])?;
    }
    Ok(())
}

/// How many documents have the words asked for, counted up to `most`. Some may be stale.
pub(crate) fn count(tx: &Tx<'_>, words: &Words, most: usize) -> Result<usize> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM grams WHERE grams MATCH ?1 LIMIT ?2)";
    let count: i64 = tx.one(sql, values![words.query(), most as i64], |row| row.get(0))?;
    Ok(count as usize)
}

/// The statement for columns of the indexed files `f` that have the words of the query in placeholder `query`, and are
/// within a range.
pub(crate) fn indexed(columns: &str, range: &str, query: usize) -> String {
    // CROSS JOIN keeps the order of the loops: candidates first, never the files.
    format!(
        "SELECT {columns} FROM grams CROSS JOIN files f ON f.document = grams.rowid
         WHERE grams MATCH ?{query} AND {range}"
    )
}

/// The statement for columns of the unindexed files `f` of the site in placeholder `site` that are within a range.
pub(crate) fn not_indexed(columns: &str, range: &str, site: usize) -> String {
    format!(
        "SELECT {columns} FROM files f INDEXED BY files_unindexed
         WHERE f.document IS NULL AND f.root < 3 AND f.site = ?{site} AND {range}"
    )
}
