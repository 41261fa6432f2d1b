//! Draws the drawings of librsvg's tests beside the pictures that librsvg has made of them:
//! `compare CORPUS/librsvg2-tests [FOLDER]`. Pairs that differ are written into FOLDER, ours on the left.
#![allow(clippy::print_stdout, clippy::unwrap_used, dead_code)]

use std::path::{Path, PathBuf};
use std::time::Instant;

use vector::{Limits, clean, draw};

#[path = "../tests/likeness/mod.rs"]
mod likeness;

fn main() {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let folder = arguments.next().unwrap();
    let out = arguments.next();
    let (mut alike, mut all) = (0, 0);
    for (drawing, picture) in likeness::pairs(&folder) {
        all += 1;
        let name = drawing.strip_prefix(&folder).unwrap().display().to_string();
        let expected = image::open(&picture).unwrap().into_rgba8();
        let began = Instant::now();
        let cleaned = clean(&std::fs::read(&drawing).unwrap(), &Limits::default());
        let drawn = cleaned
            .and_then(|cleaned| draw(&cleaned, expected.width(), expected.height(), &Limits::default()));
        let took = began.elapsed();
        match drawn {
            Ok(drawn) => {
                let differ = likeness::differ(&drawn.samples, expected.as_raw());
                if differ <= likeness::TOLERATED {
                    alike += 1;
                    continue;
                }
                println!("{:6.2} % {:5} ms {name}", differ * 100.0, took.as_millis());
                if let Some(out) = &out {
                    side_by_side(&drawn.samples, &expected, &out.join(name.replace('/', "_") + ".png"));
                }
            }
            Err(error) => println!("         {:5} ms {name}: {error}", took.as_millis()),
        }
    }
    println!("{alike} of {all} alike");
}

fn side_by_side(ours: &[u8], expected: &image::RgbaImage, path: &Path) {
    let (width, height) = expected.dimensions();
    let ours = image::RgbaImage::from_raw(width, height, ours.to_vec()).unwrap();
    let mut sheet = image::RgbaImage::from_pixel(width * 2 + 4, height, image::Rgba([255, 0, 255, 255]));
    image::imageops::replace(&mut sheet, &ours, 0, 0);
    image::imageops::replace(&mut sheet, expected, i64::from(width) + 4, 0);
    sheet.save(path).unwrap();
}
