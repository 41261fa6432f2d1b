//! What an old document of Office says of itself.

use facts::DocumentFacts;

use super::{File, eight, four, two, wide};
use crate::codepages::encoding;
use crate::dates;
use crate::story::folded;

/// Where the one section begins that counts.
const SECTION: usize = 44;

/// Properties that are looked at.
const MOST: u32 = 200;

/// Bytes of a property that are kept.
const LONGEST: usize = 4000;

pub(super) fn facts(file: &mut File<'_>, bytes: &[u8]) -> DocumentFacts {
    let stream = file.stream("\u{5}SummaryInformation", bytes).unwrap_or_default();
    properties(&stream).unwrap_or_default()
}

fn properties(stream: &[u8]) -> Option<DocumentFacts> {
    let section = stream.get(four(stream, SECTION)? as usize..)?;
    let listed = (0..four(section, 4)?.min(MOST) as usize).filter_map(|number| {
        let at = 8 + number * 8;
        Some((four(section, at)?, section.get(four(section, at + 4)? as usize..)?))
    });
    let listed: Vec<(u32, &[u8])> = listed.collect();
    let find = |id: u32| listed.iter().find(|property| property.0 == id).map(|property| property.1);
    let page = find(1).and_then(|value| two(value, 4)).unwrap_or(1252);
    let text = |id| find(id).and_then(|value| text(value, page)).filter(|text| !text.is_empty());
    let date = |id| {
        find(id)
            .filter(|value| two(value, 0) == Some(0x40))
            .and_then(|value| dates::of_windows(eight(value, 4)?))
    };
    Some(DocumentFacts {
        title: text(2),
        author: text(4),
        created: date(12),
        modified: date(13),
        pages: find(14)
            .filter(|value| two(value, 0) == Some(3))
            .and_then(|value| four(value, 4))
            .filter(|pages| (1..1_000_000).contains(pages)),
        ..DocumentFacts::default()
    })
}

fn text(value: &[u8], page: u16) -> Option<String> {
    let length = four(value, 4)? as usize;
    let text = match two(value, 0)? {
        0x1e => {
            let bytes = value.get(8..8 + length.min(LONGEST))?;
            encoding(u32::from(page)).decode_without_bom_handling(bytes).0.into_owned()
        }
        0x1f => wide(value.get(8..8 + length.saturating_mul(2).min(LONGEST))?),
        _ => return None,
    };
    Some(folded(text.split('\0').next().unwrap_or_default()))
}
