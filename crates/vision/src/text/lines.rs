//! Where lines of text are: how probable text is at each pixel, made into rectangles that may be turned.

use crate::Result;
use crate::model::{Kind, Runtime, output};
use crate::picture::{BGR, Picture};

/// How probable text must be at a pixel of a line.
const PIXEL: f32 = 0.3;
/// How probable it must be on average.
const LINE: f32 = 0.6;
/// The model sees a line smaller than it is: by this times its area over its circumference it is made larger.
const GROWTH: f32 = 1.6;
/// Fewest pixels of a line's height.
const LOWEST: f32 = 3.0;
/// Most lines that are looked for.
const MOST: usize = 1000;

/// A rectangle around a line, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) centre: (f32, f32),
    /// The direction in which it is read, of length 1.
    pub(super) along: (f32, f32),
    /// How long it is in that direction.
    pub(super) length: f32,
    pub(super) height: f32,
}

/// The lines of a picture, from top to bottom and from left to right.
pub(super) fn lines(runtime: &Runtime, picture: &Picture) -> Result<Vec<Line>> {
    let outputs = runtime.run(Kind::Lines, picture.tensor(32, BGR, 1.0 / 127.5, -1.0, 0.0))?;
    let ([_, _, height, width], heat) = output(&outputs, 0)?;
    let mut lines: Vec<Line> = areas(heat, width, height).iter().filter_map(|area| around(area)).collect();
    in_order(&mut lines);
    Ok(lines)
}

/// The pixels of each connected area that is probable enough.
fn areas(heat: &[f32], width: usize, height: usize) -> Vec<Vec<(f32, f32)>> {
    let mut seen = vec![false; heat.len()];
    let mut areas = Vec::new();
    let mut open = Vec::new();
    for start in 0..heat.len().min(width * height) {
        if seen[start] || heat[start] <= PIXEL {
            continue;
        }
        seen[start] = true;
        open.push(start);
        let (mut area, mut sum) = (Vec::new(), 0.0);
        while let Some(at) = open.pop() {
            let (x, y) = (at % width, at / width);
            area.push((x as f32, y as f32));
            sum += heat[at];
            for beside_y in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for beside_x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let beside = beside_y * width + beside_x;
                    if !seen[beside] && heat[beside] > PIXEL {
                        seen[beside] = true;
                        open.push(beside);
                    }
                }
            }
        }
        if sum >= LINE * area.len() as f32 && area.len() >= 9 && areas.len() < MOST {
            areas.push(area);
        }
    }
    areas
}

/// The smallest rectangle around an area, made larger as the model wants it.
fn around(area: &[(f32, f32)]) -> Option<Line> {
    let corners = hull(area);
    let mut best: Option<(f32, Line)> = None;
    for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
        let (x, y) = (b.0 - a.0, b.1 - a.1);
        let length = x.hypot(y);
        if length < 1e-3 {
            continue;
        }
        let (x, y) = (x / length, y / length);
        let mut ends = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
        for (px, py) in &corners {
            let (along, across) = (px * x + py * y, py * x - px * y);
            ends = (ends.0.min(along), ends.1.max(along), ends.2.min(across), ends.3.max(across));
        }
        // A pixel is as wide as it is high, and its corners are those of its field.
        let (length, height) = (ends.1 - ends.0 + 1.0, ends.3 - ends.2 + 1.0);
        if best.is_none_or(|(smallest, _)| length * height < smallest) {
            let (along, across) = ((ends.0 + ends.1) / 2.0, (ends.2 + ends.3) / 2.0);
            let centre = (along * x - across * y + 0.5, along * y + across * x + 0.5);
            best = Some((length * height, Line { centre, along: (x, y), length, height }));
        }
    }
    let (_, mut line) = best?;
    // Text is read to the right where it lies, and upwards where it stands.
    if line.height > line.length * 1.5
        || (line.height > line.length && line.along.0.abs() < line.along.1.abs())
    {
        std::mem::swap(&mut line.height, &mut line.length);
        line.along = (-line.along.1, line.along.0);
    }
    let (x, y) = line.along;
    if (x.abs() >= y.abs() && x < 0.0) || (x.abs() < y.abs() && y > 0.0) {
        line.along = (-x, -y);
    }
    if line.height.min(line.length) < LOWEST {
        return None;
    }
    let growth = line.length * line.height * GROWTH / (2.0 * (line.length + line.height));
    line.length += 2.0 * growth;
    line.height += 2.0 * growth;
    Some(line)
}

/// The corners of the smallest convex polygon around points.
fn hull(points: &[(f32, f32)]) -> Vec<(f32, f32)> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let half = |points: &mut dyn Iterator<Item = (f32, f32)>| {
        let mut corners: Vec<(f32, f32)> = Vec::new();
        for point in points {
            while let [.., a, b] = corners[..]
                && (b.0 - a.0) * (point.1 - a.1) - (b.1 - a.1) * (point.0 - a.0) <= 0.0
            {
                corners.pop();
            }
            corners.push(point);
        }
        corners.pop();
        corners
    };
    let mut corners = half(&mut sorted.iter().copied());
    corners.extend(half(&mut sorted.iter().rev().copied()));
    corners
}

/// Sorts lines by rows, and within a row from left to right.
fn in_order(lines: &mut [Line]) {
    lines.sort_by(|a, b| a.centre.1.total_cmp(&b.centre.1));
    let mut start = 0;
    while start < lines.len() {
        let first = lines[start];
        let reach = first.centre.1 + first.height / 2.0;
        let row = lines[start..].iter().take_while(|line| line.centre.1 <= reach).count().max(1);
        lines[start..start + row].sort_by(|a, b| a.centre.0.total_cmp(&b.centre.0));
        start += row;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn filled(inside: impl Fn(f32, f32) -> bool) -> Vec<(f32, f32)> {
        let all = (0..200).flat_map(|y| (0..200).map(move |x| (x as f32, y as f32)));
        all.filter(|(x, y)| inside(*x, *y)).collect()
    }

    #[test]
    fn rectangles_lie_stand_and_lean() {
        let lying = around(&filled(|x, y| (20.0..120.0).contains(&x) && (50.0..70.0).contains(&y))).unwrap();
        assert_eq!(lying.centre, (70.0, 60.0));
        assert!(lying.along.0 > 0.999 && lying.length > 100.0 && lying.height > 20.0);
        let standing =
            around(&filled(|x, y| (50.0..70.0).contains(&x) && (20.0..120.0).contains(&y))).unwrap();
        assert!(standing.along.1 < -0.999 && standing.length > standing.height);
        let leaning = around(&filled(|x, y| (x + y - 200.0).abs() < 100.0 && (x - y).abs() < 14.0)).unwrap();
        assert!((leaning.along.0 - leaning.along.1).abs() < 0.05 && leaning.length > 3.0 * leaning.height);
        assert!(around(&[(5.0, 5.0)]).is_none());
    }
}
