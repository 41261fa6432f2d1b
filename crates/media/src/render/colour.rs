//! Colours: luma and chroma, inks and profiles, brought to sRGB or kept as wide as they are.

use codecs::{Channels, Cicp, Pixels, Ycc};
use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, Layout, MatrixCoefficients,
    TransferCharacteristics, TransformOptions,
};

/// How far a channel may be off for a profile to count as sRGB.
const SAME: u8 = 2;

/// How far a colour may be off that went to a wider gamut and back, by rounding alone.
const ROUNDED: u8 = 6;
/// Longest profile that goes along with a picture, in bytes: those of cameras and phones have 500 to 3,500.
const LONGEST_PROFILE: usize = 4096;

/// What becomes of colours that sRGB doesn't hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gamut {
    /// The nearest that sRGB has.
    Srgb,
    /// They stay, and the profile goes along.
    Kept,
}

/// What the samples of a picture mean.
pub(super) enum Profile {
    /// sRGB, or nothing that says otherwise.
    Srgb,
    /// Something else.
    Foreign(Box<ColorProfile>),
}

impl Profile {
    /// How a picture with this ICC profile is brought to sRGB, and the profile that goes along with it instead, where its
    /// colours are to be kept.
    pub(super) fn for_gamut(icc: Option<&[u8]>, gamut: Gamut) -> (Profile, Option<Vec<u8>>) {
        let profile = Profile::read(icc);
        let kept = icc.filter(|icc| {
            gamut == Gamut::Kept && icc.len() <= LONGEST_PROFILE && profile.is_rgb() && holds_srgb(&profile)
        });
        match kept {
            Some(icc) => (Profile::Srgb, Some(icc.to_vec())),
            None => (profile, None),
        }
    }

    /// Reads an ICC profile. One that can't be read, or says what sRGB says, changes nothing.
    fn read(icc: Option<&[u8]>) -> Profile {
        let Some(profile) = icc.and_then(|icc| ColorProfile::new_from_slice(icc).ok()) else {
            return Profile::Srgb;
        };
        let profile = Profile::Foreign(Box::new(profile));
        if profile.is_rgb() && as_srgb(&profile) { Profile::Srgb } else { profile }
    }

    /// Whether the picture has to be converted.
    pub(super) fn is_foreign(&self) -> bool {
        matches!(self, Profile::Foreign(_))
    }

    fn is_rgb(&self) -> bool {
        matches!(self, Profile::Foreign(profile) if profile.color_space == DataColorSpace::Rgb)
    }

    /// Converts samples of one layout into sRGB of another, if the profile is made for them.
    fn convert(&self, samples: &[u8], from: Layout, to: Layout, count: usize) -> Option<Vec<u8>> {
        let Profile::Foreign(profile) = self else { return None };
        let wanted = match from {
            Layout::Gray => DataColorSpace::Gray,
            // Inks come as four channels; colours with opacity go by the colours.
            Layout::Rgba if to == Layout::Rgb => DataColorSpace::Cmyk,
            _ => DataColorSpace::Rgb,
        };
        if profile.color_space != wanted {
            return None;
        }
        let srgb = ColorProfile::new_srgb();
        let transform = profile.create_transform_8bit(from, &srgb, to, TransformOptions::default()).ok()?;
        let mut converted = vec![0; count];
        transform.transform(samples, &mut converted).ok()?;
        Some(converted)
    }
}

/// Whether every colour of sRGB is one of the profile's: those at the corners come back as they were.
fn holds_srgb(profile: &Profile) -> bool {
    let Profile::Foreign(wide) = profile else { return false };
    let corners = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [0, 255, 255], [255, 0, 255_u8]];
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let Ok(there) = srgb.create_transform_8bit(Layout::Rgb, wide, Layout::Rgb, options) else { return false };
    let mut inside = [0; 18];
    if there.transform(corners.as_flattened(), &mut inside).is_err() {
        return false;
    }
    let back = profile.convert(&inside, Layout::Rgb, Layout::Rgb, inside.len());
    back.is_some_and(|back| back.iter().zip(corners.as_flattened()).all(|(a, b)| a.abs_diff(*b) <= ROUNDED))
}

/// An ICC profile that says what code points say; none where that is sRGB, or nothing. Light beyond white (PQ, HLG) is taken
/// for sRGB's.
pub(super) fn profile_of(cicp: Cicp) -> Option<Vec<u8>> {
    let primaries = CicpColorPrimaries::try_from(u8::try_from(cicp.primaries).ok()?).ok()?;
    if !matches!(
        primaries,
        CicpColorPrimaries::Bt2020 | CicpColorPrimaries::Smpte431 | CicpColorPrimaries::Smpte432
    ) {
        return None;
    }
    let profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: primaries,
        transfer_characteristics: TransferCharacteristics::Srgb,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    profile.encode().ok()
}

