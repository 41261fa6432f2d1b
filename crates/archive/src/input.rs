//! Bytes in the order of an archive: as they lie in a file, or as they come out of a decompressor.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};

use crate::look::{Look, Stop};

/// Bytes that are read once, from the first to the last.
pub(crate) trait Input {
    /// Reads until the buffer is full or there is nothing more, and says how many bytes came.
    fn fill(&mut self, buffer: &mut [u8], look: &mut Look<'_>) -> Result<usize, Stop>;
    /// Leaves bytes out.
    fn skip(&mut self, bytes: u64, look: &mut Look<'_>) -> Result<(), Stop>;
}

/// A file, whose bytes can be left out without reading them.
pub(crate) struct Stored {
    file: BufReader<File>,
    length: u64,
    at: u64,
}

impl Stored {
    pub(crate) fn new(file: File, length: u64) -> Self {
        Self { file: BufReader::with_capacity(32 << 10, file), length, at: 0 }
    }

    /// Goes to a place; one beyond the end is no place.
    pub(crate) fn seek(&mut self, to: u64) -> Result<(), Stop> {
        if to > self.length {
            return Err(cut_off());
        }
        match i64::try_from(to).ok().zip(i64::try_from(self.at).ok()) {
            Some((to, at)) => self.file.seek_relative(to - at)?,
            None => self.file.seek(SeekFrom::Start(to)).map(drop)?,
        }
        self.at = to;
        Ok(())
    }

    /// Where the next byte is read.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Bytes of the whole file.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Reads exactly as many bytes as the array has.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    /// Reads so many bytes, which the caller has checked to be few.
    pub(crate) fn bytes(&mut self, count: usize) -> Result<Vec<u8>, Stop> {
        if count as u64 > self.length - self.at {
            return Err(cut_off());
        }
        let mut bytes = vec![0; count];
        self.file.read_exact(&mut bytes)?;
        self.at += count as u64;
        Ok(bytes)
    }

    /// The next bytes, up to `count` of them, to be decompressed. Afterwards one has to [`seek`](Self::seek).
    pub(crate) fn part(&mut self, count: u64) -> impl Read + '_ {
        Part { stored: self, left: count }
    }
}

struct Part<'a> {
    stored: &'a mut Stored,
    left: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.stored.file.read(&mut buffer[..most])?;
        self.stored.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

impl Input for Stored {
    fn fill(&mut self, buffer: &mut [u8], _: &mut Look<'_>) -> Result<usize, Stop> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read(&mut buffer[filled..])? {
                0 => break,
                read => filled += read,
            }
        }
        self.at += filled as u64;
        Ok(filled)
    }

    fn skip(&mut self, bytes: u64, _: &mut Look<'_>) -> Result<(), Stop> {
        self.seek(self.at.checked_add(bytes).ok_or_else(cut_off)?)
    }
}

/// What comes out of a decompressor; every byte of it counts against the limits.
pub(crate) struct Unpacked<R> {
    reader: R,
    /// Bytes that came out so far.
    pub(crate) count: u64,
}

impl<R: Read> Unpacked<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, count: 0 }
    }

    /// Reads a piece; none is the end.
    pub(crate) fn piece(&mut self, buffer: &mut [u8], look: &mut Look<'_>) -> Result<usize, Stop> {
        let read = self.reader.read(buffer).map_err(refused)?;
        self.count += read as u64;
        look.spend(read as u64)?;
        Ok(read)
    }
}

impl<R: Read> Input for Unpacked<R> {
    fn fill(&mut self, buffer: &mut [u8], look: &mut Look<'_>) -> Result<usize, Stop> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.piece(&mut buffer[filled..], look)? {
                0 => break,
                read => filled += read,
            }
        }
        Ok(filled)
    }

    fn skip(&mut self, mut bytes: u64, look: &mut Look<'_>) -> Result<(), Stop> {
        let mut buffer = vec![0; 64 << 10];
        while bytes > 0 {
            let most = buffer.len().min(usize::try_from(bytes).unwrap_or(usize::MAX));
            match self.piece(&mut buffer[..most], look)? {
                0 => return Err(cut_off()),
                read => bytes -= read as u64,
            }
        }
        Ok(())
    }
}

/// What a decompressor's error means.
pub(crate) fn refused(error: std::io::Error) -> Stop {
    match error.kind() {
        ErrorKind::UnexpectedEof => cut_off(),
        ErrorKind::OutOfMemory => Stop::Limit("it takes more memory to unpack than is allowed"),
        _ => Stop::Damaged("its bytes can't be unpacked".into()),
    }
}

pub(crate) fn cut_off() -> Stop {
    Stop::Damaged("it ends too early".into())
}
