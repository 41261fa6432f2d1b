//! What a sample description says of its codec, in the words of RFC 6381 and of the codecs' own bindings.

use std::fmt::Write as _;

use super::Malformed;
use super::boxes::{Boxes, Kind, Reader, find};

type Result<T> = std::result::Result<T, Malformed>;

/// The one sample description of a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    /// As in `avc1.64001f` or `mp4a.40.2`.
    pub(crate) codec: String,
    /// For sound alone.
    pub(crate) audio: Option<Audio>,
}

/// What a sample description says of sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Audio {
    pub(crate) channels: u16,
    /// Hz; 0 when it isn't told.
    pub(crate) sample_rate: u32,
}

/// Reads the content of an `stsd` box, which has exactly one entry here.
pub(crate) fn describe(stsd: &[u8]) -> Result<Description> {
    let mut reader = Reader::new(stsd);
    reader.version_and_flags()?;
    if reader.u32()? != 1 {
        return Err(Malformed("a track has one sample description"));
    }
    let (kind, entry) =
        Boxes::new(reader.rest()).next().ok_or(Malformed("the sample description is missing"))??;
    match &kind {
        b"avc1" | b"avc3" => video(avc(&kind, configuration(entry, VISUAL, b"avcC")?)?),
        b"hvc1" | b"hev1" => video(hevc(&kind, configuration(entry, VISUAL, b"hvcC")?)?),
        b"vp09" => video(vp9(configuration(entry, VISUAL, b"vpcC")?)?),
        b"av01" => video(av1(configuration(entry, VISUAL, b"av1C")?)?),
        b"mp4a" => aac(entry),
        b"Opus" => sound("opus", entry),
        b"fLaC" => sound("flac", entry),
        b"ac-3" => sound("ac-3", entry),
        b"ec-3" => sound("ec-3", entry),
        _ => Err(Malformed("the codec is none that is served")),
    }
}

/// Bytes of a sample entry before the boxes in it (ISO 14496-12, 12.1.3 and 12.2.3).
const VISUAL: usize = 78;
const AUDIO: usize = 28;

fn configuration<'a>(entry: &'a [u8], fields: usize, kind: &Kind) -> Result<&'a [u8]> {
    let boxes = entry.get(fields..).ok_or(Malformed("a sample description is cut off"))?;
    find(boxes, kind)?.ok_or(Malformed("a codec's configuration is missing"))
}

fn video(codec: String) -> Result<Description> {
    Ok(Description { codec, audio: None })
}

fn sound(codec: &str, entry: &[u8]) -> Result<Description> {
    Ok(Description { codec: codec.to_owned(), audio: Some(sound_fields(entry)?) })
}

fn sound_fields(entry: &[u8]) -> Result<Audio> {
    let mut reader = Reader::new(entry);
    reader.skip(16)?;
    let channels = reader.u16()?;
    reader.skip(6)?;
    // A fixed-point number of 16.16 bits; writers put 0 for what doesn't fit, as 96 kHz.
    let sample_rate = reader.u32()? >> 16;
    Ok(Audio { channels, sample_rate })
}

fn letters(kind: &Kind) -> String {
    kind.iter().map(|letter| char::from(*letter)).collect()
}

fn avc(kind: &Kind, configuration: &[u8]) -> Result<String> {
    let mut reader = Reader::new(configuration);
    reader.skip(1)?;
    let [profile, constraints, level] = reader.array()?;
    Ok(format!("{}.{profile:02x}{constraints:02x}{level:02x}", letters(kind)))
}

/// ISO 14496-15, annex E.3.
fn hevc(kind: &Kind, configuration: &[u8]) -> Result<String> {
    let mut reader = Reader::new(configuration);
    reader.skip(1)?;
    let profile = reader.u8()?;
    let compatibility = reader.u32()?.reverse_bits();
    let constraints = reader.array::<6>()?;
    let level = reader.u8()?;
    let space = ["", "A", "B", "C"][usize::from(profile >> 6)];
    let tier = if profile & 0x20 == 0 { 'L' } else { 'H' };
    let mut codec = format!("{}.{space}{}.{compatibility:X}.{tier}{level}", letters(kind), profile & 0x1f);
    let told = constraints.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    for byte in constraints.iter().take(told) {
        // Writing to a string can't fail.
        let _ = write!(codec, ".{byte:X}");
    }
    Ok(codec)
}

/// "VP Codec ISO Media File Format Binding": the mandatory part, which is all that players look at.
fn vp9(configuration: &[u8]) -> Result<String> {
    let mut reader = Reader::new(configuration);
    reader.version_and_flags()?;
    let [profile, level, depth] = reader.array()?;
    Ok(format!("vp09.{profile:02}.{level:02}.{:02}", depth >> 4))
}

