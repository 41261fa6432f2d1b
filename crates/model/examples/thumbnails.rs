//! Draws models side by side, to be looked at: `thumbnails SHEET.png MODEL…`. What each cost is told on standard error.
#![allow(clippy::unwrap_used)]

use std::time::Instant;

use contract::formats;

const SIDE: usize = 256;
const COLUMNS: usize = 6;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let sheet = arguments.next().unwrap();
    let models: Vec<String> = arguments.collect();
    let rows = models.len().div_ceil(COLUMNS);
    let (width, height) = (COLUMNS * SIDE, rows * SIDE);
    let mut samples = vec![235_u8; width * height * 3];
    for (at, model) in models.iter().enumerate() {
        let bytes = std::fs::read(model).unwrap();
        let format = formats::by_file_name(model).unwrap();
        let limits = model::Limits::default();
        let began = Instant::now();
        let facts = model::inspect(&bytes, format, &limits);
        let inspected = began.elapsed().as_millis();
        let began = Instant::now();
        let drawn = model::draw(&bytes, format, SIDE as u32, &limits);
        eprintln!("{at:3} {model}: {inspected} + {} ms", began.elapsed().as_millis());
        match &facts {
            Ok(facts) => {
                eprintln!("      {}", format!("{facts:?}").chars().skip(11).take(500).collect::<String>())
            }
            Err(error) => eprintln!("      {error}"),
        }
        let Ok(pixels) = drawn else { continue };
        let (left, top) = (at % COLUMNS * SIDE, at / COLUMNS * SIDE);
        for (pixel, drawn) in pixels.samples.chunks_exact(4).enumerate() {
            let (x, y) = (left + pixel % SIDE, top + pixel / SIDE);
            let under = &mut samples[(y * width + x) * 3..][..3];
            let alpha = f32::from(drawn[3]) / 255.0;
            for (under, over) in under.iter_mut().zip(drawn) {
                *under = (f32::from(*over) * alpha + f32::from(*under) * (1.0 - alpha)) as u8;
            }
        }
    }
    let file = std::fs::File::create(sheet).unwrap();
    let mut encoder = png::Encoder::new(file, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&samples).unwrap();
}
