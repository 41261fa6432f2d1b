//! How large a drawing is, and whether it moves.

use roxmltree::{Document, Node};

use crate::clean::parse;
use crate::{Cleaned, Error, Limits, broken};

/// What is known of a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// Pixels of CSS, as a page shows it that says nothing about its size; more than 0.
    pub width: f64,
    /// Pixels of CSS, more than 0.
    pub height: f64,
    /// Whether something in it moves by itself.
    pub animated: bool,
}

/// Pixels of what says nothing about its size, as pages have it.
const DEFAULT: (f64, f64) = (300.0, 150.0);

/// Sizes beyond this are as good as broken.
const LARGEST: f64 = 10_000_000.0;

/// Measures a drawing: by its width and height, of which one may follow from the other by its view box; else by its
/// view box; else 300 × 150, as pages do.
///
/// # Errors
///
/// [`Error::Broken`] where it is said to have no width or no height.
pub fn measure(drawing: &Cleaned) -> Result<Measure, Error> {
    let document = parse(&drawing.svg, &Limits { elements: u64::MAX, ..Limits::default() })?;
    let (width, height) = size(document.root_element())?;
    Ok(Measure { width, height, animated: is_animated(&document) })
}

/// Width and height of a drawing in pixels of CSS.
pub(crate) fn size(root: Node<'_, '_>) -> Result<(f64, f64), Error> {
    let length = |name| root.attribute(name).and_then(pixels);
    let (width, height) = (length("width"), length("height"));
    let view_box = root.attribute("viewBox").and_then(view_box);
    let ratio = view_box.map(|(width, height)| width / height);
    let (width, height) = match (width, height, ratio) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some(ratio)) => (width, width / ratio),
        (None, Some(height), Some(ratio)) => (height * ratio, height),
        (Some(width), None, None) => (width, DEFAULT.1),
        (None, Some(height), None) => (DEFAULT.0, height),
        (None, None, _) => view_box.unwrap_or(DEFAULT),
    };
    let sane = |side: f64| side.is_finite() && side > 0.0 && side <= LARGEST;
    if !sane(width) || !sane(height) {
        return Err(broken(format!("it is {width} × {height} pixels large")));
    }
    Ok((width, height))
}

/// Width and height of a view box.
fn view_box(text: &str) -> Option<(f64, f64)> {
    let mut numbers = text.split([' ', ',', '\n', '\t', '\r']).filter(|number| !number.is_empty());
    let mut next = || numbers.next().and_then(|number| number.parse::<f64>().ok());
    let (_, _, width, height) = (next()?, next()?, next()?, next()?);
    (width > 0.0 && height > 0.0).then_some((width, height))
}

/// A length in pixels of CSS. `None` for those that depend on where the drawing is shown.
fn pixels(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_number = |(at, letter): (usize, char)| {
        let exponent = matches!(letter, 'e' | 'E')
            && text[at + 1..].starts_with(|next: char| next.is_ascii_digit() || matches!(next, '-' | '+'));
        !(letter.is_ascii_digit() || matches!(letter, '.' | '-' | '+') || exponent)
    };
    let end = text.char_indices().find(|letter| is_number(*letter)).map_or(text.len(), |(at, _)| at);
    let number: f64 = text[..end].parse().ok()?;
    let unit = match text[end..].trim().to_ascii_lowercase().as_str() {
        "" | "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" | "em" | "rem" => 16.0,
        "ex" | "ch" => 8.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        "q" => 96.0 / 101.6,
        _ => return None,
    };
    Some(number * unit)
}

fn is_animated(document: &Document<'_>) -> bool {
    let moves = |node: Node<'_, '_>| match node.tag_name().name() {
        "animate" | "animateColor" | "animateMotion" | "animateTransform" | "set" => true,
        "style" => node.text().is_some_and(|css| css.contains("animation") && css.contains("keyframes")),
        _ => false,
    };
    document.descendants().any(moves)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Measure, measure};
    use crate::{Error, Limits, clean};

    fn measured(attributes: &str, inside: &str) -> Result<Measure, Error> {
        let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' {attributes}>{inside}</svg>");
        measure(&clean(svg.as_bytes(), &Limits::default()).unwrap())
    }

    #[test]
    fn sizes_are_those_that_a_page_shows() {
        for (attributes, width, height) in [
            ("width='10' height='20px'", 10.0, 20.0),
            ("width='1in' height='72pt'", 96.0, 96.0),
            ("width='2.54cm' height='1e2'", 96.0, 100.0),
            ("width='100%' height='100%' viewBox='0 0 40 20'", 40.0, 20.0),
            ("width='200' viewBox='0,0,40,20'", 200.0, 100.0),
            ("height='200' viewBox='0 0 40 20'", 400.0, 200.0),
            ("width='200'", 200.0, 150.0),
            ("", 300.0, 150.0),
            ("width='2em' height='1ex'", 32.0, 8.0),
        ] {
            let measure = measured(attributes, "").unwrap();
            assert!(
                (measure.width - width).abs() < 0.01 && (measure.height - height).abs() < 0.01,
                "{measure:?}"
            );
        }
        for attributes in ["width='0' height='9'", "width='-1' height='9'", "width='1e300' height='1'"] {
            assert!(matches!(measured(attributes, ""), Err(Error::Broken(_))), "{attributes}");
        }
    }

    #[test]
    fn what_moves_is_told_from_what_does_not() {
        let animated = |inside: &str| measured("", inside).unwrap().animated;
        assert!(animated("<rect><animate attributeName='x' to='9' dur='1s'/></rect>"));
        assert!(animated("<style>@keyframes a{to{x:9px}} rect{animation:a 1s}</style>"));
        assert!(!animated(
            "<style>rect{fill:red}</style><rect><animate attributeName='href' to='#x'/></rect>"
        ));
    }
}
