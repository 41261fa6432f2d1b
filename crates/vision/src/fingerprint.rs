//! Fingerprints: of a picture of 9 × 8 gray fields, whether each is darker than the one to its right.

use facts::{Fingerprint, Found};

use crate::picture::Picture;
use crate::{Result, found};

pub(crate) fn fingerprint(picture: &Picture) -> Result<Found<Fingerprint>> {
    let small = picture.scaled(picture.whole(), 9, 8)?;
    let luma: Vec<u32> = small
        .samples
        .as_chunks::<3>()
        .0
        .iter()
        .map(|&[red, green, blue]| 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue))
        .collect();
    let mut bits = 0;
    for row in luma.chunks_exact(9) {
        for (left, right) in row.iter().zip(&row[1..]) {
            bits = bits << 1 | u64::from(left < right);
        }
    }
    Ok(found("difference hash", "1", Fingerprint(bits)))
}
