//! What drawing costs, by an estimate beforehand: nobody can stop a renderer once it has begun.
//!
//! The figures are those of this renderer on a usual core, rounded up. They needn't be right: they keep a drawing that
//! takes seconds apart from one that takes hours.

use resvg::tiny_skia::PathSegment;
use resvg::usvg::filter::{Filter, Kind};
use resvg::usvg::{Group, ImageKind, Node, Paint, Path, Tree};

use crate::{Error, Limits, limit};

/// Layers may be larger than the picture, by so much of its width and height.
const LAYER: f64 = 5.0;

/// Nanoseconds for a pixel that is filled.
const FILL: f64 = 4.0;

/// Nanoseconds for a pixel of a layer: made empty, and laid over another.
const COMPOSE: f64 = 8.0;

/// Nanoseconds for a pixel of a picture: decoded and scaled.
const DECODE: f64 = 30.0;

/// Nanoseconds for a line that crosses one row of the picture; each row is looked at four times.
const CROSS: f64 = 50.0;

/// Where something is drawn: the size of the picture there, and how much larger it is drawn than it is.
#[derive(Clone, Copy)]
struct Canvas {
    width: f64,
    height: f64,
    scale: (f64, f64),
}

impl Canvas {
    fn area(&self) -> f64 {
        self.width * self.height
    }
}

/// Refuses a drawing that takes more time or memory than the limits allow, when it is drawn so large.
pub(crate) fn check(tree: &Tree, width: u32, height: u32, limits: &Limits) -> Result<(), Error> {
    let (width, height) = (f64::from(width), f64::from(height));
    let scale = (width / f64::from(tree.size().width()), height / f64::from(tree.size().height()));
    let mut labour = Labour { nanos: 0.0, most: limits.seconds * 1e9, memory: limits.memory as f64 };
    labour.group(tree.root(), Canvas { width, height, scale }, width * height * 4.0)
}

struct Labour {
    nanos: f64,
    most: f64,
    memory: f64,
}

impl Labour {
    fn spend(&mut self, nanos: f64) -> Result<(), Error> {
        self.nanos += nanos;
        if self.nanos > self.most || self.nanos.is_nan() {
            return Err(limit("it would take too long to draw it"));
        }
        Ok(())
    }

    fn hold(&self, bytes: f64) -> Result<(), Error> {
        if bytes > self.memory {
            return Err(limit("its layers would take too much memory"));
        }
        Ok(())
    }

