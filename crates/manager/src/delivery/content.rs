//! Something to send: where its bytes are, and how long it is.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use storage::{Blob, BlobKey, Store};

use super::video::Joined;
use crate::archives::layout::{Layout, Piece};
use crate::error::{Error, Result, internal};

/// Something to send. Clones share it.
#[derive(Clone)]
pub struct Content(Source);

#[derive(Clone)]
enum Source {
    Blob(Blob),
    Zip(Arc<Zip>),
    Joined(Arc<Joined>, Vec<Blob>),
    Memory(Bytes),
}

/// A zip and where its entries come from.
pub(super) struct Zip {
    pub(super) layout: Layout,
    pub(super) entries: Vec<Stored>,
    pub(super) store: Store,
}

/// The bytes of a zip's entry.
pub(super) enum Stored {
    Blob(BlobKey),
    Memory(Bytes),
}

impl Content {
    pub(super) fn blob(blob: Blob) -> Content {
        Content(Source::Blob(blob))
    }

    pub(super) fn zip(zip: Zip) -> Content {
        Content(Source::Zip(Arc::new(zip)))
    }

    /// Pieces of several objects; see [`Joined`].
    pub(super) fn joined(joined: Arc<Joined>, blobs: Vec<Blob>) -> Content {
        Content(Source::Joined(joined, blobs))
    }

    pub(super) fn memory(bytes: impl Into<Bytes>) -> Content {
        Content(Source::Memory(bytes.into()))
    }

    /// Bytes in all.
    pub fn length(&self) -> u64 {
        match &self.0 {
            Source::Blob(blob) => blob.length(),
            Source::Zip(zip) => zip.layout.length(),
            Source::Joined(joined, _) => joined.length(),
            Source::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// All bytes.
    pub(super) async fn whole(&self) -> Result<Bytes> {
        match &self.0 {
            Source::Blob(blob) => Ok(blob.head(usize::MAX).await?),
            Source::Memory(bytes) => Ok(bytes.clone()),
            Source::Zip(_) | Source::Joined(..) => Err(internal("it may be too long for memory")),
        }
    }

    /// The bytes of a range that lies within.
    pub fn stream(&self, range: Range<u64>) -> BoxStream<'static, Result<Bytes>> {
        match &self.0 {
            Source::Blob(blob) => blob.stream(range).map_err(Error::from).boxed(),
            Source::Zip(zip) => zip.clone().stream(range),
            Source::Joined(joined, blobs) => joined.stream(blobs.clone(), range),
            Source::Memory(bytes) => {
                let cut = bytes.slice(range.start as usize..range.end as usize);
                stream::once(async move { Ok(cut) }).boxed()
            }
        }
    }
}

impl Zip {
    /// Entries are opened one after the other, when their turn comes.
    fn stream(self: Arc<Zip>, range: Range<u64>) -> BoxStream<'static, Result<Bytes>> {
        let pieces = self.layout.pieces(range);
        stream::iter(pieces)
            .then(move |piece| {
                let zip = self.clone();
                async move { zip.piece(piece).await }
            })
            .try_flatten()
            .boxed()
    }

    async fn piece(&self, piece: Piece) -> Result<BoxStream<'static, Result<Bytes>>> {
        let (index, range) = match piece {
            Piece::Bytes(bytes) => return Ok(stream::once(async move { Ok(bytes.into()) }).boxed()),
            Piece::Entry(index, range) => (index, range),
        };
        match self.entries.get(index) {
            None => Err(internal("the zip has no such entry")),
            Some(Stored::Memory(bytes)) => {
                let cut = bytes.slice(range.start as usize..range.end as usize);
                Ok(stream::once(async move { Ok(cut) }).boxed())
            }
            Some(Stored::Blob(key)) => {
                let blob = self.store.open_blob(key).await?;
                Ok(blob.stream(range).map_err(Error::from).boxed())
            }
        }
    }
}
