//! Which part of a picture a transformation shows, and how large: all steps become one cut and one size.

use contract::transform::{Anchor, Position, Size, Step};

/// A rectangle in pixels of a picture; fractions are parts of pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// What is shown of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Geometry {
    /// What is cut out, in pixels of the picture as displayed.
    pub(super) frame: Frame,
    /// The size of the result.
    pub(super) size: Size,
}

impl Frame {
    pub(super) fn whole(size: Size) -> Frame {
        Frame { x: 0.0, y: 0.0, width: f64::from(size.width), height: f64::from(size.height) }
    }

    /// The same at whole pixels, where nothing is scaled: half a pixel aside, every pixel would be mixed with its neighbour.
    fn sharp(self, size: Size) -> Frame {
        let same = |shown: f64, result: u32| (shown - f64::from(result)).abs() < 1e-6;
        if same(self.width, size.width) && same(self.height, size.height) {
            let (width, height) = (f64::from(size.width), f64::from(size.height));
            return Frame { x: self.x.round(), y: self.y.round(), width, height };
        }
        self
    }

    /// The same, where pixels are `across` and `down` times as many.
    pub(super) fn scaled(self, across: f64, down: f64) -> Frame {
        Frame { x: self.x * across, y: self.y * down, width: self.width * across, height: self.height * down }
    }
}

/// A picture on its way through the steps: the part of the original that is left, and how large it is by now.
struct Canvas {
    frame: Frame,
    size: Size,
    /// The point that matters, in fractions of the original.
    focus: Option<(f64, f64)>,
    original: Size,
}

/// Follows the steps. `focus` is the point that matters, in fractions of the picture from the left and from above. What is
/// `drawn` loses nothing when it is enlarged, so that it fills the box of any `fit`. A crop outside of the picture is refused
/// with a sentence.
pub(super) fn geometry(
    steps: &[Step],
    original: Size,
    focus: Option<(f64, f64)>,
    drawn: bool,
) -> std::result::Result<Geometry, String> {
    let mut canvas = Canvas { frame: Frame::whole(original), size: original, focus, original };
    for step in steps {
        match *step {
            Step::Fit { size, upscale } => canvas.fit(size, drawn || upscale.is_some()),
            Step::Fill { size, anchor, .. } => canvas.fill(size, anchor),
            Step::SmartCrop { size } => canvas.fill(size, Anchor::Auto),
            Step::Crop { at, size, scale } => {
                canvas.crop(at, size, scale.map_or(1.0, |scale| scale.value()))?
            }
        }
    }
    Ok(Geometry { frame: canvas.frame.sharp(canvas.size), size: canvas.size })
}

fn rounded(side: f64) -> u32 {
    side.round().max(1.0) as u32
}

impl Canvas {
    fn sides(&self) -> (f64, f64) {
        (f64::from(self.size.width), f64::from(self.size.height))
    }

    fn fit(&mut self, within: Size, enlarge: bool) {
        let (width, height) = self.sides();
        let scale = (f64::from(within.width) / width).min(f64::from(within.height) / height);
        let scale = if enlarge { scale } else { scale.min(1.0) };
        self.size = Size { width: rounded(width * scale), height: rounded(height * scale) };
    }

    fn fill(&mut self, size: Size, anchor: Anchor) {
        let (width, height) = self.sides();
        let scale = (f64::from(size.width) / width).max(f64::from(size.height) / height);
        let (shown_width, shown_height) = (f64::from(size.width) / scale, f64::from(size.height) / scale);
        let (spare_width, spare_height) = (width - shown_width, height - shown_height);
        let around = |x: f64, y: f64| {
            let place = |point: f64, shown: f64, spare: f64| (point - shown / 2.0).clamp(0.0, spare.max(0.0));
            (place(x * width, shown_width, spare_width), place(y * height, shown_height, spare_height))
        };
        let (x, y) = match anchor {
            Anchor::Aligned(align) => {
                let (across, down) = align.fractions();
                (spare_width * across, spare_height * down)
            }
            Anchor::Focus { x, y } => around(x.value(), y.value()),
            Anchor::Auto => {
                let (x, y) = self.focus_here().unwrap_or((0.5, 0.5));
                around(x, y)
            }
        };
        self.cut(x, y, shown_width, shown_height);
        self.size = size;
    }

    /// The point that matters, in fractions of what is left.
    fn focus_here(&self) -> Option<(f64, f64)> {
        let (x, y) = self.focus?;
        let across = (x * f64::from(self.original.width) - self.frame.x) / self.frame.width;
        let down = (y * f64::from(self.original.height) - self.frame.y) / self.frame.height;
        Some((across.clamp(0.0, 1.0), down.clamp(0.0, 1.0)))
    }

