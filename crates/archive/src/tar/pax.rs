//! Extended headers: lines of `length key=value`.

use crate::dates;

/// What is said of the next entry, or of all that follow, beside its header.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extended {
    pub(crate) path: Option<String>,
    pub(crate) link: Option<String>,
    /// Bytes that follow.
    pub(crate) size: Option<u64>,
    /// Bytes with the holes of a sparse file.
    pub(crate) real_size: Option<u64>,
    pub(crate) modified: Option<i64>,
}

impl Extended {
    /// Reads the lines, as far as they are such.
    pub(crate) fn read(&mut self, mut lines: &[u8]) {
        while let Some((key, value, rest)) = line(lines) {
            lines = rest;
            let text = || String::from_utf8_lossy(value).into_owned();
            let number = || std::str::from_utf8(value).ok()?.trim().parse().ok();
            match key {
                // The name of a sparse file that is kept in the newest way stands beside, its path is made up.
                b"GNU.sparse.name" => self.path = Some(text()),
                b"path" if self.real_size.is_none() || self.path.is_none() => self.path = Some(text()),
                b"linkpath" => self.link = Some(text()),
                b"size" => self.size = number(),
                b"GNU.sparse.realsize" | b"GNU.sparse.size" => self.real_size = number(),
                b"mtime" => self.modified = modified(value),
                _ => {}
            }
        }
    }

    /// These, and where they say nothing, those that count for all.
    pub(crate) fn over(self, global: &Self) -> Self {
        Self {
            path: self.path.or_else(|| global.path.clone()),
            link: self.link.or_else(|| global.link.clone()),
            size: self.size.or(global.size),
            real_size: self.real_size,
            modified: self.modified.or(global.modified),
        }
    }
}

/// Seconds with a fraction.
fn modified(value: &[u8]) -> Option<i64> {
    let seconds: f64 = std::str::from_utf8(value).ok()?.trim().parse().ok()?;
    dates::within((seconds * 1000.0) as i64)
}

fn line(lines: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = lines.iter().take(20).position(|byte| *byte == b' ')?;
    let length: usize = std::str::from_utf8(&lines[..space]).ok()?.parse().ok()?;
    let pair = lines.get(space + 1..length)?.strip_suffix(b"\n")?;
    let equals = pair.iter().position(|byte| *byte == b'=')?;
    Some((&pair[..equals], &pair[equals + 1..], &lines[length..]))
}
