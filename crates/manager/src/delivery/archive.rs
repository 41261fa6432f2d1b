//! generateFilesDownloadUrl: a permanent link to a zip that is made while it is sent.

use std::collections::HashSet;

use bytes::Bytes;
use catalog::Tx;
use catalog::archives::{self, Archive};
use catalog::files::{Located, locate};
use catalog::folders::Gathered;
use contract::errors::Code;
use contract::files::{GenerateFilesDownloadUrlReply, GenerateFilesDownloadUrlRequest};
use contract::ids::FileId;
use contract::validate::broken;
use serde_json::json;
use storage::BlobKey;
use uuid::Uuid;

use super::content::{Content, Stored, Zip};
use super::original::etag;
use super::policy::{Bearing, decide};
use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::archives::layout::{Entry, Layout};
use crate::archives::names::safe_and_unique;
use crate::audit::{Action, note};
use crate::error::{Error, Result, internal, refused};
use crate::files::resolve_all;

/// The entry that names what is no longer in a zip.
const MANIFEST: &str = "MISSING FILES.txt";

/// Makes a permanent link. A private file in the list is refused, as the link would outlive any right to it.
pub async fn link_archive(
    manager: Manager,
    caller: Caller,
    request: GenerateFilesDownloadUrlRequest,
) -> Result<GenerateFilesDownloadUrlReply> {
    let (site, now, by) = (caller.site, manager.now(), Actor::from(&caller));
    let reach = caller.reach;
    let ids = request.file_ids.unwrap_or_default();
    let made = manager.catalog().write(move |tx| {
        let files = resolve_all(tx, &reach, &ids)?;
        let files = files.into_iter().map(|file| Gathered { file, folders: Vec::new() }).collect();
        let first = ids.first().cloned().unwrap_or_default();
        note(tx, Some(site), Action::ArchiveCreate, &first, json!({ "fileIds": ids }), &by, now)?;
        keep_archive(tx, site, files, |index| format!("fileIds[{index}]"), now)
    });
    Ok(GenerateFilesDownloadUrlReply { download_url: archive_url(&manager, &made.await?) })
}

/// Keeps a link to these files, each once, and returns what can't be guessed of it. `field` is where the request named
/// the file at an index.
pub(crate) fn keep_archive(
    tx: &Tx<'_>,
    site: i64,
    files: Vec<Gathered>,
    field: impl Fn(usize) -> String,
    now: i64,
) -> Result<String> {
    let private =
        files.iter().enumerate().filter(|(_, found)| decide(&found.file, Bearing::Archive).is_err());
    let violations: Vec<_> = private
        .map(|(index, found)| {
            let text = format!("`{}` is private; make a download URL for it", found.file.id);
            broken(Code::PrivateFileNotAllowed, field(index), text)
        })
        .collect();
    if !violations.is_empty() {
        return Err(Error::Invalid(violations));
    }
    let mut seen = HashSet::new();
    let once = files.into_iter().filter(|found| seen.insert(found.file.num));
    let entries = once
        .map(|found| archives::Entry { file: found.file.id.to_string(), folders: found.folders })
        .collect();
    // 128 random bits: who has them was given them.
    let hex: String = [Uuid::new_v4(), Uuid::new_v4()].iter().map(|uuid| uuid.simple().to_string()).collect();
    let hex = blake3::hash(hex.as_bytes()).to_hex()[..32].to_owned();
    archives::create(tx, &Archive { hex: hex.clone(), site, entries, created: now })?;
    Ok(hex)
}

/// The address of a zip.
pub(crate) fn archive_url(manager: &Manager, hex: &str) -> String {
    format!("{}/archive/{hex}", manager.settings().content_url)
}

/// A zip, ready to be sent.
pub struct Zipped {
    /// Its bytes.
    pub content: Content,
    /// Strong, with its quotes: the same as long as every byte is.
    pub etag: String,
    /// What the saved file is called.
    pub name: String,
}

/// The zip behind a permanent link, as its files are now.
pub async fn archive(manager: &Manager, hex: &str) -> Result<Zipped> {
    let wanted = hex.to_owned();
    let found = manager.catalog().read(move |tx| {
        let Some(archive) = archives::get(tx, &wanted)? else { return Ok::<_, catalog::Error>(None) };
        let located = |id: &str| Ok(FileId::parse(id).map(|id| locate(tx, &id)).transpose()?.flatten());
        let entries = archive.entries.into_iter();
        let files: Vec<(archives::Entry, Option<Located>)> = entries
            .map(|entry| located(&entry.file).map(|located| (entry, located)))
            .collect::<catalog::Result<_>>()?;
        Ok(Some((archive.created, files)))
    });
    let not_found = || refused(Code::FileNotFound, "there is nothing at this address");
    let (created, files) = found.await?.ok_or_else(not_found)?;
    let mut entries = Vec::new();
    let mut folders = Vec::new();
    let mut stored = Vec::new();
    let mut missing = Vec::new();
    for (entry, located) in files {
        let here = located.filter(|located| decide(&located.file, Bearing::Archive).is_ok());
        match here
            .and_then(|located| Some((located.assets.iter().find(|a| a.key == "src").cloned()?, located)))
        {
            Some((original, located)) => {
                let size = u64::try_from(original.size).unwrap_or_default();
                let name = located.file.name;
                folders.push(entry.folders);
                entries.push(Entry { name, size, crc32: original.crc32, modified: located.file.created });
                stored.push(Stored::Blob(BlobKey::parse(&original.blob).map_err(internal)?));
            }
            None => missing.push(entry.file),
        }
    }
    if !missing.is_empty() {
        let text = format!(
            "These files are not here: they were deleted after this link was made, or never came.\n\n{}\n",
            missing.join("\n")
        );
        let (size, crc32) = (text.len() as u64, crc32fast::hash(text.as_bytes()));
        folders.push(Vec::new());
        entries.push(Entry { name: MANIFEST.to_owned(), size, crc32, modified: created });
        stored.push(Stored::Memory(Bytes::from(text)));
    }
    let names =
        safe_and_unique(folders.iter().zip(&entries).map(|(path, entry)| (path, entry.name.as_str())));
    for (entry, name) in entries.iter_mut().zip(names) {
        entry.name = name;
    }
    let layout = Layout::new(&entries);
    // Everything in the zip follows from its entries; which bytes an entry has, its checksum and its place say.
    let mut hash = blake3::Hasher::new();
    for entry in &entries {
        hash.update(format!("{:?}", entry).as_bytes());
    }
    Ok(Zipped {
        content: Content::zip(Zip { layout, entries: stored, store: manager.store().clone() }),
        etag: etag(hash.finalize().as_bytes()),
        name: format!("files-{}.zip", &hex[..8]),
    })
}