/// Whether a profile leaves colours as sRGB has them: asked for 64 of them.
fn as_srgb(profile: &Profile) -> bool {
    let samples: Vec<u8> =
        (0..64_u8).flat_map(|i| [i % 4, i / 4 % 4, i / 16].map(|step| step * 85)).collect();
    let converted = profile.convert(&samples, Layout::Rgb, Layout::Rgb, samples.len());
    converted.is_some_and(|converted| converted.iter().zip(&samples).all(|(a, b)| a.abs_diff(*b) <= SAME))
}

/// Brings pixels to sRGB.
pub(super) fn converted(pixels: Pixels, profile: &Profile) -> Pixels {
    let (from, to, channels) = match pixels.channels {
        Channels::Gray => (Layout::Gray, Layout::Rgb, Channels::Rgb),
        Channels::Rgb => (Layout::Rgb, Layout::Rgb, Channels::Rgb),
        Channels::Rgba => (Layout::Rgba, Layout::Rgba, Channels::Rgba),
    };
    let count = pixels.width as usize * pixels.height as usize * channels.count();
    match profile.convert(&pixels.samples, from, to, count) {
        Some(samples) => Pixels { samples, channels, ..pixels },
        None => pixels,
    }
}

/// Four inks as red, green and blue: by the profile, or else as paper would take light away.
pub(super) fn of_inks(mut inks: Vec<u8>, inverted: bool, profile: &Profile) -> Vec<u8> {
    if inverted {
        inks.iter_mut().for_each(|ink| *ink = 255 - *ink);
    }
    let count = inks.len() / 4 * 3;
    profile.convert(&inks, Layout::Rgba, Layout::Rgb, count).unwrap_or_else(|| {
        let (pixels, _) = inks.as_chunks::<4>();
        let light = |ink: u8, black: u8| {
            let product = u16::from(255 - ink) * u16::from(255 - black);
            ((product + 127) / 255) as u8
        };
        pixels.iter().flat_map(|[c, m, y, k]| [light(*c, *k), light(*m, *k), light(*y, *k)]).collect()
    })
}

/// Fixed point of the conversions below.
const FIXED: u32 = 16;
const HALF: i32 = 1 << (FIXED - 1);

const fn fixed(factor: f64) -> i32 {
    (factor * (1 << FIXED) as f64 + 0.5) as i32
}

/// Red, green and blue of luma and chroma, as JPEG defines them (BT.601, full range). Chroma that is smaller is repeated.
pub(super) fn rgb(picture: &Ycc) -> Pixels {
    let (width, height) = (picture.y.width as usize, picture.y.height as usize);
    let (across, down) =
        (width.div_ceil(picture.cb.width as usize), height.div_ceil(picture.cb.height as usize));
    let mut samples = Vec::with_capacity(width * height * 3);
    for (y, row) in picture.y.samples.chunks_exact(width).enumerate() {
        let at = y / down * picture.cb.width as usize;
        let (cb, cr) = (&picture.cb.samples[at..], &picture.cr.samples[at..]);
        if across == 1 {
            samples.extend(row.iter().zip(cb).zip(cr).flat_map(|((y, cb), cr)| pixel(*y, *cb, *cr)));
        } else {
            samples
                .extend(row.iter().enumerate().flat_map(|(x, y)| pixel(*y, cb[x / across], cr[x / across])));
        }
    }
    Pixels { width: picture.y.width, height: picture.y.height, channels: Channels::Rgb, samples }
}

fn pixel(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (i32::from(y) << FIXED, i32::from(cb) - 128, i32::from(cr) - 128);
    let clamped = |value: i32| ((value + HALF) >> FIXED).clamp(0, 255) as u8;
    [
        clamped(y + fixed(1.402) * cr),
        clamped(y - fixed(0.344_136) * cb - fixed(0.714_136) * cr),
        clamped(y + fixed(1.772) * cb),
    ]
}

/// Luma of a colour.
pub(super) fn luma(r: u8, g: u8, b: u8) -> u8 {
    let sum = fixed(0.299) * i32::from(r) + fixed(0.587) * i32::from(g) + fixed(0.114) * i32::from(b);
    ((sum + HALF) >> FIXED).clamp(0, 255) as u8
}

