//! A page as a picture.

use std::collections::HashSet;

use codecs::{Channels, Pixels};
use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::object::Stream;
use hayro::hayro_syntax::page::Page as PdfPage;
use hayro::kurbo::{Affine, BezPath, PathEl, Point, Rect};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

use super::{Page, bombs};
use crate::{Error, Limits};

/// Pixels of a side: what the renderer can count.
const LONGEST_SIDE: f32 = 16_384.0;

/// Pixels that the lines of a page are long together, at most: the renderer keeps some ten bytes for each.
const MOST_INK: f64 = 60e6;

/// Pixels that the outline of a letter is long, about.
const GLYPH: f64 = 40.0;

pub(super) fn draw(
    page: &PdfPage<'_>,
    size: Page,
    width: u32,
    height: u32,
    limits: &Limits,
) -> Result<Pixels, Error> {
    let scale = (width as f32 / size.width).min(height as f32 / size.height);
    let side = |points: f32| (points * scale).round().clamp(1.0, LONGEST_SIDE);
    let (across, down) = (side(size.width), side(size.height));
    if f64::from(across) * f64::from(down) > limits.pixels as f64 {
        return Err(Error::limit(format!("a page of {across}×{down} pixels is too large")));
    }
    let fit = Affine::scale_non_uniform(f64::from(across / size.width), f64::from(down / size.height));
    let transform = fit * Affine::new(page.initial_transform(true).as_coeffs());
    weigh(page, transform, Rect::new(0.0, 0.0, f64::from(across), f64::from(down)), limits)?;
    let mut context = RenderContext::new(across as u16, down as u16);
    let cache = RenderCache::new();
    let settings = InterpreterSettings::default();
    render_into(page, &cache, &settings, &RenderSettings::default(), &mut context, transform);
    Ok(finished(context))
}

/// What was drawn, on white.
pub(crate) fn finished(mut context: RenderContext) -> Pixels {
    context.flush();
    let mut drawn = Pixmap::new(context.width(), context.height());
    let white = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..Default::default() };
    context.render_with(&mut drawn, &mut Resources::default(), white);
    let samples = drawn
        .data_as_u8_slice()
        .chunks_exact(4)
        .flat_map(|pixel| pixel.first_chunk::<3>().copied().unwrap_or_default());
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    Pixels { width, height, channels: Channels::Rgb, samples: samples.collect() }
}

/// Goes through the page without drawing it, and refuses what would take too much memory: large pictures, and more lines
/// than anybody could see.
fn weigh(page: &PdfPage<'_>, transform: Affine, bounds: Rect, limits: &Limits) -> Result<(), Error> {
    let cache = InterpreterCache::new();
    let mut context = Context::new(transform, bounds, &cache, page.xref(), InterpreterSettings::default());
    let longest = bounds.width().hypot(bounds.height());
    let mut scale = Scale { limits, seen: HashSet::new(), too_much: false, longest, ink: 0.0 };
    interpret_page(page, &mut context, &mut scale);
    if scale.too_much {
        return Err(Error::limit("a picture in it is too large"));
    }
    if scale.ink > MOST_INK {
        return Err(Error::limit("there are too many lines on the page"));
    }
    Ok(())
}

/// Looks at what is drawn.
struct Scale<'l> {
    limits: &'l Limits,
    /// Pictures are often drawn many times.
    seen: HashSet<u128>,
    too_much: bool,
    /// Pixels from corner to corner: no more of a line is seen.
    longest: f64,
    /// Pixels that all lines, outlines and letters are long.
    ink: f64,
}

impl Scale<'_> {
    fn weigh(&mut self, stream: &Stream<'_>) {
        let side = |name: &str, short: &str| {
            let side = stream.dict().get::<i64>(name).or_else(|| stream.dict().get::<i64>(short));
            side.and_then(|side| u64::try_from(side).ok()).unwrap_or(0)
        };
        let pixels = side("Width", "W").saturating_mul(side("Height", "H"));
        self.too_much |= pixels > self.limits.pixels
            || bombs::is_one(stream.dict().data(), &stream.raw_data(), self.limits.unpacked);
    }
}

impl<'a> Device<'a> for Scale<'_> {
    fn draw_image(&mut self, image: Image<'a, '_>, _: ImageDrawProps<'a>) {
        if self.too_much || !self.seen.insert(image.cache_key()) {
            return;
        }
        let stream = match &image {
            Image::Stencil(image) => image.stream(),
            Image::Raster(image) => image.stream(),
        };
        self.weigh(stream);
        for mask in ["SMask", "Mask"] {
            if let Some(mask) = stream.dict().get::<Stream<'_>>(mask) {
                self.weigh(&mask);
            }
        }
    }

    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let mut last = Point::ZERO;
        let mut length = 0.0;
        for element in path.elements() {
            let Some(next) = element.end_point().map(|point| props.transform * point) else { continue };
            if !matches!(element, PathEl::MoveTo(_)) {
                length += (next - last).hypot().clamp(1.0, self.longest);
            }
            last = next;
        }
        // A line has two sides.
        self.ink += if matches!(mode, DrawMode::Fill(_)) { length } else { 2.0 * length };
    }

    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'a>, _: &DrawMode) {
        self.ink += self.longest / 4.0;
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_clip_rect(&mut self, _: &Rect) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {
        self.ink += run.glyphs().len() as f64 * GLYPH;
    }

    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
