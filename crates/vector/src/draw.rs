//! Draws.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use codecs::{Channels, Pixels};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, ImageKind, Options, Tree};

use crate::references::Edit;
use crate::{Cleaned, Error, Limits, broken, clean, fonts, labour, limit, measure, references};

/// Bytes of stack: the renderer goes as deep as the drawing does, and limits are counted in hundreds.
const STACK: usize = 64 << 20;

/// Draws all of a drawing at exactly this size, on nothing: samples are RGBA. Both sides are scaled by
/// their own factor, so a size of other proportions than those of [`crate::measure()`] distorts it.
///
/// Texts are set in the fonts of this machine, and in DejaVu where those lack something.
///
/// # Errors
///
/// [`Error::Limit`] where drawing would take more time or memory than the limits allow, [`Error::Broken`] where the
/// renderer can't read it.
pub fn draw(drawing: &Cleaned, width: u32, height: u32, limits: &Limits) -> Result<Pixels, Error> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > limits.pixels || pixels * 8 > limits.memory {
        return Err(limit(format!("a picture of {width} × {height} pixels can't be made")));
    }
    let on_its_own = || here(drawing, width, height, limits);
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, on_its_own);
        let worker = worker.map_err(|error| limit(format!("there is no room to draw it: {error}")))?;
        worker.join().unwrap_or_else(|_| Err(broken("the renderer gave up")))
    })
}

fn here(drawing: &Cleaned, width: u32, height: u32, limits: &Limits) -> Result<Pixels, Error> {
    let pictures = Pictures { limits: *limits, pixels: AtomicU64::new(0), elements: AtomicU64::new(0) };
    let options = Options {
        font_family: "Times New Roman".to_owned(),
        font_resolver: fonts::resolver(),
        fontdb: if drawing.svg.contains("<text") { fonts::database() } else { Arc::default() },
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, data, options| pictures.open(data, options)),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let text = prepared(&drawing.svg, limits)?.0;
    let tree = Tree::from_str(&text, &options).map_err(broken)?;
    if pictures.pixels.load(Ordering::Relaxed) > limits.pixels {
        return Err(limit(format!("the pictures in it have more than {} pixels", limits.pixels)));
    }
    labour::check(&tree, width, height, limits)?;
    let mut pixmap = Pixmap::new(width, height).ok_or_else(|| limit("there is no memory for it"))?;
    let size = tree.size();
    let scale = Transform::from_scale(width as f32 / size.width(), height as f32 / size.height());
    resvg::render(&tree, scale, &mut pixmap.as_mut());
    Ok(Pixels { width, height, channels: Channels::Rgba, samples: pixmap.take_demultiplied() })
}

/// The text that the renderer gets: with the size that pages give it, without circles. And how many elements it draws.
fn prepared(svg: &str, limits: &Limits) -> Result<(String, u64), Error> {
    let document = clean::parse(svg, limits)?;
    let elements = document.descendants().count() as u64;
    let mut edits = references::circles(svg, &document, limits)?;
    let root = document.root_element();
    let (width, height) = measure::size(root)?;
    for attribute in root.attributes().filter(|attribute| matches!(attribute.name(), "width" | "height")) {
        edits.push((attribute.range(), String::new()));
    }
    let start = root.range().start + "<svg".len();
    edits.push((start..start, format!(" width=\"{width}\" height=\"{height}\"")));
    Ok((edited(svg, edits), elements))
}

fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for (range, new) in edits {
        // One value may be changed for two reasons.
        if range.start >= at {
            out.push_str(&text[at..range.start]);
            out.push_str(&new);
            at = range.end;
        }
    }
    out.push_str(&text[at..]);
    out
}

/// Pictures within the drawing, and what they have come to.
struct Pictures {
    limits: Limits,
    pixels: AtomicU64,
    elements: AtomicU64,
}

impl Pictures {
    fn open(&self, data: Arc<Vec<u8>>, options: &Options<'_>) -> Option<ImageKind> {
        let drawing = std::str::from_utf8(&data).ok().filter(|text| text.starts_with("<svg"));
        if let Some(svg) = drawing {
            let (text, elements) = prepared(svg, &self.limits).ok()?;
            let before = self.elements.fetch_add(elements, Ordering::Relaxed);
            return (before + elements <= self.limits.elements)
                .then(|| Tree::from_str(&text, options).ok())
                .flatten()
                .map(ImageKind::SVG);
        }
        let size = imagesize::blob_size(&data).ok()?;
        let pixels = size.width as u64 * size.height as u64;
        let before = self.pixels.fetch_add(pixels, Ordering::Relaxed);
        if before.saturating_add(pixels) > self.limits.pixels {
            return None;
        }
        match imagesize::image_type(&data).ok()? {
            imagesize::ImageType::Png => Some(ImageKind::PNG(data)),
            imagesize::ImageType::Jpeg => Some(ImageKind::JPEG(data)),
            imagesize::ImageType::Gif => Some(ImageKind::GIF(data)),
            imagesize::ImageType::Webp => Some(ImageKind::WEBP(data)),
            _ => None,
        }
    }
}
