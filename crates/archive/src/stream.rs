//! What is packed as one stream: a tar, or a single file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use bzip2::read::MultiBzDecoder;
use contract::formats::{self, Format};
use facts::Entry;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

use crate::dates;
use crate::input::{Input, Unpacked};
use crate::look::{Look, Stop};
use crate::tar::{self, BLOCK};

/// Tells the entries of a tar, or the one file that there is.
pub(crate) fn list(
    file: File,
    length: u64,
    format: &'static Format,
    look: &mut Look<'_>,
) -> Result<(), Stop> {
    let mut file = BufReader::with_capacity(64 << 10, file);
    let kilobytes = u32::try_from(look.limits.memory >> 10).unwrap_or(u32::MAX - 1);
    if format == &formats::GZIP {
        let reader = MultiGzDecoder::new(file);
        let (name, modified) = reader.header().map_or((None, None), |header| {
            let seconds = Some(i64::from(header.mtime())).filter(|seconds| *seconds > 0);
            (header.filename().map(latin1), seconds.and_then(dates::seconds_since_1970))
        });
        return inside(reader, Entry { name: name.unwrap_or_default(), modified, ..of(length) }, look);
    }
    if format == &formats::XZ {
        return inside(XzReader::new_mem_limit(file, true, kilobytes), of(length), look);
    }
    if format == &formats::BZIP2 {
        return inside(MultiBzDecoder::new(file), of(length), look);
    }
    if format == &formats::ZSTD {
        // Its index of frames, or a word of the program that made it, may come first.
        let beginning = file.fill_buf()?.len();
        if beginning == 0 {
            return Err(Stop::Damaged("there is nothing in it".into()));
        }
        let memory = look.limits.memory;
        return inside(Frames::new(file, memory), of(length), look);
    }
    Err(Stop::Unsupported(format!("{} is no archive", format.name)))
}

fn of(length: u64) -> Entry {
    Entry { packed: Some(length), ..Entry::default() }
}

/// The names in gzip headers are Latin-1 by the standard, and UTF-8 in fact.
fn latin1(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).map(str::to_owned);
    text.unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect())
}

fn inside(reader: impl Read, mut entry: Entry, look: &mut Look<'_>) -> Result<(), Stop> {
    let mut unpacked = Unpacked::new(reader);
    let mut head = [0; BLOCK];
    let filled = unpacked.fill(&mut head, look)?;
    if filled == BLOCK && tar::begins(&head) {
        return tar::list(&mut Again { head: Cursor::new(head), rest: unpacked }, look);
    }
    let mut buffer = vec![0; 64 << 10];
    let read = loop {
        match unpacked.piece(&mut buffer, look) {
            Ok(0) => break Ok(()),
            Ok(_) => {}
            Err(stop) => break Err(stop),
        }
    };
    entry.size = unpacked.count;
    look.tell(entry, &[]);
    read
}

/// A stream whose first block was read already.
struct Again<R> {
    head: Cursor<[u8; BLOCK]>,
    rest: Unpacked<R>,
}

impl<R: Read> Input for Again<R> {
    fn fill(&mut self, buffer: &mut [u8], look: &mut Look<'_>) -> Result<usize, Stop> {
        let first = self.head.read(buffer)?;
        Ok(first + self.rest.fill(&mut buffer[first..], look)?)
    }

    fn skip(&mut self, bytes: u64, look: &mut Look<'_>) -> Result<(), Stop> {
        let first = bytes.min(BLOCK as u64 - self.head.position());
        self.head.set_position(self.head.position() + first);
        self.rest.skip(bytes - first, look)
    }
}

/// The frames of a Zstandard stream, one after the other; what isn't data is left out.
struct Frames<R> {
    source: R,
    decoder: FrameDecoder,
    begun: bool,
}

impl<R: BufRead> Frames<R> {
    fn new(source: R, memory: u64) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(memory / 2);
        Self { source, decoder, begun: false }
    }

    /// Begins the next frame; there may be none.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let skipped = io::copy(&mut (&mut self.source).take(length.into()), &mut io::sink())?;
                    if skipped < u64::from(length) {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(FrameDecoderError::WindowSizeTooBig { .. }) => {
                    return Err(io::ErrorKind::OutOfMemory.into());
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use ruzstd::decoding::BlockDecodingStrategy::UptoBlocks;
        loop {
            if self.begun && self.decoder.can_collect() > 0 {
                return self.decoder.read(buffer);
            }
            if self.begun && !self.decoder.is_finished() {
                self.decoder.decode_blocks(&mut self.source, UptoBlocks(1)).map_err(io::Error::other)?;
                continue;
            }
            self.begun = self.begin()?;
            if !self.begun {
                return Ok(0);
            }
        }
    }
}
