//! WebP by libwebp: still pictures and animations, both ways.

#[allow(unsafe_code)]
mod animation;
#[allow(unsafe_code)]
mod decode;
#[allow(unsafe_code)]
mod encode;
mod riff;

pub use animation::{Animation, AnimationEncoder, Frame};
pub use decode::{DecodeOptions, Info, Window, decode, info};
pub use encode::{encode, encode_ycc};

/// The longest side that the format knows.
pub const LONGEST_SIDE: u32 = 16383;
