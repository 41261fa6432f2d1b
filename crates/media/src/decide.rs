//! What a file is taken for: content decides, what was declared may only differ within a kind.

use contract::formats::{self, Format, Kind, extension_of};

use crate::sniff::Sniffed;

/// Why a file isn't taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypeError {
    /// What was declared and what it is are of different kinds.
    #[error("{declared} was declared, but the {by} {found}")]
    Mismatch {
        /// The declared MIME type.
        declared: String,
        /// What speaks against it: the file name, or the content.
        by: &'static str,
        /// What that is.
        found: String,
    },
    /// It is of no type that is taken.
    #[error("{0}")]
    Unsupported(String),
}

/// MIME types that say nothing, so that name and content decide.
const NOTHING: [&str; 4] =
    ["application/octet-stream", "binary/octet-stream", "application/x-binary", "application/unknown"];

/// What a caller says of a file before its bytes are here.
fn declared_mime(mime: &str) -> Option<String> {
    let bare = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    (!bare.is_empty() && !NOTHING.contains(&bare.as_str())).then_some(bare)
}

/// What a file will be, by what is declared of it. A MIME type that says nothing needs a name with an extension.
pub fn expected(mime: &str, file_name: Option<&str>) -> Result<&'static Format, TypeError> {
    let named = file_name.and_then(formats::by_file_name);
    let Some(declared) = declared_mime(mime) else {
        return named.ok_or_else(|| match file_name.and_then(extension_of) {
            Some(extension) => {
                TypeError::Unsupported(format!("files with the extension .{extension} are not taken"))
            }
            None => TypeError::Unsupported(format!("`{mime}` needs a file name with an extension")),
        });
    };
    let Some(format) = formats::by_mime(&declared) else {
        return Err(TypeError::Unsupported(format!("files of the type {declared} are not taken")));
    };
    match (named, file_name.and_then(extension_of)) {
        (Some(named), _) if named.kind == format.kind => {
            // `text/plain` with the name a.csv is a CSV: the name says more than the type.
            Ok(if format.name == "txt" { named } else { format })
        }
        (Some(named), _) if related(named, format) => Ok(format),
        (Some(named), _) => {
            Err(TypeError::Mismatch { declared, by: "file name is that of", found: named.mime.to_owned() })
        }
        (None, _) => Ok(format),
    }
}

/// What a file is, by its content. `declared` and `file_name` refine plain text, and must not contradict.
pub fn decide(
    sniffed: Sniffed,
    declared: Option<&str>,
    file_name: Option<&str>,
) -> Result<&'static Format, TypeError> {
    let named = file_name.and_then(formats::by_file_name);
    let declared = declared.and_then(declared_mime);
    let by_mime = declared.as_deref().and_then(formats::by_mime);
    let format = match sniffed {
        Sniffed::Format(format) => refined(format, named),
        Sniffed::Active(what) => {
            return Err(TypeError::Unsupported(format!("the content is {what}, which is not taken")));
        }
        Sniffed::Unknown => {
            let Some(expected) = by_mime.or(named) else {
                return Err(TypeError::Unsupported("the content is of no known type".to_owned()));
            };
            return Err(mismatch(declared.as_deref(), expected, "content is", "something else"));
        }
        Sniffed::Text => {
            let textual = |format: &&'static Format| is_textual(format);
            match named.filter(textual).or(by_mime.filter(textual)) {
                Some(format) => format,
                None => match by_mime.or(named) {
                    Some(expected) => {
                        return Err(mismatch(declared.as_deref(), expected, "content is", "plain text"));
                    }
                    None if file_name.and_then(extension_of).is_none() => &formats::TXT,
                    None => {
                        return Err(TypeError::Unsupported(
                            "text with this extension is not taken".to_owned(),
                        ));
                    }
                },
            }
        }
    };
    if declared.is_some() && by_mime.is_none() {
        // A type that isn't ours stands against any content.
        return Err(mismatch(declared.as_deref(), format, "content is", format.mime));
    }
    let mut decided = format;
    for (expected, by) in [(named, "file name is not that of its content,"), (by_mime, "content is")] {
        match expected {
            Some(expected) if expected.kind == format.kind => {}
            // A container of sound and pictures is what it was called.
            Some(expected) if related(format, expected) => decided = expected,
            Some(expected) => return Err(mismatch(declared.as_deref(), expected, by, format.mime)),
            None => {}
        }
    }
    Ok(decided)
}

