//! Documents.

use bytes::Bytes;
use codecs::{Channels, Pixels};
use contract::formats::{self, Format};
use contract::transform::{LONGEST_SIDE, Size};
use document::{Error, Limits, Page, Thumbnail};
use facts::Facts;
use media::inspect::Looked;
use media::probe;
use media::render::{self, Source};

use super::Wrong;

/// Pixels of a point, 1/72 of an inch: pages are as large as they come out of a good printer.
const DOTS: f32 = 300.0 / 72.0;
/// The same of a page that is drawn of a text alone.
const TEXT_DOTS: f32 = 150.0 / 72.0;
/// Longer side, in pixels, from which on a picture that a document brings along is better than one drawn of its text.
const LARGE_ENOUGH: u32 = 400;

impl From<Error> for Wrong {
    fn from(error: Error) -> Wrong {
        match error {
            Error::Broken(_) => Wrong::Broken(error.to_string()),
            Error::Limit(_) => Wrong::TooMuch(error.to_string()),
            Error::Encrypted | Error::NoPage | Error::Unknown(_) => Wrong::Nothing,
        }
    }
}

/// Finds out what is known of it, its text, and how large the picture is that stands for it.
pub(super) fn look(bytes: Vec<u8>, format: &'static Format, text: usize) -> Result<Looked, Wrong> {
    let bytes = Bytes::from(bytes);
    let limits = Limits { text, ..Limits::default() };
    let found = document::inspect(&bytes, format, &limits)?;
    let own = found.thumbnail.as_ref().and_then(own_picture);
    let picture = match format.name {
        _ if found.facts.encrypted => None,
        "pdf" => found.facts.page_size.map(|[width, height]| pixels(width, height, DOTS)),
        _ if own.is_some() => own,
        _ if found.text.is_empty() => None,
        _ => {
            let [width, height] = document::text_page_size(format, &found.facts);
            Some(pixels(width, height, TEXT_DOTS))
        }
    };
    let facts = Facts { document: Some(found.facts), picture, ..Facts::default() };
    Ok(Looked { facts, text: found.text })
}

/// Pixels of a page; the longer side is no longer than anything that is sent.
fn pixels(width: f32, height: f32, dots: f32) -> Size {
    let dots = dots.min(LONGEST_SIDE as f32 / width.max(height));
    let side = |points: f32| (points * dots).round().clamp(1.0, LONGEST_SIDE as f32) as u32;
    Size { width: side(width), height: side(height) }
}

/// The size of the picture that a document brings along, where it is good enough to stand for it.
fn own_picture(thumbnail: &Thumbnail) -> Option<Size> {
    let size = probe::size(&thumbnail.bytes, thumbnail.format)?;
    (size.width.max(size.height) >= LARGE_ENOUGH).then_some(size)
}

/// How large a page of a PDF is by itself.
pub(super) fn measure(bytes: Vec<u8>, format: &'static Format, page: u32) -> Result<Size, Wrong> {
    if *format != formats::PDF {
        return Err(Wrong::Nothing);
    }
    let pages = document::pages(&Bytes::from(bytes), &Limits::default())?;
    let number = usize::try_from(page.saturating_sub(1)).unwrap_or(usize::MAX);
    let usual = || pages.sizes.first().filter(|_| page <= pages.count);
    let Page { width, height } = pages.sizes.get(number).or_else(usual).ok_or(Wrong::Nothing)?;
    Ok(pixels(*width, *height, DOTS))
}

/// Draws a page of a PDF; of others, the picture that they bring along, or their text as a page.
pub(super) fn draw(bytes: Vec<u8>, format: &'static Format, page: u32, size: Size) -> Result<Pixels, Wrong> {
    let (bytes, limits) = (Bytes::from(bytes), Limits::default());
    let number = page.checked_sub(1).ok_or(Wrong::Nothing)?;
    if *format == formats::PDF {
        return Ok(document::draw_page(&bytes, number, size.width, size.height, &limits)?);
    }
    if number > 0 {
        return Err(Wrong::Nothing);
    }
    let found = document::inspect(&bytes, format, &Limits { text: 0, ..limits })?;
    match found.thumbnail.filter(|thumbnail| own_picture(thumbnail).is_some()) {
        Some(thumbnail) => {
            let (bytes, format) = (thumbnail.bytes.as_slice(), thumbnail.format);
            let source = Source { bytes, format, orientation: 1, original: None, drawn: false };
            let most = render::Limits { pixels: limits.pixels, animation_pixels: 0 };
            let copy = render::small(&source, size.width.max(size.height), &most);
            copy.map(on_white).map_err(|error| Wrong::Broken(error.to_string()))
        }
        None => Ok(document::draw_text_page(&bytes, format, size.width, &limits)?),
    }
}

/// Paper is white where a picture of it can be seen through.
fn on_white(pixels: Pixels) -> Pixels {
    if pixels.channels != Channels::Rgba {
        return pixels;
    }
    let blend = |sample: u8, alpha: u8| {
        ((u16::from(sample) * u16::from(alpha) + 255 * u16::from(255 - alpha)) / 255) as u8
    };
    let (samples, _) = pixels.samples.as_chunks::<4>();
    let samples =
        samples.iter().flat_map(|[r, g, b, a]| [blend(*r, *a), blend(*g, *a), blend(*b, *a)]).collect();
    Pixels { channels: Channels::Rgb, samples, ..pixels }
}
