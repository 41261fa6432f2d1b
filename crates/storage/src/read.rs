//! Reading objects, in ranges, with a small buffer.

use std::fs::{File, Metadata};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::{Stream, stream};
use rustix::io::{Errno, ReadWriteFlags};

use crate::error::{Error, Result};
use crate::store::blocking;

/// Bytes read at once.
const CHUNK: u64 = 256 * 1024;

/// An object open for reading. It stays readable when it is deleted meanwhile.
#[derive(Debug, Clone)]
pub struct Blob {
    file: Arc<File>,
    length: u64,
}

impl Blob {
    /// Takes an open file; a folder is no object.
    pub(crate) fn new(file: File) -> Result<Blob> {
        let metadata = file.metadata()?;
        Blob::of(file, &metadata)
    }

    /// The same, for a file that was asked already what it is.
    pub(crate) fn of(file: File, metadata: &Metadata) -> Result<Blob> {
        if !metadata.is_file() {
            return Err(Error::NotFound);
        }
        Ok(Blob { file: Arc::new(file), length: metadata.len() })
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Bytes in all.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The bytes of a range that lies within the object. A shorter object than expected is an error, not an end.
    pub fn stream(&self, range: Range<u64>) -> impl Stream<Item = Result<Bytes>> + Send + Unpin + use<> {
        let blob = self.clone();
        Box::pin(stream::try_unfold(range, move |range| {
            let blob = blob.clone();
            async move {
                if range.is_empty() {
                    return Ok(None);
                }
                let length = (range.end - range.start).min(CHUNK);
                let bytes = blob.chunk(range.start, length as usize).await?;
                Ok(Some((bytes, range.start + length..range.end)))
            }
        }))
    }

    /// The first bytes, at most `most` of them.
    pub async fn head(&self, most: usize) -> Result<Bytes> {
        self.chunk(0, self.length.min(most as u64) as usize).await
    }

    async fn chunk(&self, offset: u64, length: usize) -> Result<Bytes> {
        let mut bytes = BytesMut::zeroed(length);
        // What lies in the page cache is read right here; only the rest is worth a thread that may block.
        let at_once = self.cached(offset, &mut bytes)?;
        if at_once == length {
            return Ok(bytes.freeze());
        }
        let file = self.file.clone();
        blocking(move || {
            file.read_exact_at(&mut bytes[at_once..], offset + at_once as u64)?;
            Ok(bytes.freeze())
        })
        .await
    }

    fn cached(&self, offset: u64, bytes: &mut [u8]) -> Result<usize> {
        let mut slices = [std::io::IoSliceMut::new(bytes)];
        match rustix::io::preadv2(&self.file, &mut slices, offset, ReadWriteFlags::NOWAIT) {
            Ok(read) => Ok(read),
            Err(Errno::AGAIN | Errno::OPNOTSUPP | Errno::INTR | Errno::NOSYS) => Ok(0),
            Err(error) => Err(Error::from(std::io::Error::from(error))),
        }
    }
}
