//! Where packed bytes lie, how they are packed, and how large they become.

use crate::look::Stop;

use super::header::{self as h, Bytes, broken};

pub(super) const COPY: u64 = 0;
pub(super) const LZMA2: u64 = 0x21;
pub(super) const LZMA: u64 = 0x03_01_01;
/// AES-256 with a password.
const AES: u64 = 0x06_f1_07_01;

/// Coders of one folder, and their connections.
const CODERS: u64 = 32;

/// The streams of an archive. What 7z calls a folder is packed together and may hold many files.
#[derive(Debug, Clone, Copy)]
pub(super) struct Streams<'a> {
    /// Where packed bytes begin, behind the beginning.
    pub(super) place: u64,
    /// Bytes of the first packed stream.
    pub(super) first_packed: Option<u64>,
    count: u64,
    coders: Bytes<'a>,
    sizes: Bytes<'a>,
    crcs: Option<Bytes<'a>>,
    /// Files in each folder, where it isn't one.
    files: Option<Bytes<'a>>,
    /// Sizes of the files in folders of more than one.
    file_sizes: Bytes<'a>,
}

/// One folder.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Folder<'a> {
    /// What its first coder is, and its settings.
    pub(super) method: u64,
    pub(super) properties: &'a [u8],
    /// Bytes once unpacked.
    pub(super) size: u64,
    pub(super) crc: Option<u32>,
    pub(super) encrypted: bool,
    /// Files in it.
    pub(super) files: u64,
}

impl<'a> Streams<'a> {
    /// No streams at all.
    pub(super) fn none() -> Self {
        let empty = Bytes::new(&[]);
        Self {
            place: 0,
            first_packed: None,
            count: 0,
            coders: empty,
            sizes: empty,
            crcs: None,
            files: None,
            file_sizes: empty,
        }
    }

    /// Reads the description, up to its end.
    pub(super) fn read(bytes: &mut Bytes<'a>) -> Result<Self, Stop> {
        let mut streams = Self::none();
        loop {
            match bytes.u8()? {
                h::END => return Ok(streams),
                h::PACK => streams.packed(bytes)?,
                h::UNPACK => streams.unpacked(bytes)?,
                h::SUBSTREAMS => streams.substreams(bytes)?,
                _ => return Err(broken()),
            }
        }
    }

    fn packed(&mut self, bytes: &mut Bytes<'a>) -> Result<(), Stop> {
        self.place = bytes.number()?;
        let count = bytes.count(1)?;
        loop {
            match bytes.u8()? {
                h::END => return Ok(()),
                h::SIZE => {
                    for at in 0..count {
                        let size = bytes.number()?;
                        self.first_packed = self.first_packed.or((at == 0).then_some(size));
                    }
                }
                h::CRC => skip_crcs(bytes, count)?,
                _ => return Err(broken()),
            }
        }
    }

    fn unpacked(&mut self, bytes: &mut Bytes<'a>) -> Result<(), Stop> {
        if bytes.u8()? != h::FOLDER {
            return Err(broken());
        }
        self.count = bytes.count(1)?;
        if bytes.u8()? != 0 {
            return Err(Stop::Unsupported("its list is kept in another place".into()));
        }
        self.coders = *bytes;
        let mut outputs = 0;
        for _ in 0..self.count {
            outputs += coders(bytes)?.1;
        }
        if bytes.u8()? != h::CODERS_SIZE {
            return Err(broken());
        }
        self.sizes = *bytes;
        for _ in 0..outputs {
            bytes.number()?;
        }
        loop {
            match bytes.u8()? {
                h::END => return Ok(()),
                h::CRC => {
                    self.crcs = Some(*bytes);
                    skip_crcs(bytes, self.count)?;
                }
                _ => return Err(broken()),
            }
        }
    }

    fn substreams(&mut self, bytes: &mut Bytes<'a>) -> Result<(), Stop> {
        let mut kind = bytes.u8()?;
        if kind == h::STREAMS_OF_FOLDER {
            self.files = Some(*bytes);
            for _ in 0..self.count {
                bytes.number()?;
            }
            kind = bytes.u8()?;
        }
        if kind == h::SIZE {
            self.file_sizes = *bytes;
            let mut folders = self.folders();
            while let Some(folder) = folders.next()? {
                for _ in 1..folder.files {
                    bytes.number()?;
                }
            }
            kind = bytes.u8()?;
        }
        // What is left are checksums; how many there are depends on those of the folders.
        while kind != h::END {
            if kind != h::CRC {
                return Err(broken());
            }
            let mut unknown = 0_u64;
            let mut folders = self.folders();
            while let Some(folder) = folders.next()? {
                let known = folder.files == 1 && folder.crc.is_some();
                unknown = unknown.saturating_add(if known { 0 } else { folder.files });
            }
            skip_crcs(bytes, unknown)?;
            kind = bytes.u8()?;
        }
        Ok(())
    }

