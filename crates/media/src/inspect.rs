//! A look at what only a fool reads in the process that holds everything: this program itself does it, as a child with limits.
//!
//! Drawings, documents, archives, models and fonts come from anywhere, and their formats are large. Whatever one of them does
//! to the child costs that child. [`Task`] and [`Answer`] are what parent and child say to each other.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use contract::formats::Format;
use contract::transform::Size;
use facts::Facts;
use serde::{Deserialize, Serialize};

use crate::child::{Fault, Limits, Stop, run_limiting_itself};

/// The command of this program that is the child.
pub const COMMAND: &str = "inspect";

/// What a child is told, before the path of the file and of what is made: how it is to limit itself, and what to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// What it may take.
    pub limits: Limits,
    /// What to do.
    pub task: Task,
    /// Name of the file's format.
    pub format: String,
}

/// What a child is to do with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Find out what is in it.
    Look {
        /// Bytes of text to read at the most.
        text: usize,
    },
    /// Say how large its picture is by itself, in pixels.
    Measure {
        /// Which page, from 1.
        page: u32,
    },
    /// Draw its picture, as a PNG.
    Draw {
        /// Which page, from 1.
        page: u32,
        /// How large.
        size: Size,
    },
    /// Write what is in an archive, an entry a line, as JSON.
    List {
        /// Entries to list at the most.
        entries: u64,
    },
    /// Write a drawing without what might act.
    Clean,
    /// Write a font as WOFF2.
    Compress,
}

/// What a child says in the end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// What it found out.
    Looked(Box<Looked>),
    /// How large the picture is by itself.
    Measured(Size),
    /// What was asked for lies in the file that was named.
    Made,
    /// There is nothing of that kind: no such page, no picture.
    Nothing,
    /// The file is at fault; a sentence for people.
    Broken(String),
    /// It would take more than a child may; a sentence for people.
    TooMuch(String),
}

/// What was found out of a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// What is known now.
    pub facts: Facts,
    /// The text in it, for search; empty where there is none.
    pub text: String,
}

/// What a child may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Address space, in bytes.
    pub memory: u64,
    /// Time on the clock.
    pub time: Duration,
    /// Bytes of what it makes.
    pub output: u64,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file can't be used; a sentence for people.
    #[error("{0}")]
    Broken(String),
    /// There is nothing of that kind.
    #[error("there is nothing like that in the file")]
    Nothing,
    /// It was given up: it took more than it may, or the reader fell over; a sentence for people.
    #[error("{0}")]
    GivenUp(String),
    /// The child could not be run, or nobody waited for it any more.
    #[error("the look at the file failed")]
    Fault(#[from] Fault),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Fault(error.into())
    }
}

/// Runs children.
#[derive(Debug, Clone)]
pub struct Inspector {
    /// This program.
    program: PathBuf,
    bounds: Bounds,
}

impl Inspector {
    /// One that runs `program`, which must have the command [`COMMAND`].
    pub fn new(program: PathBuf, bounds: Bounds) -> Inspector {
        Inspector { program, bounds }
    }

    /// About the memory that a child takes, in bytes.
    pub fn cost(&self, format: &Format, size: u64) -> u64 {
        use contract::formats::Kind;
        // Archives are read from the disk, and everything else as a whole, with about as much again to understand it.
        let held = if format.kind == Kind::Archive { 0 } else { size.saturating_mul(3) };
        (BASE + held).min(self.bounds.memory)
    }

    /// Finds out what is in a file. Blocks.
    pub fn look(&self, path: &Path, format: &Format, text: usize, stop: &Stop) -> Result<Looked, Error> {
        match self.ask(&Task::Look { text }, path, format, None, stop)? {
            Answer::Looked(looked) => Ok(*looked),
            other => Err(out_of_place(&other)),
        }
    }

    /// The size in pixels that a page, or the picture that stands for a file, has by itself. Blocks.
    pub fn measure(&self, path: &Path, format: &Format, page: u32, stop: &Stop) -> Result<Size, Error> {
        match self.ask(&Task::Measure { page }, path, format, None, stop)? {
            Answer::Measured(size) => Ok(size),
            other => Err(out_of_place(&other)),
        }
    }

    /// Has something made of a file; its bytes. Blocks.
    pub fn make(&self, task: &Task, path: &Path, format: &Format, stop: &Stop) -> Result<Vec<u8>, Error> {
        let folder = tempfile::tempdir()?;
        let output = folder.path().join("made");
        match self.ask(task, path, format, Some(&output), stop)? {
            Answer::Made => Ok(fs::read(output)?),
            other => Err(out_of_place(&other)),
        }
    }

    fn ask(
        &self,
        task: &Task,
        path: &Path,
        format: &Format,
        output: Option<&Path>,
        stop: &Stop,
    ) -> Result<Answer, Error> {
        let limits = Limits {
            memory: self.bounds.memory,
            cpu: self.bounds.time,
            wall: self.bounds.time * 2,
            output: self.bounds.output,
            nice: NICE,
        };
        let order = Order { limits, task: task.clone(), format: format.name.to_owned() };
        let order = serde_json::to_string(&order).map_err(io::Error::other)?;
        let mut arguments: Vec<OsString> = vec![COMMAND.into(), order.into(), path.into()];
        arguments.extend(output.map(OsString::from));
        let mut said = String::new();
        let line = |line: &str| line.clone_into(&mut said);
        match run_limiting_itself(&self.program, &arguments, &limits, stop, line) {
            Ok(()) => {}
            Err(Fault::Limited(how)) => return Err(Error::GivenUp(format!("reading it {how}"))),
            Err(Fault::Failed(status, _)) => {
                return Err(Error::GivenUp(format!("reading it ended with {status}")));
            }
            Err(fault) => return Err(fault.into()),
        }
        match serde_json::from_str(&said).map_err(io::Error::other)? {
            Answer::Broken(reason) => Err(Error::Broken(reason)),
            Answer::TooMuch(reason) => Err(Error::GivenUp(reason)),
            Answer::Nothing => Err(Error::Nothing),
            answer => Ok(answer),
        }
    }
}

/// How much others go before a child: somebody may wait for it, but requests come first.
const NICE: u8 = 5;
/// What a child takes for itself, in bytes.
const BASE: u64 = 48 << 20;

fn out_of_place(answer: &Answer) -> Error {
    io::Error::other(format!("the child answered something else: {answer:?}")).into()
}