fn mismatch(declared: Option<&str>, expected: &Format, by: &'static str, found: &str) -> TypeError {
    TypeError::Mismatch {
        declared: declared.unwrap_or(expected.mime).to_owned(),
        by,
        found: found.to_owned(),
    }
}

/// Containers that hold sound as well as pictures: the kind a client declares for them is as good as ours.
fn related(content: &Format, declared: &Format) -> bool {
    const BOTH: [(&str, &str); 11] = [
        ("mp4", "m4a"),
        ("m4a", "mp4"),
        ("mov", "m4a"),
        ("ogg", "ogv"),
        ("ogv", "ogg"),
        ("wma", "wmv"),
        ("wmv", "wma"),
        ("webm", "ogg"),
        ("webm", "weba"),
        ("3gp", "m4a"),
        ("m4a", "3gp"),
    ];
    BOTH.contains(&(content.name, declared.name))
}

/// Formats that are plain text to look at, so that only a name tells them.
fn is_textual(format: &Format) -> bool {
    matches!(format.name, "txt" | "csv" | "md" | "obj")
}

/// Old Office files can't always be told apart by their start; among them the name may decide.
fn refined(format: &'static Format, named: Option<&'static Format>) -> &'static Format {
    let old_office = |format: &Format| matches!(format.name, "doc" | "xls" | "ppt");
    match named {
        Some(named) if format.name == "doc" && old_office(named) => named,
        // A zip whose telling entries lie far inside.
        Some(named)
            if format.name == "zip"
                && named.kind == Kind::Document
                && !old_office(named)
                && named.name != "pdf" =>
        {
            if matches!(named.name, "docx" | "xlsx" | "pptx" | "odt" | "ods" | "odp" | "epub") {
                named
            } else {
                format
            }
        }
        _ => format,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::formats as f;

    #[test]
    fn before_the_bytes_name_and_type_must_agree_on_the_kind() {
        assert_eq!(expected("image/jpeg", None), Ok(&f::JPEG));
        assert_eq!(expected("image/jpeg", Some("a.png")), Ok(&f::JPEG));
        assert_eq!(expected("image/jpeg", Some("a.strange")), Ok(&f::JPEG));
        assert_eq!(expected("application/octet-stream", Some("a.mp4")), Ok(&f::MP4));
        assert_eq!(expected("text/plain", Some("a.csv")), Ok(&f::CSV));
        assert!(matches!(expected("image/jpeg", Some("a.mp4")), Err(TypeError::Mismatch { .. })));
        for (mime, name) in [
            ("application/octet-stream", None),
            ("application/octet-stream", Some("a")),
            ("text/html", Some("a.html")),
            ("application/octet-stream", Some("a.exe")),
        ] {
            assert!(matches!(expected(mime, name), Err(TypeError::Unsupported(_))), "{mime} {name:?}");
        }
    }

    #[test]
    fn content_decides_within_a_kind_and_not_across() {
        let jpeg = Sniffed::Format(&f::JPEG);
        assert_eq!(decide(jpeg, Some("image/png"), Some("a.png")), Ok(&f::JPEG));
        assert_eq!(decide(jpeg, Some("application/octet-stream"), Some("a.jpg")), Ok(&f::JPEG));
        assert_eq!(decide(jpeg, None, None), Ok(&f::JPEG));
        for mime in ["video/mp4", "application/pdf", "text/html"] {
            assert!(matches!(decide(jpeg, Some(mime), None), Err(TypeError::Mismatch { .. })), "{mime}");
        }
        assert!(matches!(
            decide(Sniffed::Text, Some("image/jpeg"), Some("a.jpg")),
            Err(TypeError::Mismatch { .. })
        ));
        assert!(matches!(
            decide(Sniffed::Unknown, Some("image/jpeg"), None),
            Err(TypeError::Mismatch { .. })
        ));
        assert!(matches!(
            decide(Sniffed::Active("HTML"), Some("text/plain"), None),
            Err(TypeError::Unsupported(_))
        ));
        assert_eq!(decide(Sniffed::Text, Some("text/plain"), Some("a.md")), Ok(&f::MARKDOWN));
        assert_eq!(decide(Sniffed::Text, Some("text/csv"), None), Ok(&f::CSV));
        assert_eq!(decide(Sniffed::Format(&f::MP4), Some("audio/mp4"), Some("a.m4a")), Ok(&f::M4A));
        assert!(matches!(decide(jpeg, Some("image/jpeg"), Some("a.mp4")), Err(TypeError::Mismatch { .. })));
    }
}
