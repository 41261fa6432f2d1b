//! JPEG by mozjpeg, which decodes as libjpeg-turbo does.
#![allow(unsafe_code)] // The library is written in C.

mod decode;
mod encode;
mod fault;
mod header;
#[cfg(test)]
mod tests;

pub use decode::{Decoder, Extent, Rows};
pub use encode::{Settings, encode_pixels, encode_ycc};
pub use header::{Header, Inks};