    fn crop(&mut self, at: Position, size: Size, scale: f64) -> std::result::Result<(), String> {
        let (width, height) = (f64::from(self.size.width) * scale, f64::from(self.size.height) * scale);
        let (wanted_width, wanted_height) = (f64::from(size.width), f64::from(size.height));
        let (x, y) = match at {
            Position::Corner { x, y } => (f64::from(x), f64::from(y)),
            Position::Aligned(align) => {
                let (across, down) = align.fractions();
                let place = |spare: f64, fraction: f64| (spare.max(0.0) * fraction).round();
                (place(width - wanted_width, across), place(height - wanted_height, down))
            }
        };
        if x >= width || y >= height {
            return Err(format!(
                "a crop at {x}, {y} lies outside of the picture, which is {width:.0} x {height:.0} pixels there"
            ));
        }
        // What reaches over the border ends there.
        let (shown_width, shown_height) = (wanted_width.min(width - x), wanted_height.min(height - y));
        self.cut(x / scale, y / scale, shown_width / scale, shown_height / scale);
        self.size = Size { width: rounded(shown_width), height: rounded(shown_height) };
        Ok(())
    }

    /// Leaves a part, given in pixels of the current size.
    fn cut(&mut self, x: f64, y: f64, width: f64, height: f64) {
        let (now_width, now_height) = self.sides();
        let (across, down) = (self.frame.width / now_width, self.frame.height / now_height);
        self.frame = Frame {
            x: self.frame.x + x * across,
            y: self.frame.y + y * down,
            width: width * across,
            height: height * down,
        };
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use contract::transform::Address;

    use super::*;

    fn shown(path: &str, width: u32, height: u32) -> (f64, f64, f64, f64, u32, u32) {
        let Ok(Address::Spelled(transformation)) = Address::parse(&format!("{path}/a.jpg")) else {
            panic!("{path}")
        };
        let found = geometry(&transformation.steps, Size { width, height }, Some((0.9, 0.5)), false).unwrap();
        let Frame { x, y, width, height } = found.frame;
        (x, y, width, height, found.size.width, found.size.height)
    }

    #[test]
    fn steps_become_one_cut_and_one_size() {
        assert_eq!(shown("fit/w_1000,h_250", 1000, 500), (0.0, 0.0, 1000.0, 500.0, 500, 250));
        assert_eq!(shown("fit/w_3000,h_3000", 1000, 500), (0.0, 0.0, 1000.0, 500.0, 1000, 500));
        assert_eq!(shown("fit/w_3000,h_3000,lg_1", 1000, 500), (0.0, 0.0, 1000.0, 500.0, 3000, 1500));
        assert_eq!(shown("fit/w_1,h_1", 5000, 10), (0.0, 0.0, 5000.0, 10.0, 1, 1));
        assert_eq!(shown("fill/w_100,h_100", 1000, 500), (250.0, 0.0, 500.0, 500.0, 100, 100));
        assert_eq!(shown("fill/w_100,h_100,al_r", 1000, 500), (500.0, 0.0, 500.0, 500.0, 100, 100));
        assert_eq!(shown("fill/w_100,h_100,fp_0.30_0.9", 1000, 500), (50.0, 0.0, 500.0, 500.0, 100, 100));
        assert_eq!(shown("fill/w_100,h_100,al_auto", 1000, 500), (500.0, 0.0, 500.0, 500.0, 100, 100));
        assert_eq!(shown("scrop/w_100,h_100", 1000, 500), (500.0, 0.0, 500.0, 500.0, 100, 100));
        assert_eq!(shown("fill/w_2000,h_2000", 1000, 500), (250.0, 0.0, 500.0, 500.0, 2000, 2000));
        assert_eq!(shown("crop/x_10,y_20,w_30,h_40", 1000, 500), (10.0, 20.0, 30.0, 40.0, 30, 40));
        assert_eq!(shown("crop/x_990,y_20,w_30,h_40", 1000, 500), (990.0, 20.0, 10.0, 40.0, 10, 40));
        assert_eq!(shown("crop/w_30,h_40,al_br", 1000, 500), (970.0, 460.0, 30.0, 40.0, 30, 40));
        assert_eq!(shown("crop/x_10,y_20,w_30,h_40,scl_0.5", 1000, 500), (20.0, 40.0, 60.0, 80.0, 30, 40));
        assert_eq!(shown("fill/w_1000,h_245", 1000, 500), (0.0, 128.0, 1000.0, 245.0, 1000, 245));
        let chained = "crop/x_100,y_100,w_400,h_200/fill/w_100,h_100/fit/w_50,h_50";
        assert_eq!(shown(chained, 1000, 500), (200.0, 100.0, 200.0, 200.0, 50, 50));
        let chained = "crop/x_0,y_0,w_400,h_200/scrop/w_100,h_100";
        assert_eq!(shown(chained, 1000, 500), (200.0, 0.0, 200.0, 200.0, 100, 100));
    }

    #[test]
    fn what_is_drawn_is_as_large_as_it_is_asked_for() {
        let Ok(Address::Spelled(fit)) = Address::parse("fit/w_300,h_900/a.png") else { panic!() };
        let shown = geometry(&fit.steps, Size { width: 20, height: 10 }, None, true).unwrap();
        assert_eq!(shown.size, Size { width: 300, height: 150 });
    }

    #[test]
    fn a_crop_outside_is_refused() {
        let Ok(Address::Spelled(outside)) = Address::parse("crop/x_1000,y_0,w_5,h_5/a.jpg") else { panic!() };
        let refused = geometry(&outside.steps, Size { width: 1000, height: 500 }, None, false).unwrap_err();
        assert!(refused.contains("1000 x 500"), "{refused}");
    }
}
