//! `Content-Disposition` (RFC 6266, RFC 8187): a name in any script, and one in ASCII for those who can't read that.

use contract::enums::ContentDisposition;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may stand unencoded in an extended value (`attr-char`).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The header's value for a file to be saved or shown under `name`.
pub(super) fn header(kind: ContentDisposition, name: &str) -> String {
    let kind = match kind {
        ContentDisposition::Attachment => "attachment",
        ContentDisposition::Inline => "inline",
    };
    // A quoted string ends at a quote, and some clients decode percent signs in it: none of these in the plain name.
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' })
        .collect();
    if plain == name {
        return format!("{kind}; filename=\"{plain}\"");
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ENCODED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_survives_in_any_script_and_injects_nothing() {
        let attachment = |name| header(ContentDisposition::Attachment, name);
        assert_eq!(attachment("a b.jpg"), "attachment; filename=\"a b.jpg\"");
        assert_eq!(attachment("猫.jpg"), "attachment; filename=\"_.jpg\"; filename*=UTF-8''%E7%8C%AB.jpg");
        assert_eq!(
            attachment("a\"; filename=\"b.html"),
            "attachment; filename=\"a_; filename=_b.html\"; filename*=UTF-8''a%22%3B%20filename%3D%22b.html"
        );
        assert_eq!(
            header(ContentDisposition::Inline, "a\r\nX: y"),
            "inline; filename=\"a__X: y\"; filename*=UTF-8''a%0D%0AX%3A%20y"
        );
    }
}
