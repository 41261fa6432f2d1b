//! Says what is known of documents, draws their first pages, and what that costs: `look FOLDER FILE…`. Pictures and
//! texts go to the folder, named after the files.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::Path;
use std::time::Instant;

use bytes::Bytes;
use contract::formats::{self, Kind};
use document::{Limits, draw_page, draw_text_page, inspect};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap();
    for path in arguments {
        let name = Path::new(&path).file_name().unwrap().to_string_lossy().into_owned();
        let Some(format) = formats::by_file_name(&name).filter(|format| format.kind == Kind::Document) else {
            continue;
        };
        let bytes = Bytes::from(std::fs::read(&path).unwrap());
        let limits = Limits::default();
        let began = Instant::now();
        let inspected = inspect(&bytes, format, &limits);
        let reading = began.elapsed();
        let began = Instant::now();
        let picture = match *format == formats::PDF {
            true => draw_page(&bytes, 0, 800, 800, &limits),
            false => draw_text_page(&bytes, format, 600, &limits),
        };
        let drawing = began.elapsed();
        let mut blank = true;
        if let Ok(pixels) = &picture {
            blank = pixels.samples.iter().all(|sample| *sample == 255);
            let file = std::fs::File::create(format!("{folder}/{name}.png")).unwrap();
            let mut encoder = png::Encoder::new(file, pixels.width, pixels.height);
            encoder.set_color(png::ColorType::Rgb);
            encoder.write_header().unwrap().write_image_data(&pixels.samples).unwrap();
        }
        let drawn = match &picture {
            Ok(pixels) => format!("{}x{}{}", pixels.width, pixels.height, if blank { " BLANK" } else { "" }),
            Err(error) => format!("no picture: {error}"),
        };
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("?").trim();
        let known = match &inspected {
            Ok(inspected) => {
                std::fs::write(format!("{folder}/{name}.txt"), &inspected.text).unwrap();
                let thumbnail = inspected.thumbnail.as_ref().map_or("-", |thumbnail| thumbnail.format.name);
                format!("text={} thumbnail={thumbnail} {:?}", inspected.text.len(), inspected.facts)
            }
            Err(error) => format!("unknown: {error}"),
        };
        println!("{path}\t{reading:?}\t{drawing:?}\t{peak}\t{drawn}\t{known}");
    }
}
