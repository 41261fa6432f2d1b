//! What is known of a JPEG before its pixels are decoded.

use mozjpeg_sys::{J_COLOR_SPACE, jpeg_decompress_struct};

/// Marker of EXIF data.
const APP1: u8 = 0xe1;
/// Marker of ICC profiles.
const APP2: u8 = 0xe2;
/// Marker of Adobe's notes on colours.
const APP14: u8 = 0xee;
/// The markers that are kept.
pub(super) const KEPT: [u8; 3] = [APP1, APP2, APP14];

/// What a JPEG says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Pixels, as stored.
    pub width: u32,
    /// Pixels, as stored.
    pub height: u32,
    /// What its components are.
    pub inks: Inks,
    /// Whether all coefficients are kept in memory while it is decoded.
    pub progressive: bool,
    /// The colour profile.
    pub icc: Option<Vec<u8>>,
    /// The TIFF block of the EXIF data.
    pub exif: Option<Vec<u8>>,
}

/// What the components of a JPEG are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inks {
    /// Lightness alone.
    Gray,
    /// Luma and chroma, as nearly all are.
    Ycc,
    /// Red, green, blue.
    Rgb,
    /// Cyan, magenta, yellow and black; `true` when they are stored inverted, as Adobe does.
    Cmyk(bool),
}

impl Header {
    pub(super) fn read(cinfo: &jpeg_decompress_struct, progressive: bool) -> Option<Header> {
        let markers = markers(cinfo);
        let first = |wanted: u8, start: &[u8]| {
            markers
                .iter()
                .filter(|(marker, _)| *marker == wanted)
                .find_map(|(_, data)| data.strip_prefix(start))
        };
        let adobe = first(APP14, b"Adobe").is_some();
        let inks = match cinfo.jpeg_color_space {
            J_COLOR_SPACE::JCS_GRAYSCALE => Inks::Gray,
            J_COLOR_SPACE::JCS_YCbCr => Inks::Ycc,
            J_COLOR_SPACE::JCS_RGB => Inks::Rgb,
            J_COLOR_SPACE::JCS_CMYK | J_COLOR_SPACE::JCS_YCCK => Inks::Cmyk(adobe),
            _ => return None,
        };
        Some(Header {
            width: cinfo.image_width,
            height: cinfo.image_height,
            inks,
            progressive,
            icc: profile(&markers),
            exif: first(APP1, b"Exif\0\0").map(<[u8]>::to_vec),
        })
    }
}

fn markers(cinfo: &jpeg_decompress_struct) -> Vec<(u8, &[u8])> {
    let mut found = Vec::new();
    let mut next = cinfo.marker_list;
    while !next.is_null() {
        // SAFETY: the library's list of saved markers lives as long as the decompressor.
        let marker = unsafe { &*next };
        // SAFETY: so many bytes of the marker were saved behind it.
        let data = unsafe { std::slice::from_raw_parts(marker.data, marker.data_length as usize) };
        found.push((marker.marker, data));
        next = marker.next;
    }
    found
}

/// Puts the profile together, which comes in numbered pieces.
fn profile(markers: &[(u8, &[u8])]) -> Option<Vec<u8>> {
    let pieces = markers.iter().filter(|(marker, _)| *marker == APP2);
    let mut pieces: Vec<&[u8]> = pieces.filter_map(|(_, data)| data.strip_prefix(b"ICC_PROFILE\0")).collect();
    pieces.retain(|piece| piece.len() > 2);
    pieces.sort_by_key(|piece| piece[0]);
    let complete = !pieces.is_empty()
        && pieces.iter().enumerate().all(|(index, piece)| {
            usize::from(piece[0]) == index + 1 && usize::from(piece[1]) == pieces.len()
        });
    complete.then(|| pieces.iter().flat_map(|piece| &piece[2..]).copied().collect())
}
