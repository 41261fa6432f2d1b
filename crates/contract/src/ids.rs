//! File ids (CONTRACT 5.1): `{6 hex of the site}_{32 hex}` and a suffix that tells the kind.

use std::fmt;

use uuid::Uuid;

use crate::formats::{Format, Kind};

/// The id of a file of this server. It is fixed when the upload URL is made and never changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(String);

/// Characters before the 32 hex digits: six of the site and an underscore.
const HEAD: usize = 7;

impl FileId {
    /// A new id. `site_prefix` is the site's six hex digits, `file_name` what the client calls the file: its
    /// extension is kept where it belongs to the format.
    pub fn new(site_prefix: &str, unique: Uuid, format: &Format, file_name: Option<&str>) -> FileId {
        let extension = file_name
            .and_then(crate::formats::extension_of)
            .map(str::to_ascii_lowercase)
            .filter(|extension| format.extensions.contains(&extension.as_str()))
            .unwrap_or_else(|| format.extension().to_owned());
        let stem = format!("{site_prefix}_{}", unique.simple());
        FileId(match format.kind {
            Kind::Image => format!("{stem}~mv2.{extension}"),
            Kind::Video => stem,
            _ => format!("{stem}.{extension}"),
        })
    }

    /// Reads an id of this server's shape; anything else is `None`, which callers treat as "no such file".
    pub fn parse(text: &str) -> Option<FileId> {
        let (head, rest) = (text.get(..HEAD)?, text.get(HEAD..)?);
        let (unique, suffix) = (rest.get(..32)?, rest.get(32..)?);
        let is_hex = |s: &str| s.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let suffix_fits = suffix.is_empty()
            || suffix.strip_prefix("~mv2").unwrap_or(suffix).strip_prefix('.').is_some_and(|extension| {
                (1..=10).contains(&extension.len())
                    && extension.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
        (is_hex(head.strip_suffix('_')?) && is_hex(unique) && suffix_fits).then(|| FileId(text.to_owned()))
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 16 bytes behind the 32 hex digits: unique over all sites, and in the order of the ids of one site.
    pub fn unique(&self) -> [u8; 16] {
        // The shape was checked when the id was made, so the digits parse.
        Uuid::try_parse(&self.0[HEAD..HEAD + 32]).unwrap_or_default().into_bytes()
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats;

    #[test]
    fn an_id_tells_its_kind_and_parses_back() {
        let unique = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        let id = |format, name| FileId::new("4acbb8", unique, format, name).as_str().to_owned();
        let stem = "4acbb8_0123456789abcdef0123456789abcdef";
        assert_eq!(id(&formats::JPEG, Some("a.JPEG")), format!("{stem}~mv2.jpeg"));
        assert_eq!(id(&formats::JPEG, Some("a.png")), format!("{stem}~mv2.jpg"));
        assert_eq!(id(&formats::MP4, Some("a.mp4")), stem);
        assert_eq!(id(&formats::PDF, None), format!("{stem}.pdf"));
        for text in [id(&formats::JPEG, None), id(&formats::MP4, None), id(&formats::SEVEN_ZIP, None)] {
            let parsed = FileId::parse(&text).expect("own ids parse");
            assert_eq!((parsed.as_str(), parsed.unique()), (text.as_str(), unique.into_bytes()));
        }
    }

    #[test]
    fn what_is_not_an_id_of_ours_is_none() {
        for text in [
            "",
            "x",
            "é",
            "Q\"\u{19}\u{105936}\u{b1}\u{2a1ca}\u{87}0123456789abcdef0123456789abcdef",
            "4acbb8_0123",
            "4ACBB8_0123456789abcdef0123456789abcdef",
            "4acbb8_0123456789abcdef0123456789abcdef/../x",
            "4acbb8_0123456789abcdef0123456789abcdef.",
            "4acbb8_0123456789abcdef0123456789abcdeé",
        ] {
            assert_eq!(FileId::parse(text), None, "{text}");
        }
    }
}
