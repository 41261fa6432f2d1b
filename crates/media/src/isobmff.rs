//! The properties of the main picture in an AVIF or HEIC file (ISO 14496-12, 23008-12), without decoding it.

/// Size and pose of the main picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Pixels, as displayed.
    pub(crate) width: u32,
    /// Pixels, as displayed.
    pub(crate) height: u32,
    /// Width and height as a decoder makes them, whatever is displayed of that.
    pub(crate) stored: (u32, u32),
    /// Whether the file is a sequence.
    pub(crate) sequence: bool,
}

/// Boxes looked at in one list; a file with more is up to something.
const MOST_BOXES: usize = 4096;

/// Reads the main picture's properties. `None` when they aren't there.
pub(crate) fn picture(bytes: &[u8]) -> Option<Picture> {
    let top = boxes(bytes);
    let major = find(&top, b"ftyp")?.get(..4)?;
    let meta = boxes(find(&top, b"meta")?.get(4..)?);
    let primary = primary_item(find(&meta, b"pitm")?)?;
    let properties = boxes(find(&meta, b"iprp")?);
    let all = boxes(find(&properties, b"ipco")?);
    let (mut stored, mut size) = (None, None);
    let mut turned = false;
    for index in associated(find(&properties, b"ipma")?, primary)? {
        let Some((kind, content)) = index.checked_sub(1).and_then(|index| all.get(index)) else { continue };
        match *kind {
            b"ispe" => stored = Some((be32(content, 4)?, be32(content, 8)?)),
            b"clap" => {
                // The clean aperture is a fraction each way; whole pixels are what is displayed.
                let side = |offset| Some(be32(content, offset)? / be32(content, offset + 4)?.max(1));
                size = Some((side(0)?, side(8)?));
            }
            b"irot" => turned = content.first()? & 1 == 1,
            _ => {}
        }
    }
    let stored = stored?;
    let (width, height) = size.or(Some(stored)).filter(|(width, height)| *width > 0 && *height > 0)?;
    let (width, height) = if turned { (height, width) } else { (width, height) };
    Some(Picture { width, height, stored, sequence: matches!(major, b"avis" | b"hevc" | b"hevx" | b"msf1") })
}

type Named<'a> = (&'a [u8; 4], &'a [u8]);

/// The boxes that lie side by side in `bytes`.
fn boxes(bytes: &[u8]) -> Vec<Named<'_>> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while found.len() < MOST_BOXES {
        let Some((kind, content, after)) = first_box(rest) else { break };
        found.push((kind, content));
        rest = after;
    }
    found
}

fn first_box(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let kind = bytes.get(4..8)?.first_chunk::<4>()?;
    let (start, size) = match be32(bytes, 0)? {
        0 => (8, bytes.len()),
        1 => (16, usize::try_from(u64::from_be_bytes(*bytes.get(8..16)?.first_chunk::<8>()?)).ok()?),
        size => (8, size as usize),
    };
    // The last box may go on behind what we have.
    let end = size.min(bytes.len());
    Some((kind, bytes.get(start..end)?, &bytes[end..]))
}

fn find<'a>(boxes: &[Named<'a>], kind: &[u8; 4]) -> Option<&'a [u8]> {
    boxes.iter().find(|(name, _)| *name == kind).map(|(_, content)| *content)
}

fn be32(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(offset..)?.first_chunk::<4>()?))
}

fn be16(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(*bytes.get(offset..)?.first_chunk::<2>()?)))
}

fn primary_item(pitm: &[u8]) -> Option<u32> {
    if *pitm.first()? == 0 { be16(pitm, 4) } else { be32(pitm, 4) }
}

/// The numbers of the properties that belong to an item, from 1.
fn associated(ipma: &[u8], item: u32) -> Option<Vec<usize>> {
    let (version, wide) = (*ipma.first()?, ipma.get(3)? & 1 == 1);
    let entries = be32(ipma, 4)?;
    let mut at = 8;
    for _ in 0..entries.min(MOST_BOXES as u32) {
        let id = if version == 0 { be16(ipma, at)? } else { be32(ipma, at)? };
        at += if version == 0 { 2 } else { 4 };
        let count = usize::from(*ipma.get(at)?);
        at += 1;
        let width = if wide { 2 } else { 1 };
        if id == item {
            // The top bit says that the property is essential.
            let index = |entry: usize| {
                let at = at + entry * width;
                Some(if wide {
                    be16(ipma, at)? as usize & 0x7fff
                } else {
                    usize::from(*ipma.get(at)? & 0x7f)
                })
            };
            return (0..count).map(index).collect();
        }
        at += count * width;
    }
    None
}