/// "AV1 Codec ISO Media File Format Binding": the mandatory part.
fn av1(configuration: &[u8]) -> Result<String> {
    let mut reader = Reader::new(configuration);
    reader.skip(1)?;
    let [levels, flags] = reader.array()?;
    let (profile, level) = (levels >> 5, levels & 0x1f);
    let tier = if flags & 0x80 == 0 { 'M' } else { 'H' };
    let depth = match (flags & 0x40 != 0, flags & 0x20 != 0) {
        (false, _) => 8,
        (true, false) => 10,
        (true, true) => 12,
    };
    Ok(format!("av01.{profile}.{level:02}{tier}.{depth:02}"))
}

fn aac(entry: &[u8]) -> Result<Description> {
    let mut audio = sound_fields(entry)?;
    let mut esds = Reader::new(configuration(entry, AUDIO, b"esds")?);
    esds.version_and_flags()?;
    let stream = descriptor(&mut esds, 3)?;
    let mut stream = Reader::new(stream);
    stream.skip(2)?;
    let flags = stream.u8()?;
    if flags & 0x80 != 0 {
        stream.skip(2)?;
    }
    if flags & 0x40 != 0 {
        let length = stream.u8()?;
        stream.skip(usize::from(length))?;
    }
    if flags & 0x20 != 0 {
        stream.skip(2)?;
    }
    let mut decoder = Reader::new(descriptor(&mut stream, 4)?);
    let object = decoder.u8()?;
    if object != 0x40 {
        let codec = format!("mp4a.{object:02x}");
        return Ok(Description { codec, audio: Some(audio) });
    }
    decoder.skip(12)?;
    let (kind, channels) = audio_specific(descriptor(&mut decoder, 5)?)?;
    // Writers put 2 into the sample entry whatever there is; the configuration is what decoders go by.
    audio.channels = channels.unwrap_or(audio.channels);
    Ok(Description { codec: format!("mp4a.40.{kind}"), audio: Some(audio) })
}

/// The content of the descriptor that comes next (ISO 14496-1, 8.3.3), which has to be of that class.
fn descriptor<'a>(reader: &mut Reader<'a>, class: u8) -> Result<&'a [u8]> {
    if reader.u8()? != class {
        return Err(Malformed("an AAC configuration holds something else"));
    }
    let mut length = 0_usize;
    for _ in 0..4 {
        let byte = reader.u8()?;
        length = length << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return reader.take(length);
        }
    }
    Err(Malformed("the length of a descriptor never ends"))
}

/// The object type and, where it is told, the number of channels (ISO 14496-3, 1.6.2.1).
fn audio_specific(bytes: &[u8]) -> Result<(u32, Option<u16>)> {
    let mut bits = Bits { bytes, at: 0 };
    let mut kind = bits.take(5)?;
    if kind == 31 {
        kind = 32 + bits.take(6)?;
    }
    if bits.take(4)? == 15 {
        bits.take(24)?;
    }
    let channels = match bits.take(4)? {
        few @ 1..=6 => Some(few as u16),
        7 | 12 | 14 => Some(8),
        11 => Some(7),
        _ => None,
    };
    Ok((kind, channels))
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Result<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8).ok_or(Malformed("an AAC configuration is cut off"))?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hevc_is_told_with_its_compatibility_reversed_and_without_trailing_zeros() {
        let main = [1, 0x01, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93];
        assert_eq!(hevc(b"hvc1", &main), Ok("hvc1.1.6.L93.90".to_owned()));
        let high = [1, 0x22, 0x20, 0, 0, 0, 0xb0, 0, 0, 0, 0, 0, 150];
        assert_eq!(hevc(b"hev1", &high), Ok("hev1.2.4.H150.B0".to_owned()));
    }

    #[test]
    fn the_depth_and_the_tier_of_av1_are_told() {
        assert_eq!(av1(&[0x81, 0x05, 0x0c, 0]), Ok("av01.0.05M.08".to_owned()));
        assert_eq!(av1(&[0x81, 0x2d, 0xcc, 0]), Ok("av01.1.13H.10".to_owned()));
    }

    #[test]
    fn the_channels_of_aac_come_from_its_configuration() {
        assert_eq!(audio_specific(&[0x12, 0x08]), Ok((2, Some(1))));
        assert_eq!(audio_specific(&[0x11, 0xb0]), Ok((2, Some(6))));
        assert!(audio_specific(&[0x12]).is_err());
    }
}
