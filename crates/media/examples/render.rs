//! Makes another form of an image file: `render IN PATH OUT [ROUNDS]`, with PATH as in an image URL. With rounds it says how
//! long one takes, which is where a look at speed begins.
#![allow(clippy::print_stdout)]

use std::time::Instant;

use contract::transform::{Address, Transformation};
use media::render::{Limits, Source, Wanted, render};
use media::sniff::{Sniffed, sniff};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, path, output, rounds @ ..] = arguments.as_slice() else {
        return Err("IN PATH OUT [ROUNDS]".into());
    };
    let bytes = std::fs::read(input)?;
    let Sniffed::Format(format) = sniff(&bytes) else { return Err("no known format".into()) };
    let Address::Spelled(transformation) = Address::parse(path)? else {
        return Err("presets belong to a site".into());
    };
    let rounds: usize = rounds.first().map_or(Ok(1), |rounds| rounds.parse())?;
    let mut times = Vec::new();
    for _ in 0..rounds {
        let began = Instant::now();
        let rendered = make(&bytes, format, &transformation)?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        std::fs::write(output, &rendered)?;
    }
    times.sort_by(f64::total_cmp);
    println!("{:.2} ms, {} bytes", times[times.len() / 2], std::fs::metadata(output)?.len());
    Ok(())
}

fn make(
    bytes: &[u8],
    format: &'static contract::formats::Format,
    transformation: &Transformation,
) -> Result<Vec<u8>, media::render::Error> {
    let source = Source { bytes, format, orientation: 1, original: None, drawn: false };
    let wanted = Wanted {
        transformation,
        output: transformation.options.extension,
        focus: None,
        keep_gamut: false,
        watermark: None,
        limits: Limits { pixels: 100_000_000, animation_pixels: 1_000_000_000 },
    };
    render(&source, &wanted).map(|rendered| rendered.bytes)
}
