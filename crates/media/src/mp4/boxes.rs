//! The boxes of ISO 14496-12: reading and writing them, whatever they hold.

use super::Malformed;

type Result<T> = std::result::Result<T, Malformed>;

/// A box's four-letter name.
pub(crate) type Kind = [u8; 4];

/// What stands before a box's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    /// Bytes of the header itself: 8, or 16 with a long size.
    pub(crate) length: u64,
    /// Bytes of the box, header included; `None` when it goes on to the end of the file.
    pub(crate) size: Option<u64>,
}

/// The most bytes that a box's header takes.
pub(crate) const LONGEST_HEADER: usize = 16;

impl Header {
    /// Reads the header at the beginning of `bytes`; `None` when they end before it does.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Option<Header>> {
        let mut reader = Reader::new(bytes);
        let (Ok(short), Ok(kind)) = (reader.u32(), reader.array::<4>()) else {
            return Ok(None);
        };
        let (length, size) = match short {
            0 => (8, None),
            1 => match reader.u64() {
                Ok(long) => (16, Some(long)),
                Err(_) => return Ok(None),
            },
            size => (8, Some(u64::from(size))),
        };
        if size.is_some_and(|size| size < length) {
            return Err(Malformed("a box is smaller than its own header"));
        }
        Ok(Some(Header { kind, length, size }))
    }
}

/// The boxes that lie side by side in some bytes, as kind and content. It ends after the first error. A few bytes
/// at the end that are too short for a box are padding: some writers close a list with them.
pub(crate) struct Boxes<'a> {
    rest: &'a [u8],
}

impl<'a> Boxes<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Boxes<'a> {
        Boxes { rest: bytes }
    }

    fn step(&mut self) -> Result<(Kind, &'a [u8])> {
        let header = Header::parse(self.rest)?.ok_or(CUT_OFF)?;
        let size = match header.size {
            Some(size) => usize::try_from(size).map_err(|_| CUT_OFF)?,
            None => self.rest.len(),
        };
        let (whole, rest) = self.rest.split_at_checked(size).ok_or(CUT_OFF)?;
        self.rest = rest;
        let content = usize::try_from(header.length).ok().and_then(|length| whole.get(length..));
        Ok((header.kind, content.ok_or(CUT_OFF)?))
    }
}

impl<'a> Iterator for Boxes<'a> {
    type Item = Result<(Kind, &'a [u8])>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.len() < SHORTEST {
            return None;
        }
        let step = self.step();
        if step.is_err() {
            self.rest = &[];
        }
        Some(step)
    }
}

/// Bytes of the smallest box.
const SHORTEST: usize = 8;

const CUT_OFF: Malformed = Malformed("a box goes on behind what it lies in");

/// The content of the first box of that kind among those side by side in `bytes`.
pub(crate) fn find<'a>(bytes: &'a [u8], kind: &Kind) -> Result<Option<&'a [u8]>> {
    for found in Boxes::new(bytes) {
        let (name, content) = found?;
        if name == *kind {
            return Ok(Some(content));
        }
    }
    Ok(None)
}

/// The same along a path of boxes, each inside the one before. `missing` is the error when there is none.
pub(crate) fn find_path<'a>(bytes: &'a [u8], path: &[&Kind], missing: &'static str) -> Result<&'a [u8]> {
    path.iter().try_fold(bytes, |inside, kind| find(inside, kind)?.ok_or(Malformed(missing)))
}

/// Takes big-endian numbers off the front of some bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(Malformed("a box is shorter than what it should hold"))?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn skip(&mut self, count: usize) -> Result<()> {
        self.take(count).map(|_| ())
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(crate) fn u8(&mut self) -> Result<u8> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// A number of 32 bits in version 0 of a box, of 64 bits later.
    pub(crate) fn wide(&mut self, version: u8) -> Result<u64> {
        if version == 0 { self.u32().map(u64::from) } else { self.u64() }
    }

    /// The version and the flags with which a full box begins.
    pub(crate) fn version_and_flags(&mut self) -> Result<(u8, u32)> {
        let both = self.u32()?;
        Ok(((both >> 24) as u8, both & 0x00ff_ffff))
    }
}

/// Boxes as they are written.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    pub(crate) bytes: Vec<u8>,
}

impl Writer {
    /// A box with what `content` writes. A box of 4 GiB or more can't be written; nothing here comes near.
    pub(crate) fn boxed(&mut self, kind: &Kind, content: impl FnOnce(&mut Writer)) {
        let start = self.bytes.len();
        self.u32(0);
        self.raw(kind);
        content(self);
        let size = u32::try_from(self.bytes.len() - start).unwrap_or(u32::MAX);
        self.patch(start, &size.to_be_bytes());
    }

    /// The same, with the version and the flags of a full box.
    pub(crate) fn full(&mut self, kind: &Kind, version: u8, flags: u32, content: impl FnOnce(&mut Writer)) {
        self.boxed(kind, |writer| {
            writer.u32(u32::from(version) << 24 | flags);
            content(writer);
        });
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.raw(&value.to_be_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.raw(&value.to_be_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.raw(&value.to_be_bytes());
    }

    /// A number of 32 bits in version 0 of a box, of 64 bits later.
    pub(crate) fn wide(&mut self, version: u8, value: u64) {
        match (version, u32::try_from(value)) {
            (0, short) => self.u32(short.unwrap_or(u32::MAX)),
            _ => self.u64(value),
        }
    }

    /// Writes over what is there already.
    pub(crate) fn patch(&mut self, at: usize, bytes: &[u8]) {
        if let Some(place) = self.bytes.get_mut(at..).and_then(|rest| rest.get_mut(..bytes.len())) {
            place.copy_from_slice(bytes);
        }
    }
}
