//! What is made of a file when it is asked for, and then kept among the forms of images: a drawing without what might act, a
//! font for the web, the list of an archive.

use std::sync::Arc;

use bytes::Bytes;
use catalog::files::{FileRecord, Located};
use contract::errors::Code;
use contract::formats::{self, Kind};
use contract::ids::FileId;
use futures::FutureExt;
use media::inspect::{Error as Fault, Task};
use storage::variants::{Found, VariantKey};

use super::content::Content;
use super::image::{key, repeated};
use super::original::{Original, asset, etag, look_up, not_found};
use crate::Manager;
use crate::error::{Result, internal};
use crate::processing::inspect;

/// Counts versions of what makes them.
const VERSION: u32 = 1;

/// What may be made of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// A drawing without what might act.
    Clean,
    /// A font in the format that browsers take in the fewest bytes.
    Woff2,
    /// What is in an archive, an entry a line, as JSON.
    Entries,
}

/// What can be made of a file and has an asset key.
pub(crate) fn made_of(file: &FileRecord) -> Option<Made> {
    match file.format.kind {
        Kind::Vector => Some(Made::Clean),
        Kind::Font if file.format != &formats::WOFF2 => Some(Made::Woff2),
        _ => None,
    }
}

impl Made {
    /// Its asset key.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Made::Clean => "clean.svg",
            Made::Woff2 => "font.woff2",
            Made::Entries => "entries.jsonl",
        }
    }

    fn mime(self) -> &'static str {
        match self {
            Made::Clean => formats::SVG.mime,
            Made::Woff2 => formats::WOFF2.mime,
            Made::Entries => "application/jsonl",
        }
    }
}

/// What was made, from before or now. What can't be made is not found.
pub(super) async fn made(manager: &Manager, located: &Arc<Located>, what: Made) -> Result<Original> {
    let content = bytes(manager, located, what).await?;
    let whole = content.whole().await?;
    Ok(Original {
        etag: etag(blake3::hash(&whole).as_bytes()),
        content,
        content_type: what.mime().to_owned(),
        name: located.file.name.clone(),
        active: false,
    })
}

/// What is in an archive, an entry a line, as JSON; nothing where it can't be read.
pub(crate) async fn entries_of(manager: &Manager, id: FileId) -> Result<Option<Content>> {
    let located = look_up(manager, id).await?.ok_or_else(not_found)?;
    match bytes(manager, &located, Made::Entries).await {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.code() == Code::FileNotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What was made, without what a client needs beside it.
async fn bytes(manager: &Manager, located: &Arc<Located>, what: Made) -> Result<Content> {
    let mut hash = blake3::Hasher::new();
    hash.update(&VERSION.to_le_bytes());
    hash.update(&asset(&located.assets, "src")?.hash);
    hash.update(what.key().as_bytes());
    let name = format!("{}.made", &hash.finalize().to_hex()[..32]);
    let id = located.file.id.as_str();
    let place = VariantKey::new(id, &name).map_err(internal)?;
    let vacancy = match manager.inner.images.variants.find(&place).await {
        // What failed once isn't tried for every request.
        Found::Here(blob) if blob.length() == 0 => return Err(not_found()),
        Found::Here(blob) => return Ok(Content::blob(blob)),
        Found::Missing(vacancy) => vacancy,
    };
    let flight = manager.inner.images.join(&format!("{id}/{name}"), || {
        let (manager, located) = (manager.clone(), located.clone());
        async move {
            let made = make(&manager, &located, what).await.map_err(Arc::new)?;
            if let Err(error) = vacancy.fill(made.clone()).await {
                tracing::warn!(%error, "what was made of a file can't be kept");
            }
            Ok(made)
        }
        .boxed()
    });
    let made = flight.await.map_err(|error| repeated(&error))?;
    if made.is_empty() { Err(not_found()) } else { Ok(Content::memory(made)) }
}

/// Has a child make it; nothing where the file doesn't have it in it.
async fn make(manager: &Manager, located: &Located, what: Made) -> Result<Bytes> {
    let (path, format) = (manager.store().path(&key(located)?), located.file.format);
    let task = match what {
        Made::Clean => Task::Clean,
        Made::Woff2 => Task::Compress,
        Made::Entries => Task::List { entries: manager.settings().inspect.entries },
    };
    let size = u64::try_from(located.file.size).unwrap_or(0);
    let made =
        inspect(manager, format, size, move |inspector, stop| inspector.make(&task, &path, format, stop));
    match made.await? {
        Ok(bytes) => Ok(bytes.into()),
        Err(Fault::Nothing | Fault::Broken(_) | Fault::GivenUp(_)) => Ok(Bytes::new()),
        Err(fault @ Fault::Fault(_)) => Err(internal(fault)),
    }
}
