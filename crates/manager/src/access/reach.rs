//! How far a right goes: the whole site, or some folders of it.

use std::sync::Arc;

use catalog::Tx;
use catalog::files::{self, FileRecord};
use catalog::folders::{self, Folder, Root, Within};
use contract::errors::Code;
use contract::ids::FileId;

use crate::error::{Result, refused};

/// What of a site a caller may touch by one method. What lies outside is not there for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    site: i64,
    /// Numbers of folders; none: everything.
    within: Option<Arc<[i64]>>,
}

impl Reach {
    /// Everything on a site.
    pub(crate) fn whole(site: i64) -> Reach {
        Reach { site, within: None }
    }

    /// These folders, with all that lies below them.
    pub(crate) fn within(site: i64, folders: impl IntoIterator<Item = i64>) -> Reach {
        Reach { site, within: Some(folders.into_iter().collect()) }
    }

    /// Nothing: that of a caller for whom nothing was decided yet.
    pub(crate) fn nothing(site: i64) -> Reach {
        Reach::within(site, [])
    }

    /// The catalog's number of the site.
    pub(crate) fn site(&self) -> i64 {
        self.site
    }

    /// Whether it is everything on the site.
    pub(crate) fn is_whole(&self) -> bool {
        self.within.is_none()
    }

    /// The folders that lists and searches are to stay within, if not everywhere.
    pub(crate) fn folders(&self) -> Option<Arc<[i64]>> {
        self.within.clone()
    }

    /// The file with this id, live or in the trash.
    pub(crate) fn file(&self, tx: &Tx<'_>, id: &FileId) -> Result<Option<FileRecord>> {
        let Some(file) = files::get(tx, self.site, id)? else { return Ok(None) };
        Ok(self.holds_file(tx, &file)?.then_some(file))
    }

    /// The folder with this id, live or in the trash. Everybody knows that there are roots, so one outside is refused.
    pub(crate) fn folder(&self, tx: &Tx<'_>, id: &str) -> Result<Option<Folder>> {
        let Some(folder) = folders::by_id(tx, self.site, id)? else { return Ok(None) };
        match self.holds_folder(tx, &folder)? {
            true => Ok(Some(folder)),
            false if folder.is_root() => {
                let text = format!(
                    "the user has roles on folders alone, so `{id}` is out of reach; name one of them"
                );
                Err(refused(Code::PermissionDenied, text))
            }
            false => Ok(None),
        }
    }

    /// The trash. Nobody is kept from it, as lists of it hold nothing but what came from within reach.
    pub(crate) fn trash(&self, tx: &Tx<'_>) -> Result<Option<Folder>> {
        Ok(folders::by_id(tx, self.site, Root::Trash.folder_id())?)
    }

    /// Whether a file of the site is within it.
    pub(crate) fn holds_file(&self, tx: &Tx<'_>, file: &FileRecord) -> Result<bool> {
        let Some(chosen) = &self.within else { return Ok(true) };
        Ok(Within::new(tx, chosen).holds(files::origin(tx, file.num)?)?)
    }

    /// Whether a folder of the site is within it.
    pub(crate) fn holds_folder(&self, tx: &Tx<'_>, folder: &Folder) -> Result<bool> {
        let Some(chosen) = &self.within else { return Ok(true) };
        Ok(Within::new(tx, chosen).holds(folder.num)?)
    }
}
