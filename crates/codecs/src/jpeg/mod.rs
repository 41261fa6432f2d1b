//! JPEG by mozjpeg, which decodes as libjpeg-turbo does.
#![allow(unsafe_code)] // The library is written in C.

mod decode;
mod encode;
mod fault;
mod header;
#[cfg(test)]
mod tests;

pub use decode::{Component, Decoder, Extent, Rows};
pub use encode::{Settings, encode_pixels, encode_ycc};
pub use header::{Header, Inks};

type Result<T> = std::result::Result<T, crate::Error>;
