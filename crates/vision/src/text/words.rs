//! What a line of text says: the most probable character at each step along it.

use std::sync::LazyLock;

use rten_tensor::NdTensor;

use super::lines::Line;
use crate::Result;
use crate::model::{CHARACTERS, Kind, Runtime, output};
use crate::picture::Picture;

/// The height that lines are read at.
const HEIGHT: usize = 48;
/// The longest line at that height; a longer one is pressed together.
const LONGEST: usize = 1600;
/// How sure its characters must be on average.
const SURE: f32 = 0.7;

/// What each number that the model gives stands for; the first is the space between characters that nothing stands for.
static ALPHABET: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| std::iter::once("").chain(CHARACTERS.split('\n')).chain([" "]).collect());

/// How many pixels long a line is at the height that it is read at.
pub(super) fn width(line: &Line) -> usize {
    let width = (line.length / line.height.max(1.0) * HEIGHT as f32).ceil() as usize;
    width.clamp(HEIGHT, LONGEST)
}

/// Reads a line, if something can be read there for sure.
pub(super) fn words(runtime: &Runtime, picture: &Picture, line: &Line) -> Result<Option<String>> {
    let outputs = runtime.run(Kind::Words, straight(picture, line, width(line)))?;
    let ([_, _, kinds], steps) = output(&outputs, 0)?;
    let (mut text, mut sum, mut count, mut before) = (String::new(), 0.0, 0, 0);
    for step in steps.chunks_exact(kinds.max(1)) {
        let most = |best: (usize, f32), (at, number): (usize, &f32)| {
            if *number > best.1 { (at, *number) } else { best }
        };
        let (character, sure) = step.iter().enumerate().fold((0, f32::MIN), most);
        if character != 0 && character != before {
            text.push_str(ALPHABET.get(character).unwrap_or(&""));
            sum += sure;
            count += 1;
        }
        before = character;
    }
    let text = text.trim();
    let legible = count > 0 && sum >= SURE * count as f32 && text.chars().any(char::is_alphanumeric);
    Ok(legible.then(|| text.to_owned()))
}

/// The line cut out, turned to lie straight, as the model takes it.
fn straight(picture: &Picture, line: &Line, width: usize) -> NdTensor<f32, 4> {
    let plane = HEIGHT * width;
    let mut numbers = vec![0.0; 3 * plane];
    let (along_x, along_y) = line.along;
    for y in 0..HEIGHT {
        let across = ((y as f32 + 0.5) / HEIGHT as f32 - 0.5) * line.height;
        for x in 0..width {
            let along = ((x as f32 + 0.5) / width as f32 - 0.5) * line.length;
            let at_x = line.centre.0 + along * along_x - across * along_y;
            let at_y = line.centre.1 + along * along_y + across * along_x;
            let colour = between(picture, at_x - 0.5, at_y - 0.5);
            for (channel, number) in colour.into_iter().rev().enumerate() {
                numbers[channel * plane + y * width + x] = number / 127.5 - 1.0;
            }
        }
    }
    NdTensor::from_data([1, 3, HEIGHT, width], numbers)
}

/// The colour at a place between pixels; beyond the edge it is that of the edge.
fn between(picture: &Picture, x: f32, y: f32) -> [f32; 3] {
    let x = x.clamp(0.0, (picture.width - 1) as f32);
    let y = y.clamp(0.0, (picture.height - 1) as f32);
    let (left, top) = (x as usize, y as usize);
    let (right, bottom) =
        ((left + 1).min(picture.width as usize - 1), (top + 1).min(picture.height as usize - 1));
    let (across, down) = (x - left as f32, y - top as f32);
    let sample = |x: usize, y: usize, channel| {
        f32::from(picture.samples[3 * (y * picture.width as usize + x) + channel])
    };
    [0, 1, 2].map(|channel| {
        let upper = sample(left, top, channel) * (1.0 - across) + sample(right, top, channel) * across;
        let lower = sample(left, bottom, channel) * (1.0 - across) + sample(right, bottom, channel) * across;
        upper * (1.0 - down) + lower * down
    })
}
