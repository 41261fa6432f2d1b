//! This program as a child that looks into one file and ends (`media::inspect`). No command for people.

mod archive;
mod document;
mod font;
mod model;
mod vector;

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use codecs::Pixels;
use contract::formats::{self, Format, Kind};
use contract::transform::Size;
use media::inspect::{Answer, Looked, Order, Task};
use media::render;

use crate::output::say;

type Failure = Box<dyn Error>;

/// Why a reader of a kind has no answer.
enum Wrong {
    /// The file is at fault; a sentence for people.
    Broken(String),
    /// There is nothing like that in it.
    Nothing,
    /// It would take more than a child may; a sentence for people.
    TooMuch(String),
}

/// Does what the parent asks for, and says what came of it.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), Failure> {
    let [order, path, output @ ..] = arguments else {
        return Err("this command is for the server alone".into());
    };
    let order: Order = serde_json::from_str(order.to_str().ok_or("the order is no text")?)?;
    order.limits.apply()?;
    let format = formats::by_name(&order.format).ok_or("there is no such format")?;
    let answer = match perform(&order.task, Path::new(path), format, output.first().map(Path::new))? {
        Ok(answer) => answer,
        Err(Wrong::Broken(reason)) => Answer::Broken(reason),
        Err(Wrong::Nothing) => Answer::Nothing,
        Err(Wrong::TooMuch(reason)) => Answer::TooMuch(reason),
    };
    say(&serde_json::to_string(&answer)?);
    Ok(())
}

fn perform(
    task: &Task,
    path: &Path,
    format: &'static Format,
    output: Option<&Path>,
) -> Result<Result<Answer, Wrong>, Failure> {
    let made = |bytes: Result<Vec<u8>, Wrong>| -> Result<Result<Answer, Wrong>, Failure> {
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(wrong) => return Ok(Err(wrong)),
        };
        fs::write(output.ok_or("nothing says where to write")?, bytes)?;
        Ok(Ok(Answer::Made))
    };
    Ok(match task {
        Task::Look { text } => look(path, format, *text)?.map(|looked| Answer::Looked(Box::new(looked))),
        Task::Measure { page } => measure(path, format, *page)?.map(Answer::Measured),
        Task::Draw { page, size } => match draw(path, format, *page, *size)? {
            Ok(pixels) => made(Ok(render::png(pixels)?))?,
            Err(wrong) => Err(wrong),
        },
        Task::List { entries } => made(archive::list(path, format, *entries))?,
        Task::Clean => made(vector::clean(&fs::read(path)?))?,
        Task::Compress => made(font::compress(&fs::read(path)?))?,
    })
}

fn look(path: &Path, format: &'static Format, text: usize) -> Result<Result<Looked, Wrong>, Failure> {
    Ok(match format.kind {
        Kind::Vector => vector::look(&fs::read(path)?),
        Kind::Document => document::look(fs::read(path)?, format, text),
        Kind::Archive => archive::look(path, format),
        Kind::Model3d => model::look(&fs::read(path)?, format),
        Kind::Font => font::look(&fs::read(path)?),
        Kind::Image | Kind::Video | Kind::Audio => Err(Wrong::Nothing),
    })
}

/// The size of a picture by itself, for pages whose size isn't known from the look.
fn measure(path: &Path, format: &'static Format, page: u32) -> Result<Result<Size, Wrong>, Failure> {
    Ok(match format.kind {
        Kind::Document => document::measure(fs::read(path)?, format, page),
        _ => Err(Wrong::Nothing),
    })
}

fn draw(
    path: &Path,
    format: &'static Format,
    page: u32,
    size: Size,
) -> Result<Result<Pixels, Wrong>, Failure> {
    let bytes = fs::read(path)?;
    Ok(match format.kind {
        Kind::Vector => vector::draw(&bytes, size),
        Kind::Document => document::draw(bytes, format, page, size),
        Kind::Model3d => model::draw(&bytes, format, size),
        Kind::Font => font::draw(&bytes, size),
        Kind::Image | Kind::Video | Kind::Audio | Kind::Archive => Err(Wrong::Nothing),
    })
}
