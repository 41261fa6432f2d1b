//! Names of files and folders (DESIGN section 3): trimmed, 1 to 255 characters, no control characters.

use contract::errors::Code;
use contract::formats::{Format, extension_of};

use crate::error::{Result, invalid};

/// The longest display name, in characters.
pub(crate) const LONGEST: usize = 255;

/// A name that a caller chose in a request: wrong ones are refused.
pub(crate) fn chosen(field: &str, name: &str) -> Result<String> {
    let name = name.trim();
    if name.chars().any(char::is_control) {
        return Err(invalid(
            Code::InvalidValue,
            field,
            format!("`{field}` may not contain control characters"),
        ));
    }
    if name.is_empty() {
        return Err(invalid(Code::InvalidValue, field, format!("`{field}` may not be empty")));
    }
    Ok(name.to_owned())
}

/// The same of a name that may be left out; a blank one counts as that.
pub(crate) fn chosen_if_any(field: &str, name: Option<&str>) -> Result<Option<String>> {
    name.filter(|name| !name.trim().is_empty()).map(|name| chosen(field, name)).transpose()
}

/// A name that came along with bytes: made to fit, as there is nobody to ask. `None` when nothing is left of it.
pub(crate) fn made_to_fit(name: &str) -> Option<String> {
    let plain: String = name.chars().map(|c| if c.is_control() { '_' } else { c }).collect();
    // Some clients send a whole path; only its last part is a name.
    let last = plain.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    (!last.is_empty()).then(|| cut(last))
}

/// Cuts a name to 255 characters, keeping its extension.
pub(crate) fn cut(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    match extension_of(name) {
        Some(extension) => {
            let stem: String = name.chars().take(LONGEST - extension.len() - 1).collect();
            format!("{}.{extension}", stem.trim_end())
        }
        None => name.chars().take(LONGEST).collect::<String>().trim_end().to_owned(),
    }
}

/// The name, with the format's extension appended where it has none that fits the format's kind.
pub(crate) fn with_extension(name: &str, format: &Format) -> String {
    let fits = contract::formats::by_file_name(name).is_some_and(|named| named.kind == format.kind);
    if fits { name.to_owned() } else { cut(&format!("{name}.{}", format.extension())) }
}

/// The name, with the ending of the name at its source where it has none itself. Only endings of formats that are known
/// count: `v1.2` has none, and `download.php` gives none.
pub(crate) fn with_ending_of(name: &str, source: Option<&str>) -> String {
    let is_known = |name: &&str| contract::formats::by_file_name(name).is_some();
    match source.filter(is_known).and_then(extension_of) {
        Some(ending) if !is_known(&name) => cut(&format!("{name}.{ending}")),
        _ => cut(name),
    }
}

/// The folders of a `filePath` such as `/videos/2024/december`: at most 32, none of them empty, `.` or `..`.
pub(crate) fn path_segments(field: &str, path: &str) -> Result<Vec<String>> {
    let wrong = |text: String| invalid(Code::InvalidPath, field, text);
    let inner = path.trim().trim_matches('/');
    if inner.is_empty() {
        return Ok(Vec::new());
    }
    let segments: Vec<String> = inner.split('/').map(|segment| segment.trim().to_owned()).collect();
    for segment in &segments {
        if segment.is_empty() || segment == "." || segment == ".." {
            return Err(wrong(format!("`{field}` has a segment that is empty or made of dots")));
        }
        if segment.contains('\\') || segment.chars().any(char::is_control) {
            return Err(wrong(format!("`{field}` may not contain backslashes or control characters")));
        }
    }
    Ok(segments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::formats;

    #[test]
    fn names_that_came_along_are_made_to_fit() {
        assert_eq!(made_to_fit("a\u{7}b.jpg").as_deref(), Some("a_b.jpg"));
        assert_eq!(made_to_fit("C:\\photos\\a.jpg").as_deref(), Some("a.jpg"));
        assert_eq!(made_to_fit("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(made_to_fit(" / "), None);
        let long = format!("{}.jpeg", "ä".repeat(400));
        let cut = made_to_fit(&long).expect("something is left");
        assert_eq!(cut.chars().count(), 255);
        assert!(cut.ends_with("ä.jpeg"));
    }

    #[test]
    fn an_extension_is_appended_where_none_fits() {
        assert_eq!(with_extension("image1", &formats::JPEG), "image1.jpg");
        assert_eq!(with_extension("a.png", &formats::JPEG), "a.png");
        assert_eq!(with_extension("art.webp", &formats::SVG), "art.webp.svg");
    }

    #[test]
    fn a_name_without_an_ending_gets_the_one_of_its_source() {
        assert_eq!(with_ending_of("art", Some("a.webp")), "art.webp");
        assert_eq!(with_ending_of("art.svg", Some("a.webp")), "art.svg");
        assert_eq!(with_ending_of("report v1.2", Some("a.pdf")), "report v1.2.pdf");
        assert_eq!(with_ending_of("art", Some("download.php")), "art");
        assert_eq!(with_ending_of("art", None), "art");
        assert!(with_ending_of(&"ä".repeat(300), Some("a.jpeg")).ends_with("ä.jpeg"));
    }

    #[test]
    fn a_path_is_folders_and_nothing_else() {
        assert_eq!(path_segments("filePath", "/videos/2024/").expect("a path"), ["videos", "2024"]);
        assert!(path_segments("filePath", "").expect("no path").is_empty());
        for path in ["/a/../b", "a//b", "a/./b", "a\0b", "a\\b"] {
            assert!(path_segments("filePath", path).is_err(), "{path:?}");
        }
    }
}