    /// The folders, one after the other.
    pub(super) fn folders(&self) -> Folders<'a> {
        let crcs = self.crcs.and_then(|mut bytes| {
            let defined = bytes.bits_or_all(self.count).ok()?;
            Some((defined, bytes))
        });
        Folders { at: 0, count: self.count, coders: self.coders, sizes: self.sizes, crcs, files: self.files }
    }

    /// The sizes of files with content, one after the other.
    pub(super) fn files(&self) -> Files<'a> {
        Files { folders: self.folders(), sizes: self.file_sizes, folder: Folder::default(), rest: 0 }
    }
}

/// See [`Streams::folders`].
pub(super) struct Folders<'a> {
    at: u64,
    count: u64,
    coders: Bytes<'a>,
    sizes: Bytes<'a>,
    crcs: Option<(h::Bits<'a>, Bytes<'a>)>,
    files: Option<Bytes<'a>>,
}

impl<'a> Folders<'a> {
    pub(super) fn next(&mut self) -> Result<Option<Folder<'a>>, Stop> {
        if self.at == self.count {
            return Ok(None);
        }
        let (mut folder, outputs, last) = coders(&mut self.coders)?;
        for output in 0..outputs {
            let size = self.sizes.number()?;
            if output == last {
                folder.size = size;
            }
        }
        if let Some((defined, crcs)) = &mut self.crcs
            && defined.get(self.at)
        {
            folder.crc = Some(crcs.u32()?);
        }
        folder.files = self.files.as_mut().map_or(Ok(1), Bytes::number)?;
        self.at += 1;
        Ok(Some(folder))
    }
}

/// See [`Streams::files`].
pub(super) struct Files<'a> {
    folders: Folders<'a>,
    sizes: Bytes<'a>,
    folder: Folder<'a>,
    rest: u64,
}

impl Files<'_> {
    /// The size of the next one and whether it is encrypted.
    pub(super) fn next(&mut self) -> Result<Option<(u64, bool)>, Stop> {
        while self.folder.files == 0 {
            let Some(folder) = self.folders.next()? else { return Ok(None) };
            (self.folder, self.rest) = (folder, folder.size);
        }
        // The last file of a folder has what the others leave.
        self.folder.files -= 1;
        let size = if self.folder.files == 0 { self.rest } else { self.sizes.number()? };
        self.rest = self.rest.saturating_sub(size);
        Ok(Some((size, self.folder.encrypted)))
    }
}

/// Reads the coders of a folder: the folder without sizes, its outputs, and which of those is the last.
fn coders<'a>(bytes: &mut Bytes<'a>) -> Result<(Folder<'a>, u64, u64), Stop> {
    let mut folder = Folder::default();
    let (mut inputs, mut outputs) = (0, 0);
    let count = bytes.number()?;
    if count == 0 || count > CODERS {
        return Err(broken());
    }
    for at in 0..count {
        let flags = bytes.u8()?;
        let method = bytes.take(u64::from(flags & 15))?;
        let method = method.iter().try_fold(0_u64, |id, byte| Some(id.checked_mul(256)? + u64::from(*byte)));
        let (ins, outs) = if flags & 16 != 0 { (bytes.number()?, bytes.number()?) } else { (1, 1) };
        if ins > CODERS || outs > CODERS {
            return Err(broken());
        }
        let properties = if flags & 32 != 0 {
            let size = bytes.number()?;
            bytes.take(size)?
        } else {
            &[]
        };
        if at == 0 {
            (folder.method, folder.properties) = (method.unwrap_or(u64::MAX), properties);
        }
        folder.encrypted |= method == Some(AES);
        (inputs, outputs) = (inputs + ins, outputs + outs);
    }
    let pairs = if outputs > 0 { outputs - 1 } else { return Err(broken()) };
    let mut bound = 0_u64;
    for _ in 0..pairs {
        let (_, output) = (bytes.number()?, bytes.number()?);
        bound |= 1_u64.checked_shl(u32::try_from(output).unwrap_or(u32::MAX)).unwrap_or(0);
    }
    if inputs < pairs {
        return Err(broken());
    }
    if inputs - pairs > 1 {
        for _ in 0..inputs - pairs {
            bytes.number()?;
        }
    }
    // The last output is the one that no other coder takes.
    let last = u64::from(bound.trailing_ones());
    if count > 1 && !folder.encrypted {
        folder.method = u64::MAX;
    }
    Ok((folder, outputs, last))
}

fn skip_crcs(bytes: &mut Bytes<'_>, count: u64) -> Result<(), Stop> {
    if count / 8 > bytes.left() as u64 {
        // All may be there without a bit for each, but never without their four bytes.
        return Err(broken());
    }
    let defined = bytes.bits_or_all(count)?;
    let there = (0..count).filter(|at| defined.get(*at)).count() as u64;
    bytes.take(there * 4).map(drop)
}
