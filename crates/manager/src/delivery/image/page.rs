//! Pages of documents: `page/3/w_800/photo.jpg`, or any transformation behind the page.

use std::borrow::Cow;

use contract::formats::Kind;
use contract::transform::LONGEST_SIDE;

/// An address without the page in front.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Paged<'a> {
    /// From 1.
    pub(super) page: u32,
    /// The transformation.
    pub(super) path: Cow<'a, str>,
}

/// Reads which page an address is about: the first one where it doesn't say.
pub(super) fn read(path: &str, kind: Kind) -> Paged<'_> {
    let paged = path.strip_prefix("page/").filter(|_| kind == Kind::Document);
    let numbered = paged.and_then(|rest| rest.split_once('/'));
    let read = numbered.and_then(|(number, rest)| Some((number.parse().ok()?, rest)));
    match read {
        Some((page @ 1.., rest)) => Paged { page, path: spelled(rest) },
        _ => Paged { page: 1, path: Cow::Borrowed(path) },
    }
}

/// A width or height alone is a `fit` without a bound on the other side.
fn spelled(path: &str) -> Cow<'_, str> {
    let (tokens, name) = path.split_once('/').unwrap_or((path, ""));
    let has = |side: &str| tokens.split(',').any(|token| token.starts_with(side));
    let bare = tokens.starts_with("w_") || tokens.starts_with("h_");
    if !bare {
        return Cow::Borrowed(path);
    }
    let mut step = format!("fit/{tokens}");
    for side in ["w_", "h_"].into_iter().filter(|side| !has(side)) {
        step.push_str(&format!(",{side}{LONGEST_SIDE}"));
    }
    Cow::Owned(format!("{step}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_in_front_of_a_transformation() {
        let read = |path, kind| {
            let Paged { page, path } = read(path, kind);
            (page, path.into_owned())
        };
        let document = |path| read(path, Kind::Document);
        assert_eq!(document("page/3/w_800/a.jpg"), (3, "fit/w_800,h_5000/a.jpg".to_owned()));
        assert_eq!(document("page/3/h_80,q_50/a.jpg"), (3, "fit/h_80,q_50,w_5000/a.jpg".to_owned()));
        assert_eq!(document("page/12/fill/w_8,h_8/a.png"), (12, "fill/w_8,h_8/a.png".to_owned()));
        assert_eq!(document("fit/w_8,h_8/a.png"), (1, "fit/w_8,h_8/a.png".to_owned()));
        for odd in ["page/0/w_8/a.jpg", "page/x/w_8/a.jpg", "page/99999999999/w_8/a.jpg"] {
            assert_eq!(document(odd), (1, odd.to_owned()));
        }
        assert_eq!(read("page/3/w_8/a.jpg", Kind::Vector), (1, "page/3/w_8/a.jpg".to_owned()));
    }
}
