//! Drawings: SVG and SVGZ made harmless, measured, and drawn.
//!
//! Bytes in, facts and pictures out: this crate knows no HTTP, no database, no site. [`clean`] keeps of a drawing what is
//! known to draw and nothing else, so that the result may be shown inside a page; [`measure`] and [`draw`] take
//! only what was cleaned. Nothing here trusts its input: what would take too much memory or time is refused before it does.

mod allow;
mod clean;
mod draw;
mod entities;
mod fonts;
mod labour;
mod measure;
mod reference;
mod references;
mod style;
mod unpack;
mod write;

use std::collections::BTreeSet;

pub use clean::clean;
pub use draw::draw;
pub use measure::{Measure, measure};

/// What one drawing may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of its text, once it is unpacked and its entities are in their places.
    pub bytes: usize,
    /// Elements and letters it may have, each counted as often as it is drawn.
    pub elements: u64,
    /// Elements that may lie in one another, as they are written and as they refer to one another.
    pub depth: u32,
    /// Pixels of the picture that is drawn, and of all pictures within the drawing.
    pub pixels: u64,
    /// Bytes of memory for layers while it is drawn.
    pub memory: u64,
    /// Seconds that drawing may take by an estimate beforehand, on a usual core.
    pub seconds: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            bytes: 16 << 20,
            elements: 300_000,
            depth: 200,
            pixels: 64_000_000,
            memory: 600 << 20,
            seconds: 10.0,
        }
    }
}

/// Why there is no drawing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are no SVG.
    #[error("the drawing is broken: {0}")]
    Broken(String),
    /// It would take more than the limits allow.
    #[error("the drawing is too large: {0}")]
    Limit(String),
}

/// A drawing with nothing in it but what draws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    svg: String,
    removed: BTreeSet<Removed>,
}

impl Cleaned {
    /// The drawing: SVG in UTF-8, without a declaration.
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// What was taken out of it that could have acted. What is merely not needed isn't named here.
    pub fn removed(&self) -> &BTreeSet<Removed> {
        &self.removed
    }
}

/// What is taken out of a drawing because it could act: run, load something, or lead somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Removed {
    /// A program, or an address that is one.
    Script,
    /// An attribute that is a program: `onload` and the like.
    Handler,
    /// Other content than SVG: a page, a video.
    Foreign,
    /// Something that would have been loaded from elsewhere.
    Reference,
    /// A link that leads elsewhere.
    Link,
    /// An animation of what isn't for show: of an address, of a program.
    Animation,
    /// An entity that stands for a file, or the name of one.
    Entity,
}

impl Removed {
    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Removed::Script => "scripts",
            Removed::Handler => "event handlers",
            Removed::Foreign => "foreign content",
            Removed::Reference => "references to other files",
            Removed::Link => "links",
            Removed::Animation => "animated addresses",
            Removed::Entity => "external entities",
        }
    }
}

fn broken(what: impl ToString) -> Error {
    Error::Broken(what.to_string())
}

fn limit(what: impl ToString) -> Error {
    Error::Limit(what.to_string())
}