    /// Everything in a group, while so many bytes are taken already.
    fn group(&mut self, group: &Group, canvas: Canvas, held: f64) -> Result<(), Error> {
        let mut inner = canvas;
        let mut held = held;
        if group.should_isolate() {
            let bounds = group.abs_layer_bounding_box();
            let side =
                |length: f32, scale: f64, most: f64| (f64::from(length) * scale + 4.0).min(most * LAYER);
            inner.width = side(bounds.width(), canvas.scale.0, canvas.width);
            inner.height = side(bounds.height(), canvas.scale.1, canvas.height);
            let area = inner.area();
            held += area * 4.0;
            self.hold(held)?;
            self.spend(area * COMPOSE)?;
            for filter in group.filters() {
                self.filter(filter, inner, held)?;
            }
            let mut clip = group.clip_path();
            while let Some(path) = clip {
                self.spend(area * COMPOSE)?;
                self.hold(held + area)?;
                self.group(path.root(), inner, held + area)?;
                clip = path.clip_path();
            }
            let mut mask = group.mask();
            while let Some(inside) = mask {
                self.spend(area * COMPOSE * 2.0)?;
                held += area * 6.0;
                self.hold(held)?;
                self.group(inside.root(), inner, held)?;
                mask = inside.mask();
            }
        }
        for node in group.children() {
            match node {
                Node::Group(group) => self.group(group, inner, held)?,
                Node::Path(path) => self.path(path, inner, held)?,
                Node::Text(text) => self.group(text.flattened(), inner, held)?,
                Node::Image(image) => {
                    let pixels = f64::from(image.size().width()) * f64::from(image.size().height());
                    match image.kind() {
                        ImageKind::SVG(tree) => {
                            let scale = image.abs_transform().get_scale();
                            let scale =
                                (f64::from(scale.0) * inner.scale.0, f64::from(scale.1) * inner.scale.1);
                            self.spend(inner.area() * COMPOSE)?;
                            let held = held + inner.area() * 4.0;
                            self.hold(held)?;
                            self.group(tree.root(), Canvas { scale, ..inner }, held)?;
                        }
                        _ => {
                            self.hold(held + pixels * 8.0)?;
                            self.spend((pixels + inner.area()) * DECODE)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn path(&mut self, path: &Path, canvas: Canvas, held: f64) -> Result<(), Error> {
        let bounds = path.abs_stroke_bounding_box();
        let width = (f64::from(bounds.width()) * canvas.scale.0).min(canvas.width);
        let height = (f64::from(bounds.height()) * canvas.scale.1).min(canvas.height);
        let (length, rows) = self.lines(path, canvas);
        let paints = [path.fill().map(|fill| fill.paint()), path.stroke().map(|stroke| stroke.paint())];
        for paint in paints.into_iter().flatten() {
            self.spend(2000.0 + width * height * FILL + rows * CROSS)?;
            match paint {
                Paint::Color(_) => {}
                Paint::LinearGradient(_) | Paint::RadialGradient(_) => {
                    self.spend(width * height * FILL * 2.0)?
                }
                Paint::Pattern(pattern) => {
                    let transform = path.abs_transform().pre_concat(pattern.transform());
                    let (sx, sy) = transform.get_scale();
                    let scale = (f64::from(sx) * canvas.scale.0, f64::from(sy) * canvas.scale.1);
                    let width = f64::from(pattern.rect().width()) * scale.0;
                    let height = f64::from(pattern.rect().height()) * scale.1;
                    let tile = Canvas { width, height, scale };
                    let held = held + tile.area() * 4.0;
                    self.hold(held)?;
                    self.spend(tile.area() * COMPOSE)?;
                    self.group(pattern.root(), tile, held)?;
                }
            }
        }
        if let Some(dashes) = path.stroke().and_then(|stroke| stroke.dasharray()) {
            let period: f64 = dashes.iter().map(|dash| f64::from(*dash)).sum();
            // The renderer gives up at a million dashes.
            self.spend((length / period * dashes.len() as f64).min(1e6) * 400.0)?;
        }
        Ok(())
    }

    /// The length of a path in its own units, and the rows of the picture that its lines cross, all together.
    fn lines(&self, path: &Path, canvas: Canvas) -> (f64, f64) {
        let scale = f64::from(path.abs_transform().get_scale().1) * canvas.scale.1;
        let (mut length, mut rows) = (0.0, 0.0);
        let mut last = resvg::tiny_skia::Point::zero();
        for segment in path.data().segments() {
            let (end, pieces) = match segment {
                PathSegment::MoveTo(point) => (point, 0.0),
                PathSegment::LineTo(point) => (point, 1.0),
                PathSegment::QuadTo(_, point) => (point, 8.0),
                PathSegment::CubicTo(_, _, point) => (point, 16.0),
                PathSegment::Close => continue,
            };
            let (dx, dy) = (f64::from(end.x - last.x), f64::from(end.y - last.y));
            if pieces > 0.0 {
                length += dx.hypot(dy);
                rows += (dy.abs() * scale).min(canvas.height) + pieces;
            }
            last = end;
        }
        (length, rows)
    }

    fn filter(&mut self, filter: &Filter, canvas: Canvas, held: f64) -> Result<(), Error> {
        let area = canvas.area();
        let held = held + area * 4.0 * (filter.primitives().len() as f64 + 3.0);
        self.hold(held)?;
        for primitive in filter.primitives() {
            let nanos = match primitive.kind() {
                Kind::Turbulence(noise) => 40.0 + 60.0 * f64::from(noise.num_octaves()),
                Kind::ConvolveMatrix(convolve) => 20.0 + 5.0 * convolve.matrix().data().len() as f64,
                Kind::Morphology(morphology) => {
                    let reach = |radius: f32, scale: f64, most: f64| {
                        (f64::from(radius) * scale * 2.0 + 1.0).min(most * 2.0)
                    };
                    let x = reach(morphology.radius_x().get(), canvas.scale.0, canvas.width);
                    let y = reach(morphology.radius_y().get(), canvas.scale.1, canvas.height);
                    20.0 + 3.0 * x * y
                }
                Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => 120.0,
                Kind::GaussianBlur(_) | Kind::DropShadow(_) => 80.0,
                Kind::Image(image) => {
                    self.group(image.root(), canvas, held)?;
                    20.0
                }
                Kind::Merge(merge) => 15.0 * merge.inputs().len() as f64,
                _ => 30.0,
            };
            self.spend(area * nanos)?;
        }
        Ok(())
    }
}
