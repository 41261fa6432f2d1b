//! Everything below a folder, as long as it isn't too much.

use super::record::Folder;
use crate::error::Result;
use crate::files::{self, FileRecord};
use crate::tx::{Tx, values};

/// A file below a folder, and the names of the folders between, from the outside in.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// The file.
    pub file: FileRecord,
    /// Folders between.
    pub folders: Vec<String>,
}

/// All files below a folder; `None` when there are more than `most_files`, or folders than `most_folders`.
pub fn gather(
    tx: &Tx<'_>,
    folder: &Folder,
    most_files: usize,
    most_folders: usize,
) -> Result<Option<Vec<Gathered>>> {
    let mut found = Vec::new();
    // The folder itself is not counted.
    let mut folders_left = most_folders;
    let mut ahead = vec![(folder.num, Vec::new())];
    while let Some((num, folders)) = ahead.pop() {
        let files_left = most_files - found.len();
        let here = files::right_in(tx, num, files_left as i64 + 1)?;
        let sql = "SELECT num, name FROM folders WHERE parent = ?1 ORDER BY name_key DESC LIMIT ?2";
        let below: Vec<(i64, String)> =
            tx.query(sql, values![num, folders_left as i64 + 1], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if here.len() > files_left || below.len() > folders_left {
            return Ok(None);
        }
        folders_left -= below.len();
        found.extend(here.into_iter().map(|file| Gathered { file, folders: folders.clone() }));
        ahead.extend(below.into_iter().map(|(num, name)| {
            let mut folders = folders.clone();
            folders.push(name);
            (num, folders)
        }));
    }
    Ok(Some(found))
}
