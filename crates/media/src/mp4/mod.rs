//! MP4 without a decoder (ISO 14496-12): what a CMAF track file holds, and the normal MP4 that several of them
//! make together.

mod boxes;
mod codec;
mod file;
mod fragment;
mod head;
mod movie;
mod samples;
mod source;
mod track;

#[cfg(test)]
mod damage;
#[cfg(test)]
pub(crate) mod made;
#[cfg(test)]
mod tests;

pub use file::{compose_files, read_head};
pub use movie::{ComposeError, Movie, Piece, compose};
pub use track::{Segment, Shape, Track, TrackError};

/// What is wrong with the bytes of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) &'static str);
