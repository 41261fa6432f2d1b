//! 7z: one list of everything, at the end and mostly compressed itself.

mod files;
mod header;
mod streams;

use std::fs::File;
use std::io::Read;

use lzma_rust2::{Lzma2Reader, LzmaReader};

use crate::input::{Stored, cut_off, refused};
use crate::look::{Look, Stop};

use header::{Bytes, broken};
use streams::Streams;

/// Bytes at the beginning, after which everything is counted.
const START: u64 = 32;
/// A list that is packed in a list that is packed …: programs nest once.
const NESTED: usize = 4;

/// Tells the entries.
pub(crate) fn list(file: File, length: u64, look: &mut Look<'_>) -> Result<(), Stop> {
    let mut file = Stored::new(file, length);
    let start: [u8; START as usize] = file.array()?;
    if !start.starts_with(b"7z\xbc\xaf\x27\x1c") {
        return Err(Stop::Damaged("it does not begin as a 7z does".into()));
    }
    let mut fields = Bytes::new(&start[12..]);
    let (offset, size, crc) = (fields.u64()?, fields.u64()?, fields.u32()?);
    if size == 0 {
        return Ok(());
    }
    file.seek(START.checked_add(offset).ok_or_else(cut_off)?)?;
    let mut list = file.bytes(bounded(size, look)?)?;
    if crc32fast::hash(&list) != crc {
        return Err(Stop::Damaged("its list has changed".into()));
    }
    for _ in 0..NESTED {
        let mut bytes = Bytes::new(&list);
        match bytes.u8()? {
            header::HEADER => return files::tell(bytes, look),
            header::ENCODED => {
                let streams = Streams::read(&mut bytes)?;
                match unpack(&mut file, &streams, look)? {
                    Some(unpacked) => list = unpacked,
                    None => {
                        look.encrypted();
                        return Ok(());
                    }
                }
            }
            _ => return Err(broken()),
        }
    }
    Err(broken())
}

/// A size that may be held in memory.
fn bounded(size: u64, look: &Look<'_>) -> Result<usize, Stop> {
    let most = look.limits.memory / 4;
    match usize::try_from(size) {
        Ok(count) if size <= most => Ok(count),
        _ => Err(Stop::Limit("its list is larger than what is looked at")),
    }
}

/// Unpacks a list; nothing where it is encrypted.
fn unpack(file: &mut Stored, streams: &Streams<'_>, look: &mut Look<'_>) -> Result<Option<Vec<u8>>, Stop> {
    let mut folders = streams.folders();
    let folder = folders.next()?.ok_or_else(broken)?;
    if folder.encrypted {
        return Ok(None);
    }
    let size = bounded(folder.size, look)?;
    file.seek(START.checked_add(streams.place).ok_or_else(cut_off)?)?;
    let packed = streams.first_packed.ok_or_else(broken)?;
    let kilobytes = u32::try_from(look.limits.memory >> 10).unwrap_or(u32::MAX - 1);
    let part = file.part(packed);
    let mut unpacked = Vec::new();
    let properties = folder.properties;
    let read = match folder.method {
        streams::COPY => part.take(folder.size).read_to_end(&mut unpacked),
        streams::LZMA => {
            let (props, dictionary) = properties.split_first().ok_or_else(broken)?;
            let dictionary = u32::from_le_bytes(dictionary.try_into().map_err(|_| broken())?);
            let needed = lzma_rust2::lzma_get_memory_usage_by_props(dictionary, *props).map_err(refused)?;
            if needed > kilobytes {
                return Err(Stop::Limit("its list takes more memory to unpack than is allowed"));
            }
            LzmaReader::new_with_props(part, folder.size, *props, dictionary, None)
                .map_err(refused)?
                .take(folder.size)
                .read_to_end(&mut unpacked)
        }
        streams::LZMA2 => {
            let bits = u32::from(*properties.first().ok_or_else(broken)?);
            let dictionary =
                (2 | bits & 1).checked_shl(bits / 2 + 11).filter(|_| bits < 40).ok_or_else(broken)?;
            Lzma2Reader::new_mem_limit(part, dictionary, kilobytes, None)
                .map_err(refused)?
                .take(folder.size)
                .read_to_end(&mut unpacked)
        }
        _ => return Err(Stop::Unsupported("its list is packed in a way that isn't known here".into())),
    };
    read.map_err(refused)?;
    look.spend(unpacked.len() as u64)?;
    let right = folder.crc.is_none_or(|crc| crc == crc32fast::hash(&unpacked));
    if unpacked.len() != size || !right {
        return Err(Stop::Damaged("its list has changed".into()));
    }
    Ok(Some(unpacked))
}
