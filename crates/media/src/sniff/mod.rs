//! What a file is, by its first bytes alone.

mod container;
mod text;

use contract::formats::{self as f, Format};

/// Bytes from the start of a file that [`sniff`] makes use of.
pub const HEAD: usize = 64 * 1024;

/// What the first bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// A format of the table.
    Format(&'static Format),
    /// Text of no format that shows: its name says which.
    Text,
    /// Something that a browser or a machine would run. Never a format.
    Active(&'static str),
    /// Nothing known.
    Unknown,
}

/// Tells formats apart by the first bytes of a file, up to [`HEAD`] of them.
pub fn sniff(head: &[u8]) -> Sniffed {
    if let Some(what) = active(head) {
        return Sniffed::Active(what);
    }
    if let Some(format) = by_signature(head).or_else(|| container::format(head)) {
        return Sniffed::Format(format);
    }
    text::look(head)
}

/// Programs, by signature; scripts and markup are found as text.
fn active(head: &[u8]) -> Option<&'static str> {
    let programs: [(&[u8], &str); 8] = [
        (b"MZ", "a Windows program"),
        (b"\x7fELF", "a Unix program"),
        (b"\xfe\xed\xfa\xce", "a macOS program"),
        (b"\xfe\xed\xfa\xcf", "a macOS program"),
        (b"\xcf\xfa\xed\xfe", "a macOS program"),
        (b"\xca\xfe\xba\xbe", "a Java class"),
        (b"\0asm", "a WebAssembly module"),
        (b"CWS", "a Flash movie"),
    ];
    // Some of these are letters that a text may start with; a program has zeros soon after.
    let binary = head.iter().take(64).any(|byte| *byte == 0);
    let found = programs.iter().find(|(signature, _)| head.starts_with(signature));
    found.filter(|_| binary).map(|(_, what)| *what)
}

fn by_signature(head: &[u8]) -> Option<&'static Format> {
    let at = |offset: usize, bytes: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(bytes));
    let starts = |bytes: &[u8]| at(0, bytes);
    let format = match head.first()? {
        0xff if starts(b"\xff\xd8\xff") => &f::JPEG,
        0xff if adts(head) => &f::AAC,
        0xff if mpeg_audio(head) => &f::MP3,
        0x89 if starts(b"\x89PNG\r\n\x1a\n") => &f::PNG,
        b'G' if starts(b"GIF87a") || starts(b"GIF89a") => &f::GIF,
        b'G' if mpeg_ts(head) => &f::MPEG_TS,
        b'R' if starts(b"RIFF") && at(8, b"WEBP") => &f::WEBP,
        b'R' if starts(b"RIFF") && at(8, b"WAVE") => &f::WAV,
        b'R' if starts(b"RIFF") && at(8, b"AVI ") => &f::AVI,
        b'R' if starts(b"Rar!\x1a\x07") => &f::RAR,
        b'I' if starts(b"II*\0") || starts(b"II+\0") => &f::TIFF,
        b'M' if starts(b"MM\0*") || starts(b"MM\0+") => &f::TIFF,
        b'B' if bmp(head) => &f::BMP,
        b'B' if starts(b"BZh") && head.get(3).is_some_and(u8::is_ascii_digit) => &f::BZIP2,
        0 if ico(head) => &f::ICO,
        0 if starts(b"\0\x01\0\0") && sfnt(head) => &f::TTF,
        0 if starts(b"\0\0\x01\xba") || starts(b"\0\0\x01\xb3") => &f::MPEG,
        b't' if starts(b"ttcf") || (starts(b"true") && sfnt(head)) => &f::TTF,
        b'O' if starts(b"OTTO") && sfnt(head) => &f::OTF,
        b'O' if starts(b"OggS") => container::ogg(head),
        b'w' if starts(b"wvpk") => &f::WAVPACK,
        b'c' if starts(b"caff\0\x01") => &f::CAF,
        b'#' if starts(b"#!AMR") => &f::AMR,
        0x0b if ac3(head) => &f::AC3,
        b'w' if starts(b"wOFF") => &f::WOFF,
        b'w' if starts(b"wOF2") => &f::WOFF2,
        b'I' if starts(b"ID3") && head.get(3).is_some_and(|version| (2..=4).contains(version)) => {
            container::after_id3(head)
        }
        b'f' if starts(b"fLaC") => &f::FLAC,
        b'F' if starts(b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")) => &f::AIFF,
        b'F' if starts(b"FLV\x01") => &f::FLV,
        b'0' if starts(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11") => container::asf(head),
        0x1a if starts(b"\x1a\x45\xdf\xa3") => container::matroska(head),
        b'%' if starts(b"%PDF-") => &f::PDF,
        b'{' if starts(b"{\\rtf") => &f::RTF,
        b'g' if starts(b"glTF\x02\0\0\0") => &f::GLB,
        b'p' if starts(b"ply\n") || starts(b"ply\r\n") => &f::PLY,
        0xfd if starts(b"\xfd7zXZ\0") => &f::XZ,
        0x28 if starts(b"\x28\xb5\x2f\xfd") => &f::ZSTD,
        b'7' if starts(b"7z\xbc\xaf\x27\x1c") => &f::SEVEN_ZIP,
        _ if at(257, b"ustar") => &f::TAR,
        _ => return None,
    };
    Some(format)
}

fn be16(bytes: &[u8], offset: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(offset..offset + 2)?.try_into().ok()?))
}

