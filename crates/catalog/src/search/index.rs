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

/// The same of a folder.
pub(crate) fn retire_folder(tx: &Tx<'_>, folder: i64) -> Result<()> {
    let sql = "INSERT INTO stale_documents (num) SELECT document FROM folders WHERE num = ?1 AND document IS NOT NULL";
    tx.execute(sql, values![folder])?;
    Ok(())
}

/// Which rows have a document at all, or are to get one.
const FILES: &str = "files WHERE document IS NULL AND root < 3";
const FOLDERS: &str = "folders WHERE document IS NULL AND root < 3 AND facet >= 0";

/// How many files and folders are unindexed, counted up to [`MOST_UNINDEXED`].
pub(crate) fn unindexed(tx: &Tx<'_>) -> Result<usize> {
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM (SELECT 1 FROM {FILES} LIMIT ?1) UNION ALL
                               SELECT 1 FROM (SELECT 1 FROM {FOLDERS} LIMIT ?1))"
    );
    let count: i64 = tx.one(&sql, values![MOST_UNINDEXED as i64], |row| row.get(0))?;
    Ok(count as usize)
}

/// Whether there is nothing to tend to.
pub(crate) fn is_tidy(tx: &Tx<'_>) -> Result<bool> {
    let stale = tx.first("SELECT 1 FROM stale_documents LIMIT 1", &[], |row| row.get::<i64>(0))?;
    Ok(stale.is_none() && unindexed(tx)? == 0)
}

/// Adds unindexed files and folders and takes stale documents out, at most [`MOST_UNINDEXED`] of each.
pub(crate) fn tend(tx: &Tx<'_>) -> Result<()> {
    let most = MOST_UNINDEXED as i64;
    let sql = format!("SELECT num, site, facet, haystack, format FROM {FILES} LIMIT ?1");
    let files: Vec<(i64, String)> = tx.query(&sql, values![most], |row| {
        let format = formats::by_name(row.text(4)?);
        let format = format.ok_or_else(|| Error::Corrupt("a file has no valid format".into()))?;
        Ok((row.get(0)?, words(row.get(1)?, Facet::from_num(row.get(2)?), Some(format), row.text(3)?)))
    })?;
    let sql = format!("SELECT num, site, facet, haystack FROM {FOLDERS} LIMIT ?1");
    let folders: Vec<(i64, String)> = tx.query(&sql, values![most], |row| {
        Ok((row.get(0)?, words(row.get(1)?, Facet::from_num(row.get(2)?), None, row.text(3)?)))
    })?;
    let sql = "SELECT num FROM stale_documents ORDER BY num LIMIT ?1";
    let stale: Vec<i64> = tx.query(sql, values![most], |row| row.get(0))?;
    let unindexed = [("files", files), ("folders", folders)];
    let rows = || unindexed.iter().flat_map(|(table, rows)| rows.iter().map(move |row| (*table, row)));
    let mut documents = Vec::new();
    for (table, (num, words)) in rows() {
        documents.push((table, *num, tx.insert("INSERT INTO grams (words) VALUES (?1)", values![words])?));
    }
    for document in &stale {
        tx.execute("DELETE FROM grams WHERE rowid = ?1", values![*document])?;
    }
    for (table, num, document) in documents {
        tx.execute(&format!("UPDATE {table} SET document = ?2 WHERE num = ?1"), values![num, document])?;
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

/// The statement for columns of the indexed rows `f` of a table (`files`, `folders`) that have the words of the query in
/// placeholder `query`, and are within a range.
pub(crate) fn indexed(table: &str, columns: &str, range: &str, query: usize) -> String {
    // CROSS JOIN keeps the order of the loops: candidates first, never the table.
    format!(
        "SELECT {columns} FROM grams CROSS JOIN {table} f ON f.document = grams.rowid
         WHERE grams MATCH ?{query} AND {range}"
    )
}

/// The statement for columns of the unindexed rows `f` of the site in placeholder `site` that are within a range.
pub(crate) fn not_indexed(table: &str, columns: &str, range: &str, site: usize) -> String {
    format!(
        "SELECT {columns} FROM {table} f INDEXED BY {table}_unindexed
         WHERE f.document IS NULL AND f.root < 3 AND f.facet >= 0 AND f.site = ?{site} AND {range}"
    )
}
