//! Plain texts.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use crate::story::Story;
use crate::{Error, Limits, Read};

/// Bytes that the encoding is guessed from where nothing says it.
const GUESSED_FROM: usize = 64 << 10;

/// Bytes of a letter at most, in any encoding that is read here.
const WIDEST: usize = 4;

/// The text of a file: by its byte order mark, or UTF-8, or the encoding that its letters look like. Read as far as
/// `most` bytes of text need it.
pub(crate) fn decoded(bytes: &[u8], most: usize) -> String {
    let part = bytes.get(..bytes.len().min(most.saturating_mul(WIDEST))).unwrap_or(bytes);
    if let Some((encoding, _)) = Encoding::for_bom(part) {
        return encoding.decode(part).0.into_owned();
    }
    match std::str::from_utf8(part) {
        Ok(text) => return text.to_owned(),
        // Only the last letter was cut.
        Err(error) if error.error_len().is_none() => return String::from_utf8_lossy(part).into_owned(),
        Err(_) => {}
    }
    if let Some(encoding) = wide(part) {
        return encoding.decode_without_bom_handling(part).0.into_owned();
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let head = part.get(..part.len().min(GUESSED_FROM)).unwrap_or(part);
    detector.feed(head, head.len() == part.len());
    detector.guess(None, Utf8Detection::Deny).decode_without_bom_handling(part).0.into_owned()
}

/// UTF-16 without a mark, which Latin letters show by a zero beside each.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(GUESSED_FROM)).unwrap_or(bytes);
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = head.len() / 2 * 6 / 10;
    match (even > most, odd > most) {
        (true, false) => Some(encoding_rs::UTF_16BE),
        (false, true) => Some(encoding_rs::UTF_16LE),
        _ => None,
    }
}

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    let text = decoded(bytes, limits.text);
    let mut story = Story::new(limits.text);
    // Lines of one paragraph may be broken by hand, or mean something as they are: both are shown as they are.
    for line in text.split(['\n', '\r', '\u{c}', '\u{2028}', '\u{2029}']) {
        if story.is_full() {
            break;
        }
        story.verbatim(line);
    }
    Ok(Read { story, ..Read::default() })
}