/// What can be seen through, laid on white: for formats that know no opacity.
pub(super) fn on_white(pixels: Pixels) -> Pixels {
    if pixels.channels != Channels::Rgba {
        return pixels;
    }
    let (before, _) = pixels.samples.as_chunks::<4>();
    let blend = |sample: u8, alpha: u8| {
        let sum = u16::from(sample) * u16::from(alpha) + 255 * u16::from(255 - alpha);
        ((u32::from(sum) + 127) / 255) as u8
    };
    let samples =
        before.iter().flat_map(|[r, g, b, a]| [blend(*r, *a), blend(*g, *a), blend(*b, *a)]).collect();
    Pixels { channels: Channels::Rgb, samples, ..pixels }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn srgb_counts_as_itself_and_a_wider_gamut_does_not() {
        let srgb = ColorProfile::new_srgb().encode().unwrap();
        let wide = ColorProfile::new_display_p3().encode().unwrap();
        assert!(!Profile::read(Some(&srgb)).is_foreign());
        assert!(!Profile::read(Some(b"no profile")).is_foreign() && !Profile::read(None).is_foreign());
        let wide = Profile::read(Some(&wide));
        assert!(wide.is_foreign());
        let red = Pixels { width: 1, height: 1, channels: Channels::Rgb, samples: vec![200, 60, 60] };
        let converted = converted(red, &wide).samples;
        assert!(converted[0] > 205 && converted[1] < 58, "{converted:?}");
    }

    #[test]
    fn a_wider_gamut_is_kept_where_it_can_be_and_a_narrower_one_never() {
        let wide = ColorProfile::new_display_p3().encode().unwrap();
        let (profile, kept) = Profile::for_gamut(Some(&wide), Gamut::Kept);
        assert!(!profile.is_foreign() && kept.as_ref() == Some(&wide));
        let (profile, kept) = Profile::for_gamut(Some(&wide), Gamut::Srgb);
        assert!(profile.is_foreign() && kept.is_none());
        let adobe = ColorProfile::new_adobe_rgb().encode().unwrap();
        assert!(Profile::for_gamut(Some(&adobe), Gamut::Kept).1.is_some());
        let mut narrow = ColorProfile::new_srgb();
        (narrow.red_colorant.x, narrow.red_colorant.y) =
            (narrow.red_colorant.x * 0.8, narrow.red_colorant.y * 1.1);
        let narrow = narrow.encode().unwrap();
        let (profile, kept) = Profile::for_gamut(Some(&narrow), Gamut::Kept);
        assert!(profile.is_foreign() && kept.is_none());
    }

    #[test]
    fn code_points_say_what_profiles_say() {
        let p3 = profile_of(Cicp { primaries: 12, transfer: 13 }).unwrap();
        let red = Pixels { width: 1, height: 1, channels: Channels::Rgb, samples: vec![200, 60, 60] };
        let converted = converted(red, &Profile::read(Some(&p3))).samples;
        assert!(converted[0] > 205 && converted[1] < 58, "{converted:?}");
        assert!(profile_of(Cicp { primaries: 1, transfer: 13 }).is_none());
        assert!(profile_of(Cicp { primaries: 2, transfer: 2 }).is_none());
    }

    #[test]
    fn inks_and_opacity_end_on_paper() {
        assert_eq!(
            of_inks(vec![0, 0, 0, 0, 255, 0, 0, 0, 9, 9, 9, 255], false, &Profile::Srgb),
            [255, 255, 255, 0, 255, 255, 0, 0, 0]
        );
        assert_eq!(of_inks(vec![255, 255, 255, 255], true, &Profile::Srgb), [255, 255, 255]);
        let glass = Pixels {
            width: 2,
            height: 1,
            channels: Channels::Rgba,
            samples: vec![9, 9, 9, 0, 10, 20, 30, 255],
        };
        assert_eq!(on_white(glass).samples, [255, 255, 255, 10, 20, 30]);
    }

    #[test]
    fn luma_and_chroma_are_those_of_jpeg() {
        for [r, g, b] in [[255, 0, 0], [0, 255, 0], [12, 200, 99], [255, 255, 255], [0, 0, 0_u8]] {
            let y = luma(r, g, b);
            let cb = (f64::from(b) - f64::from(y)) / 1.772 + 128.0;
            let cr = (f64::from(r) - f64::from(y)) / 1.402 + 128.0;
            let back = pixel(y, cb.round() as u8, cr.round() as u8);
            assert!(back.iter().zip([r, g, b]).all(|(a, b)| a.abs_diff(b) <= 2), "{back:?}");
        }
    }
}
