//! The two places where a zip describes an entry.

use facts::Entry;

use crate::dates;
use crate::input::Stored;
use crate::look::Stop;

use super::directory::{le16, le32, le64};
use super::text;

/// An entry as the directory has it.
#[derive(Debug)]
pub(crate) struct Central {
    name: Vec<u8>,
    flags: u16,
    pub(crate) method: u16,
    crc: u32,
    pub(crate) packed: u64,
    pub(crate) size: u64,
    /// From the beginning of the archive to what stands before the content.
    pub(crate) offset: u64,
    /// What wrote it: 3 is Unix.
    system: u8,
    attributes: u32,
    dos: (u16, u16),
    extra: Vec<u8>,
}

/// What stands before the content.
#[derive(Debug)]
pub(crate) struct Local {
    name: Vec<u8>,
    pub(crate) flags: u16,
    method: u16,
    crc: u32,
    pub(crate) packed: u64,
    size: u64,
    dos: (u16, u16),
    extra: Vec<u8>,
    /// Where the content begins.
    pub(crate) content: u64,
}

impl Central {
    /// Reads one; nothing where none begins.
    pub(crate) fn read(file: &mut Stored) -> Result<Option<Self>, Stop> {
        let head: [u8; 46] = file.array()?;
        if !head.starts_with(b"PK\x01\x02") {
            return Ok(None);
        }
        let name = file.bytes(le16(&head, 28).into())?;
        let extra = file.bytes(le16(&head, 30).into())?;
        file.seek(file.at() + u64::from(le16(&head, 32)))?;
        let mut central = Self {
            name,
            flags: le16(&head, 8),
            method: le16(&head, 10),
            crc: le32(&head, 16),
            packed: le32(&head, 20).into(),
            size: le32(&head, 24).into(),
            offset: le32(&head, 42).into(),
            system: head[5],
            attributes: le32(&head, 38),
            dos: (le16(&head, 14), le16(&head, 12)),
            extra,
        };
        // A zip64 has the values that are too large for 32 bits, and those alone, in this order.
        if let Some(mut large) = field(&central.extra, 1) {
            for value in [&mut central.size, &mut central.packed, &mut central.offset] {
                if *value == 0xffff_ffff && large.len() >= 8 {
                    *value = le64(large, 0);
                    large = &large[8..];
                }
            }
        }
        Ok(Some(central))
    }

    /// Whether it opens with a password alone.
    pub(crate) fn encrypted(&self) -> bool {
        self.flags & 1 != 0
    }

    /// Whether it is a symbolic link of Unix.
    pub(crate) fn is_link(&self) -> bool {
        self.system == 3 && self.attributes >> 28 == 0o12
    }

    /// Whether what stands before the content says the same. With flag 8 the sizes come behind it, and with flag 13 all
    /// of it is hidden.
    pub(crate) fn agrees(&self, local: &Local) -> bool {
        if self.flags & 1 << 13 != 0 {
            return true;
        }
        let sizes = local.flags & 8 != 0
            || (self.packed, self.size) == (local.packed, local.size)
                && (self.crc == local.crc || self.encrypted());
        sizes && self.method == local.method && self.name == local.name
    }

    pub(crate) fn entry(&self) -> Entry {
        let name = text::name(&self.name, self.flags, &self.extra);
        // Programs for MS-DOS and Windows mark folders by an attribute.
        let folder = name.ends_with('/') || self.system == 0 && self.attributes & 0x10 != 0;
        Entry {
            name,
            folder,
            size: self.size,
            packed: Some(self.packed),
            modified: modified(&self.extra, self.dos),
            encrypted: self.encrypted(),
            ..Entry::default()
        }
    }
}

impl Local {
    /// Reads what stands at a place; nothing where that is something else.
    pub(crate) fn read(file: &mut Stored, at: u64) -> Result<Option<Self>, Stop> {
        if at.checked_add(30).is_none_or(|end| end > file.length()) {
            return Ok(None);
        }
        file.seek(at)?;
        let head: [u8; 30] = file.array()?;
        let (name, extra) = (le16(&head, 26), le16(&head, 28));
        let content = at + 30 + u64::from(name) + u64::from(extra);
        if !head.starts_with(b"PK\x03\x04") || content > file.length() {
            return Ok(None);
        }
        let name = file.bytes(name.into())?;
        let extra = file.bytes(extra.into())?;
        let mut local = Self {
            name,
            flags: le16(&head, 6),
            method: le16(&head, 8),
            crc: le32(&head, 14),
            packed: le32(&head, 18).into(),
            size: le32(&head, 22).into(),
            dos: (le16(&head, 12), le16(&head, 10)),
            extra,
            content,
        };
        if let Some(large) = field(&local.extra, 1) {
            for (at, value) in [(0, &mut local.size), (8, &mut local.packed)] {
                if *value == 0xffff_ffff && large.len() >= at + 8 {
                    *value = le64(large, at);
                }
            }
        }
        Ok(Some(local))
    }

    pub(crate) fn entry(&self) -> Entry {
        let name = text::name(&self.name, self.flags, &self.extra);
        Entry {
            folder: name.ends_with('/'),
            name,
            size: self.size,
            packed: Some(self.packed),
            modified: modified(&self.extra, self.dos),
            ..Entry::default()
        }
    }
}

/// When it was changed: by Unix or Windows, which know the zone, or by MS-DOS.
fn modified(extra: &[u8], (date, clock): (u16, u16)) -> Option<i64> {
    let unix = field(extra, 0x5455).filter(|field| field.len() >= 5 && field[0] & 1 != 0);
    if let Some(field) = unix {
        return dates::seconds_since_1970(le32(field, 1).cast_signed().into());
    }
    let windows = field(extra, 0x000a).filter(|field| field.len() >= 16 && le16(field, 4) == 1);
    let windows = windows.and_then(|field| dates::filetime(le64(field, 8)));
    windows.or_else(|| dates::dos(date, clock))
}

/// A field of what is said beside.
pub(super) fn field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    while extra.len() >= 4 {
        let (found, length) = (le16(extra, 0), usize::from(le16(extra, 2)));
        let content = extra.get(4..4 + length)?;
        if found == id {
            return Some(content);
        }
        extra = &extra[4 + length..];
    }
    None
}
