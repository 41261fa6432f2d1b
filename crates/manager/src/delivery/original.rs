//! Files as they were uploaded.

use std::sync::Arc;

use catalog::Topic;
use catalog::files::{Asset, FileRecord, Located, Status, locate};
use contract::errors::Code;
use contract::formats::{self, Kind};
use contract::ids::FileId;
use contract::media_url::file_of;
use storage::BlobKey;

use super::content::Content;
use super::made::{Made, made};
use super::policy::{Bearing, decide};
use super::video::{asset_content, poster};
use crate::Manager;
use crate::error::{Error, Result, internal, refused};

/// A file, ready to be sent.
pub struct Original {
    /// Its bytes.
    pub content: Content,
    /// By content, never by what was declared.
    pub content_type: String,
    /// Strong, with its quotes: a hash of the bytes.
    pub etag: String,
    /// Display name.
    pub name: String,
    /// Whether a browser might run something in it, or stumble over it: then it is saved, not shown.
    pub active: bool,
}

/// Where a file is served as it was uploaded (CONTRACT 7.5).
pub(crate) fn static_url(manager: &Manager, file: &FileRecord) -> String {
    let (origin, host) = (&manager.settings().content_url, file.format.kind.host_path());
    match file.format.kind {
        Kind::Video => format!("{origin}/{host}/{}/file", file.id),
        _ => format!("{origin}/{host}/{}", file.id),
    }
}

/// The original of a file by its address.
pub async fn original(manager: &Manager, host: &str, id: &str) -> Result<Original> {
    let located = find(manager, host, id).await?;
    decide(&located.file, Bearing::Address)?;
    if located.file.format.kind == Kind::Vector && located.file.status == Status::Ready {
        // What can't be cleaned is saved, and never shown.
        match made(manager, &located, Made::Clean).await {
            Err(error) if error.code() == Code::FileNotFound => {}
            clean => return clean,
        }
    }
    serve(manager, &located.file, asset(&located.assets, "src")?).await
}

/// Another asset of a public file by its address.
pub async fn derived(manager: &Manager, host: &str, id: &str, key: &str) -> Result<Original> {
    let located = find(manager, host, id).await?;
    decide(&located.file, Bearing::Address)?;
    if key == "src" {
        return Err(not_found());
    }
    asset_content(manager, &located, key).await
}

pub(super) fn not_found() -> Error {
    refused(Code::FileNotFound, "there is nothing at this address")
}

/// The file at an address: its id, below the path of its kind.
pub(super) async fn find(manager: &Manager, host: &str, id: &str) -> Result<Arc<Located>> {
    find_where(manager, host, id, |kind| kind.host_path() == host).await
}

/// The file at an address of which other kinds than its own may be, too.
pub(super) async fn find_where(
    manager: &Manager,
    host: &str,
    id: &str,
    fits: impl Fn(Kind) -> bool,
) -> Result<Arc<Located>> {
    if host == Kind::Image.host_path()
        && let Some(poster) = poster(manager, id).await?
    {
        return Ok(poster);
    }
    let id: FileId = file_of(id).ok_or_else(not_found)?;
    let located = look_up(manager, id).await?;
    located.filter(|located| fits(located.file.format.kind)).ok_or_else(not_found)
}

pub(crate) async fn look_up(manager: &Manager, id: FileId) -> Result<Option<Arc<Located>>> {
    let copies = &manager.inner.located;
    let version = manager.catalog().version(Topic::File(&id));
    if let Some(located) = copies.get(&id, version) {
        return Ok(Some(located));
    }
    let asked = id.clone();
    let located = manager.catalog().read(move |tx| locate(tx, &asked)).await?.map(Arc::new);
    if let Some(located) = &located {
        copies.keep(id, version, located.clone());
    }
    Ok(located)
}

pub(super) fn asset<'a>(assets: &'a [Asset], key: &str) -> Result<&'a Asset> {
    assets.iter().find(|asset| asset.key == key).ok_or_else(not_found)
}

pub(super) async fn serve(manager: &Manager, file: &FileRecord, asset: &Asset) -> Result<Original> {
    let key = BlobKey::parse(&asset.blob).map_err(internal)?;
    let blob = match manager.store().open_blob(&key).await {
        // Deleted for good between the look at the catalog and this one.
        Err(storage::Error::NotFound) => return Err(not_found()),
        other => other?,
    };
    Ok(Original {
        content: Content::blob(blob),
        content_type: content_type(&asset.mime),
        etag: etag(&asset.hash),
        active: file.format.kind == Kind::Vector || file.status == Status::Failed,
        name: file.name.clone(),
    })
}

/// Text files are shown as UTF-8, which is what nearly all of them are.
fn content_type(mime: &str) -> String {
    if mime.starts_with("text/") { format!("{mime}; charset=utf-8") } else { mime.to_owned() }
}

pub(super) fn etag(hash: &[u8; 32]) -> String {
    let hex: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// The plain picture that stands for a kind of file.
pub fn icon(name: &str) -> Result<Original> {
    let drawing = media::icons::by_name(name).ok_or_else(not_found)?;
    Ok(Original {
        content: Content::memory(drawing.as_bytes()),
        content_type: formats::SVG.mime.to_owned(),
        etag: etag(blake3::hash(drawing.as_bytes()).as_bytes()),
        name: name.to_owned(),
        active: false,
    })
}
