//! Where a file goes: a folder by its id, and the folders of a path below it.

use catalog::Tx;
use catalog::folders::{self, DEEPEST, Folder, Root};
use contract::errors::Code;
use uuid::Uuid;

use crate::error::{Result, invalid, no_such_folder};
use crate::events::{Actor, tell_folders};

/// The folder that `id` names, as a place for files. The trash is none: files get there by being deleted.
pub(crate) fn place(tx: &Tx<'_>, site: i64, field: &str, id: Option<&str>) -> Result<Folder> {
    let id = id.filter(|id| !id.is_empty()).unwrap_or(Root::Media.folder_id());
    let folder = folders::by_id(tx, site, id)?.ok_or_else(|| no_such_folder(field, id))?;
    if folder.root == Root::Trash {
        let text = "files can't be put into the trash; delete them instead";
        return Err(invalid(Code::InvalidValue, field, text));
    }
    Ok(folder)
}

/// The folder at the end of a path below `start`, made where it is missing.
pub(crate) fn ensure(
    tx: &Tx<'_>,
    site: i64,
    start: Folder,
    path: &[String],
    by: &Actor,
    now: i64,
) -> Result<Folder> {
    let new_id = || Uuid::now_v7().simple().to_string();
    match folders::ensure_path(tx, site, start.clone(), path, now, new_id)? {
        Ok((folder, made)) => {
            tell_folders(tx, site, &start, &made, by, now)?;
            Ok(folder)
        }
        Err(folders::TooDeep) => {
            let text = format!("folders can be nested {DEEPEST} levels deep");
            Err(invalid(Code::InvalidPath, "filePath", text))
        }
    }
}