fn le16(bytes: &[u8], offset: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(offset..offset + 2)?.try_into().ok()?))
}

fn le32(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(offset..offset + 4)?.try_into().ok()?))
}

/// Two letters are no signature: the header behind them has to make sense.
fn bmp(head: &[u8]) -> bool {
    head.starts_with(b"BM")
        && le32(head, 14).is_some_and(|size| matches!(size, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// An icon or cursor with at least one entry, whose first entry lies behind the directory.
fn ico(head: &[u8]) -> bool {
    let count = le16(head, 4).unwrap_or(0);
    (head.starts_with(b"\0\0\x01\0") || head.starts_with(b"\0\0\x02\0"))
        && (1..=256).contains(&count)
        && le32(head, 18).is_some_and(|offset| offset >= 6 + 16 * u32::from(count))
}

/// A font directory with a plausible number of tables.
fn sfnt(head: &[u8]) -> bool {
    be16(head, 4).is_some_and(|tables| (4..=64).contains(&tables))
}

/// A frame of MPEG audio layer 1 to 3, with a second one right behind it where we can see that far.
fn mpeg_audio(head: &[u8]) -> bool {
    let Some(length) = mpeg_audio_frame(head) else { return false };
    head.len() < length + 4 || mpeg_audio_frame(&head[length..]).is_some()
}

/// The length of the MPEG audio layer 3 frame at the start of `bytes`.
fn mpeg_audio_frame(bytes: &[u8]) -> Option<usize> {
    const V1: [u32; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const V2: [u32; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let header = bytes.get(..4)?;
    let (version, layer) = (header[1] >> 3 & 3, header[1] >> 1 & 3);
    if header[0] != 0xff || header[1] & 0xe0 != 0xe0 || version == 1 || layer != 1 {
        return None;
    }
    let (rate, frequency) = (usize::from(header[2] >> 4), usize::from(header[2] >> 2 & 3));
    let base = [44_100, 48_000, 32_000].get(frequency)?;
    let kilobits = if version == 3 { V1.get(rate)? } else { V2.get(rate)? };
    let (frequency, samples) = match version {
        3 => (*base, 144),
        2 => (base / 2, 72),
        _ => (base / 4, 72),
    };
    (*kilobits > 0).then(|| (samples * kilobits * 1000 / frequency + u32::from(header[2] >> 1 & 1)) as usize)
}

/// AAC in ADTS frames, two in a row where we can see that far.
fn adts(head: &[u8]) -> bool {
    let frame = |bytes: &[u8]| -> Option<usize> {
        let header = bytes.get(..7)?;
        let fits = header[0] == 0xff && header[1] & 0xf6 == 0xf0 && header[2] >> 2 & 15 < 13;
        let length =
            usize::from(header[3] & 3) << 11 | usize::from(header[4]) << 3 | usize::from(header[5]) >> 5;
        (fits && length > 7).then_some(length)
    };
    frame(head).is_some_and(|length| head.len() < length + 7 || frame(&head[length..]).is_some())
}

/// A frame of AC-3 or E-AC-3: the sync word, and a stream identification that there is.
fn ac3(head: &[u8]) -> bool {
    head.starts_with(b"\x0b\x77") && head.get(5).is_some_and(|byte| byte >> 3 <= 16)
}

/// Sync bytes at the start of four packets.
fn mpeg_ts(head: &[u8]) -> bool {
    [188, 192].iter().any(|packet| (0..4).all(|index| head.get(index * packet) == Some(&0x47)))
}
