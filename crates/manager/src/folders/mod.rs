//! Folders: made, shown, changed, found, trashed and brought back, and the places that files go to.

mod create;
mod delete;
mod describe;
mod download;
mod find;
mod get;
mod place;
mod settle;
mod update;

pub use create::create;
pub(crate) use delete::bury;
pub use delete::{delete, restore};
pub(crate) use describe::Snapshot;
pub use download::link;
pub use find::{list, list_deleted, query, search};
pub use get::get;
pub(crate) use get::resolve;
pub(crate) use place::{Place, level, live};
pub(crate) use settle::settle_whenever_needed;
pub use update::update;

use catalog::folders::{DEEPEST, Folder, Refusal};
use contract::errors::Code;

use crate::channels;
use crate::error::{Error, Result, invalid, refused};

/// Roots, and the folder of Communication Channels, stay as they are and where they are.
fn changeable(field: &str, folder: &Folder) -> Result<()> {
    if folder.is_root() || folder.id == channels::FOLDER_ID {
        let text = format!("`{}` is a fixed folder: it can't be moved or deleted", folder.id);
        return Err(invalid(Code::FolderIsFixed, field, text));
    }
    Ok(())
}

/// Why the catalog didn't put a folder where it was asked to.
fn refusal(refusal: Refusal, field: &str, name: &str) -> Error {
    match refusal {
        Refusal::Taken => {
            let text = format!("there is a folder `{name}` already; choose another name, or use that one");
            refused(Code::FolderAlreadyExists, text)
        }
        Refusal::TooDeep => {
            invalid(Code::FolderTooDeep, field, format!("folders can be nested {DEEPEST} levels deep"))
        }
        Refusal::Cycle => invalid(Code::FolderCycle, field, "a folder can't be moved into itself or below"),
    }
}
