//! Text, and what is written in it: drawings, models, markup and programs.

use contract::formats as f;

use super::Sniffed;

/// Looks at what has no signature of its own.
pub(super) fn look(head: &[u8]) -> Sniffed {
    if binary_stl(head) {
        return Sniffed::Format(&f::STL);
    }
    if head.is_empty() || !is_text(head) {
        return Sniffed::Unknown;
    }
    let text = match head {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => utf16(head),
        _ => String::from_utf8_lossy(head).into_owned(),
    };
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if is_svg(head) {
        return Sniffed::Format(&f::SVG);
    }
    if let Some(what) = active(start) {
        return Sniffed::Active(what);
    }
    if start.starts_with('{') && start.contains("\"asset\"") && start.contains("\"version\"") {
        return Sniffed::Format(&f::GLTF);
    }
    if start.starts_with("solid") && start.contains("facet") {
        return Sniffed::Format(&f::STL);
    }
    Sniffed::Text
}

/// Whether a document's root element is `svg`, behind a declaration, comments and a doctype.
pub(super) fn is_svg(head: &[u8]) -> bool {
    let text = match head {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => utf16(head),
        _ => String::from_utf8_lossy(head).into_owned(),
    };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            rest.find("?>").map(|end| end + 2)
        } else if rest.starts_with("<!--") {
            rest.find("-->").map(|end| end + 3)
        } else if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
            doctype_end(rest)
        } else {
            let name = rest.strip_prefix('<').unwrap_or_default();
            let name =
                name.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or_default();
            return name == "svg" || name.ends_with(":svg");
        };
        match end {
            Some(end) => rest = rest[end..].trim_start(),
            None => return false,
        }
    }
}

/// A doctype may hold a bracketed part with angle brackets of its own.
fn doctype_end(text: &str) -> Option<usize> {
    let close = text.find('>')?;
    match text.find('[') {
        Some(open) if open < close => {
            let end = text[open..].find("]")? + open;
            Some(text[end..].find('>')? + end + 1)
        }
        _ => Some(close + 1),
    }
}

/// Markup and scripts: what a browser would run, or a server, or a shell.
fn active(start: &str) -> Option<&'static str> {
    let lower: String = start.chars().take(2048).collect::<String>().to_ascii_lowercase();
    let begins = |marks: &[&str]| marks.iter().any(|mark| lower.starts_with(mark));
    // Browsers that guess look for these anywhere near the start, so a comment before them hides nothing.
    const TAGS: [&str; 7] = ["<html", "<head", "<body", "<script", "<iframe", "<object", "<embed"];
    let tag = |mark: &str| {
        // `<header>` is no `<head>`: the name has to end there.
        lower
            .match_indices(mark)
            .any(|(at, _)| !lower[at + mark.len()..].starts_with(|c: char| c.is_alphanumeric()))
    };
    if lower.contains("<!doctype html") || TAGS.iter().any(|mark| tag(mark)) {
        return Some("HTML");
    }
    if begins(&["<?xml", "<!doctype", "<rss", "<xsl"]) {
        return Some("XML");
    }
    if begins(&["#!"]) {
        return Some("a script");
    }
    if begins(&["<?php", "<?="]) || lower.contains("<?php") {
        return Some("PHP");
    }
    None
}

/// UTF-8 or marked UTF-16 without control characters. A character cut off at the end is fine.
fn is_text(head: &[u8]) -> bool {
    if matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        let text = utf16(head);
        return !text.contains(char::REPLACEMENT_CHARACTER) && !text.chars().any(is_control);
    }
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        // Old text files are in one of the 8-bit encodings: no control bytes, and mostly ASCII.
        Err(_) => {
            return head.iter().all(|byte| !is_control(char::from(*byte)) || *byte >= 0x80)
                && mostly_ascii(head);
        }
    };
    !text.chars().any(is_control)
}

fn mostly_ascii(head: &[u8]) -> bool {
    head.iter().filter(|byte| byte.is_ascii()).count() * 10 >= head.len() * 7
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\x1b')
}

fn utf16(bytes: &[u8]) -> String {
    let big = bytes.starts_with(&[0xfe, 0xff]);
    let units = bytes[2..]
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| if big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) });
    let mut text: String =
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    if text.ends_with(char::REPLACEMENT_CHARACTER) {
        text.pop();
    }
    text
}

/// 80 bytes of anything, a number of triangles, then triangles whose normals are unit vectors or zero.
fn binary_stl(head: &[u8]) -> bool {
    let Some(count) = super::le32(head, 80) else { return false };
    let normal = |index: usize| -> Option<f32> {
        let at = |axis: usize| super::le32(head, 84 + index * 50 + axis * 4).map(f32::from_bits);
        Some(at(0)?.powi(2) + at(1)?.powi(2) + at(2)?.powi(2))
    };
    let plausible = |index| normal(index).is_some_and(|square| square == 0.0 || (square - 1.0).abs() < 0.02);
    (1..50_000_000).contains(&count) && (0..count.min(8) as usize).all(plausible)
}
