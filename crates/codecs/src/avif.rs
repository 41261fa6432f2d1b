//! AVIF: AV1 data by libaom and rav1d, in a container by our own code.

mod boxes;
mod convert;
#[allow(unsafe_code)]
mod decode;
#[allow(unsafe_code)]
mod encode;
mod file;
mod obu;
mod turn;
mod write;

pub use encode::{Effort, encode, encode_ycc};
use file::{Coded, File};

use crate::{Channels, Cicp, Decoded, Error, Limits, Pixels, room};

/// Bytes per pixel while a picture is decoded: the decoder's planes of up to 16 bits, then ours as it is, with alpha,
/// and turned. Measured were 5.5 with chroma in halves, 7.1 with all of it, 8.7 with alpha.
const BYTES_PER_PIXEL: u64 = 12;
/// The decoder's own memory, and the borders around its pictures.
const FIXED_BYTES: u64 = 4 << 20;

/// What the header of an AVIF file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// Pixels per row, as it is to be shown: cropped and turned.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Whether it has an alpha channel.
    pub alpha: bool,
    /// Whether it is an animation too. Only its still picture can be decoded, in most files the first frame.
    pub animated: bool,
}

/// Reads the header. Fails for anything that is no AVIF.
pub fn info(bytes: &[u8]) -> Result<Info, Error> {
    let file = file::parse(bytes)?;
    let (width, height) = match file.aperture {
        Some(aperture) => turn::window(&aperture, file.color.width, file.color.height)?.2,
        None => (file.color.width, file.color.height),
    };
    let (width, height) = if file.turns % 2 == 1 { (height, width) } else { (width, height) };
    Ok(Info { width, height, alpha: file.alpha.is_some(), animated: file.animated })
}

/// Decodes the still picture of a file to 8 bits, as it is to be shown: its own cropping, turning and mirroring are
/// done, and the orientation that its EXIF block may name must not be applied on top.
///
/// Samples of more bits are rounded. High dynamic range is left as it is: look at the result's `cicp`.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let file = file::parse(bytes)?;
    limits.check(file.color.width, file.color.height, BYTES_PER_PIXEL, FIXED_BYTES)?;
    let (mut pixels, cicp) = picture(&file.color, file.nclx)?;
    if let Some(alpha) = &file.alpha {
        let (alpha, _) = picture(alpha, None)?;
        pixels = with_alpha(&pixels, &alpha, file.premultiplied)?;
    }
    if let Some(aperture) = &file.aperture {
        let (left, top, (width, height)) = turn::window(aperture, pixels.width, pixels.height)?;
        pixels = turn::crop(pixels, left, top, width, height);
    }
    pixels = turn::turned(pixels, file.turns, file.mirror)?;
    Ok(Decoded { pixels, icc: file.icc.map(<[u8]>::to_vec), exif: exif(&file), cicp: Some(cicp) })
}

/// The EXIF block, which lies behind its own offset.
fn exif(file: &File<'_>) -> Option<Vec<u8>> {
    let (offset, block) = file.exif.as_deref()?.split_first_chunk::<4>()?;
    Some(block.get(u32::from_be_bytes(*offset) as usize..)?.to_vec())
}

/// Decodes the tiles of a picture and puts them together.
fn picture(coded: &Coded<'_>, nclx: Option<boxes::Nclx>) -> Result<(Pixels, Cicp), Error> {
    let mut whole: Option<(Pixels, Cicp)> = None;
    for (index, tile) in coded.tiles.iter().enumerate() {
        obu::check(&tile.data, tile.width, tile.height)?;
        let (pixels, cicp) = decode::tile(&tile.data, (tile.width, tile.height), nclx)?;
        if (tile.width, tile.height) == (coded.width, coded.height) {
            return Ok((pixels, cicp));
        }
        let (channels, step) = (pixels.channels, pixels.channels.count());
        if whole.is_none() {
            let size = coded.width as usize * coded.height as usize * step;
            let mut samples = room(size)?;
            samples.resize(size, 0);
            whole = Some((Pixels { width: coded.width, height: coded.height, channels, samples }, cicp));
        }
        let Some((whole, _)) = whole.as_mut().filter(|(whole, _)| whole.channels == channels) else {
            return Err(Error::Damaged("its tiles are of several kinds".to_owned()));
        };
        let (row, column) = (index / coded.columns as usize, index % coded.columns as usize);
        let (top, left) = (row * tile.height as usize, column * tile.width as usize);
        let length = (coded.width as usize - left).min(tile.width as usize) * step;
        let places = whole.samples.chunks_mut(coded.width as usize * step).skip(top);
        for (to, from) in places.zip(pixels.samples.chunks(tile.width as usize * step)) {
            to[left * step..][..length].copy_from_slice(&from[..length]);
        }
    }
    whole.ok_or_else(|| Error::Damaged("there is no picture in it".to_owned()))
}

/// Colours and alpha in one.
fn with_alpha(colors: &Pixels, alpha: &Pixels, premultiplied: bool) -> Result<Pixels, Error> {
    let mut samples = room(colors.width as usize * colors.height as usize * 4)?;
    let color = colors.samples.chunks_exact(colors.channels.count());
    // An alpha channel is grey, or its luminance counts for nearly all of it.
    for (color, alpha) in color.zip(alpha.samples.chunks_exact(alpha.channels.count())) {
        let alpha = alpha[alpha.len() / 2];
        let straight = |sample: u8| match (premultiplied, alpha) {
            (false, _) | (_, 0) => sample,
            _ => ((u32::from(sample) * 255 + u32::from(alpha) / 2) / u32::from(alpha)).min(255) as u8,
        };
        samples.extend((0..3).map(|index| straight(color[index % color.len()])));
        samples.push(alpha);
    }
    Ok(Pixels { width: colors.width, height: colors.height, channels: Channels::Rgba, samples })
}
