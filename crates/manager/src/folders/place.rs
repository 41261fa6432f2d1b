//! Where a file or folder goes: a folder by its id, and the folders of a path below it.

use catalog::Tx;
use catalog::folders::{self, DEEPEST, Folder, Root};
use contract::errors::Code;
use uuid::Uuid;

use crate::access::Reach;
use crate::actor::Actor;
use crate::channels;
use crate::error::{Result, invalid, no_such_folder};
use crate::events::{Happened, tell};
use crate::names;

/// Where a file goes.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A folder by its id, the site's root when absent, and folders below it.
    Folder { id: Option<String>, path: Vec<String> },
    /// The folder of Communication Channels.
    Channels,
}

impl Place {
    /// Reads `parentFolderId` and `filePath` of a request.
    pub(crate) fn of(id: Option<String>, path: Option<&str>) -> Result<Place> {
        Ok(Place::Folder { id, path: names::path_segments("filePath", path.unwrap_or_default())? })
    }

    /// The folder, made where it is missing.
    pub(crate) fn find(&self, tx: &Tx<'_>, reach: &Reach, by: &Actor, now: i64) -> Result<Folder> {
        match self {
            Place::Channels => channels::folder(tx, reach.site(), by, now),
            Place::Folder { id, path } => {
                let start = live(tx, reach, "parentFolderId", id.as_deref())?;
                // A path leads nowhere but down, so its end is within reach too.
                ensure(tx, reach.site(), start, path, by, now)
            }
        }
    }
}

/// The folder that `id` names, as a place to put something. The trash is none: what is there was deleted.
pub(crate) fn live(tx: &Tx<'_>, reach: &Reach, field: &str, id: Option<&str>) -> Result<Folder> {
    let id = id.filter(|id| !id.is_empty()).unwrap_or(Root::Media.folder_id());
    let folder = reach.folder(tx, id)?.ok_or_else(|| no_such_folder(field, id))?;
    if folder.root == Root::Trash {
        let text = "nothing can be put into the trash; delete it instead";
        return Err(invalid(Code::InvalidValue, field, text));
    }
    Ok(folder)
}

/// The folder at the end of a path below `start`, made where it is missing.
fn ensure(tx: &Tx<'_>, site: i64, start: Folder, path: &[String], by: &Actor, now: i64) -> Result<Folder> {
    let new_id = || Uuid::now_v7().simple().to_string();
    match folders::ensure_path(tx, start, path, now, new_id)? {
        Ok((folder, made)) => {
            for made in &made {
                tell(tx, site, Happened::folder_made(made), Some(by), now)?;
            }
            Ok(folder)
        }
        // A path can't be taken, and leads nowhere but down.
        Err(_) => {
            let text = format!("folders can be nested {DEEPEST} levels deep");
            Err(invalid(Code::InvalidPath, "filePath", text))
        }
    }
}

/// The roots that have names on the wire.
const ROOTS: [Root; 3] = [Root::Media, Root::Visitor, Root::Trash];

/// The folder whose level a list shows: for live things anywhere but in the trash, for deleted ones there.
pub(crate) fn level(tx: &Tx<'_>, reach: &Reach, id: Option<&str>, root: Root) -> Result<Folder> {
    let id = id.filter(|id| !id.is_empty()).unwrap_or(root.folder_id());
    let found = match root {
        // A list of deleted things that names the root they came from means the trash.
        Root::Trash if ROOTS.map(Root::folder_id).contains(&id) => reach.trash(tx)?,
        Root::Trash => reach.folder(tx, id)?.filter(|folder| folder.root == Root::Trash),
        _ => reach.folder(tx, id)?,
    };
    found.ok_or_else(|| no_such_folder("parentFolderId", id))
}
