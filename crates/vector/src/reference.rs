//! What addresses in a drawing may be: a part of the drawing itself, or a picture that is written out in place.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::engine::{DecodePaddingMode, general_purpose};

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// To the element with this id.
    Fragment(&'a str),
    /// To what is written out in it.
    Data,
    /// To a program.
    Script,
    /// Nowhere.
    Nothing,
    /// Elsewhere.
    Elsewhere,
}

/// Where an address leads, as a browser reads it.
pub(crate) fn target(address: &str) -> Target<'_> {
    let address = address.trim_matches(|letter: char| letter <= ' ');
    if let Some(id) = address.strip_prefix('#') {
        return if id.is_empty() { Target::Nothing } else { Target::Fragment(id) };
    }
    if address.is_empty() {
        return Target::Nothing;
    }
    // Browsers overlook line breaks and tabs within an address.
    let scheme: String =
        address.chars().filter(|letter| *letter > ' ').take_while(|letter| *letter != ':').take(20).collect();
    match scheme.to_ascii_lowercase().as_str() {
        "data" => Target::Data,
        "javascript" | "vbscript" => Target::Script,
        _ => Target::Elsewhere,
    }
}

/// What a `data:` address holds.
pub(crate) enum Data {
    /// A picture of pixels: its MIME type by its first bytes, and its bytes.
    Raster(&'static str, Vec<u8>),
    /// A drawing, which isn't cleaned yet.
    Drawing(Vec<u8>),
}

/// The picture in a `data:` address. `None` for anything else.
pub(crate) fn picture(address: &str) -> Option<Data> {
    let (mime, bytes) = data(address)?;
    if mime.starts_with("image/svg") {
        return Some(Data::Drawing(bytes));
    }
    raster(&bytes).map(|mime| Data::Raster(mime, bytes))
}

/// The MIME type of a picture of pixels, by its first bytes.
fn raster(bytes: &[u8]) -> Option<&'static str> {
    let at = |at: usize, word: &[u8]| bytes.get(at..at + word.len()) == Some(word);
    Some(match () {
        () if at(0, b"\x89PNG\r\n\x1a\n") => "image/png",
        () if at(0, b"\xff\xd8\xff") => "image/jpeg",
        () if at(0, b"GIF87a") || at(0, b"GIF89a") => "image/gif",
        () if at(0, b"RIFF") && at(8, b"WEBP") => "image/webp",
        () if at(4, b"ftypavif") || at(4, b"ftypavis") => "image/avif",
        () if at(0, b"BM") => "image/bmp",
        () => return None,
    })
}

/// A `data:` address that holds a font, written anew. `None` for anything else.
pub(crate) fn font(address: &str) -> Option<String> {
    let (_, bytes) = data(address)?;
    let mime = match bytes.get(..4)? {
        b"wOFF" => "font/woff",
        b"wOF2" => "font/woff2",
        b"OTTO" => "font/otf",
        [0, 1, 0, 0] | b"true" => "font/ttf",
        _ => return None,
    };
    Some(written(mime, &bytes))
}

/// A `data:` address.
pub(crate) fn written(mime: &str, bytes: &[u8]) -> String {
    format!("data:{mime};base64,{}", STANDARD.encode(bytes))
}

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fn data(address: &str) -> Option<(String, Vec<u8>)> {
    let address = address.trim_matches(|letter: char| letter <= ' ');
    let (head, body) = address.split_once(',')?;
    let (scheme, head) = head.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("data") {
        return None;
    }
    let mut parts = head.split(';').map(|part| part.trim().to_ascii_lowercase());
    let mime = parts.next()?;
    let mut bytes: Vec<u8> = percent_encoding::percent_decode_str(body).collect();
    if parts.any(|part| part == "base64") {
        bytes.retain(|byte| !byte.is_ascii_whitespace());
        bytes = BASE64.decode(&bytes).or_else(|_| general_purpose::URL_SAFE_NO_PAD.decode(&bytes)).ok()?;
    }
    Some((mime, bytes))
}

#[cfg(test)]
mod tests {
    use super::{Target, target};

    #[test]
    fn addresses_are_read_as_browsers_read_them() {
        for (address, expected) in [
            ("#a", Target::Fragment("a")),
            (" \n#a ", Target::Fragment("a")),
            ("#", Target::Nothing),
            ("", Target::Nothing),
            ("java\nscript:alert(1)", Target::Script),
            ("\u{1} JavaScript:alert(1)", Target::Script),
            ("DATA:image/png,x", Target::Data),
            ("//host/x#a", Target::Elsewhere),
            ("x.svg#a", Target::Elsewhere),
            ("https://host/", Target::Elsewhere),
        ] {
            assert_eq!(target(address), expected, "{address}");
        }
    }
}
