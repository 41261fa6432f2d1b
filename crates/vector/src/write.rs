//! How text is written into SVG and into CSS so that it stays text.

use cssparser::serialize_string;

/// Writes text between tags.
pub(crate) fn text(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            letter => out.push(letter),
        }
    }
}

/// Writes an attribute.
pub(crate) fn attribute(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    for letter in value.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            letter => out.push(letter),
        }
    }
    out.push('"');
}

/// A string of CSS. Nothing in it can end a style element, whoever reads it.
pub(crate) fn css_string(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    // Writing into a string doesn't fail.
    let _ = serialize_string(text, &mut written);
    written.replace('<', "\\3c ")
}
