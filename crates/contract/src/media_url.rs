//! `wix:image://v1/…` and its kin (CONTRACT 5.2): every parameter that takes a file id takes one of these too.

use percent_encoding::percent_decode_str;

use crate::ids::FileId;

const SCHEMES: [&str; 6] = ["image", "video", "audio", "document", "vector", "archive"];

/// The file that a parameter names: a bare id, possibly percent-encoded, or a media URL in any of its forms. `None` is
/// not an error of form: such a file just doesn't exist here.
pub fn file_of(text: &str) -> Option<FileId> {
    let text = text.trim();
    let text = if looks_encoded(text) { percent_decode_str(text).decode_utf8().ok()? } else { text.into() };
    match path_of(&text) {
        Some(path) => id_in(path),
        None => FileId::parse(&decoded(&text)?),
    }
}

/// Whether a whole media URL arrived still percent-encoded (`wix%3Aimage%3A%2F%2F…`).
fn looks_encoded(text: &str) -> bool {
    text.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("wix%3a"))
}

/// What follows `wix:{scheme}://v1/` up to the fragment; the legacy form lacks `wix:`.
fn path_of(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("wix:").unwrap_or(text);
    let (scheme, rest) = rest.split_once("://")?;
    if !SCHEMES.contains(&scheme) {
        return None;
    }
    let path = rest.strip_prefix("v1/")?;
    Some(path.split('#').next().unwrap_or(path))
}

/// The id in `{id}/{filename}`, `{id}/{width}_{height}/{filename}`, `video/{id}/…` and `ugd/{id}`.
fn id_in(path: &str) -> Option<FileId> {
    let mut segments = path.split('/');
    let first = segments.next()?;
    let id = if matches!(first, "video" | "ugd") { segments.next()? } else { first };
    FileId::parse(&decoded(id)?)
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGE: &str = "4acbb8_0123456789abcdef0123456789abcdef~mv2.jpg";
    const VIDEO: &str = "4acbb8_0123456789abcdef0123456789abcdef";

    #[test]
    fn every_form_of_the_contract_names_its_file() {
        let svg = format!("{VIDEO}.svg");
        let pdf = format!("{VIDEO}.pdf");
        let mp3 = format!("{VIDEO}.mp3");
        for (text, id) in [
            (IMAGE.to_owned(), IMAGE),
            (IMAGE.replace('~', "%7E"), IMAGE),
            (format!("wix:image://v1/{IMAGE}/leon.jpg#originWidth=3024&originHeight=4032"), IMAGE),
            (format!("wix:image://v1/{IMAGE}/_.jpg#originWidth=1&originHeight=2&watermark=abc"), IMAGE),
            (format!("wix:image://v1/{IMAGE}#originWidth=1&originHeight=2"), IMAGE),
            (
                format!(
                    "wix:image://v1/{}/a%20b.jpg#originWidth=1&originHeight=2",
                    IMAGE.replace('~', "%7E")
                ),
                IMAGE,
            ),
            (
                format!(
                    "wix%3Aimage%3A%2F%2Fv1%2F{IMAGE}%2Fleon.jpg%23originWidth%3D3024%26originHeight%3D4032"
                ),
                IMAGE,
            ),
            (format!("image://v1/{IMAGE}/300_200/leon.jpg"), IMAGE),
            (
                format!(
                    "wix:video://v1/{VIDEO}/a.mp4#posterUri={VIDEO}f001.jpg&posterWidth=1&posterHeight=2"
                ),
                VIDEO,
            ),
            (format!("wix:video://v1/{VIDEO}/a.mp4/#posterUri=x&posterWidth=1&posterHeight=2"), VIDEO),
            (format!("wix:video://v1/video/{VIDEO}/a.mp4#posterUri=x"), VIDEO),
            (format!("video://v1/{VIDEO}/a.mp4"), VIDEO),
            (format!("wix:audio://v1/{mp3}/a.mp3#duration=3"), mp3.as_str()),
            (format!("wix:document://v1/{pdf}/a.pdf"), pdf.as_str()),
            (format!("wix:document://v1/ugd/{pdf}/a.pdf"), pdf.as_str()),
            (format!("wix:vector://v1/{svg}/"), svg.as_str()),
            (format!("wix:vector://v1/{svg}"), svg.as_str()),
        ] {
            assert_eq!(file_of(&text).map(|id| id.to_string()).as_deref(), Some(id), "{text}");
        }
    }

    #[test]
    fn other_texts_name_no_file() {
        for text in [
            "",
            "wix:image://",
            "wix:image://v1/",
            "wix:image://v2/x",
            "wix:vector://v1/svgshape.v2.Svg_0/",
            "https://example.org/a.jpg",
        ] {
            assert_eq!(file_of(text), None, "{text}");
        }
    }
}
