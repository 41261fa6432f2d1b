//! From the text of an address to what it asks for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use percent_encoding::percent_decode_str;

use super::{
    Address, Align, Anchor, Animation, Encoding, Extension, Hundredths, LONGEST_EDGE, LONGEST_PATH,
    LONGEST_SIDE, MOST_PIXELS, MOST_STEPS, Options, Position, Refused, Size, Step, Transformation, Unsharp,
    Upscale,
};

type Result<T> = std::result::Result<T, Refused>;

impl Address {
    /// Reads what follows `/media/{id}/v1/`, percent-encoded as it came. The file name counts for its extension alone.
    pub fn parse(path: &str) -> Result<Address> {
        if path.len() > LONGEST_PATH {
            return Err(Refused::new(path, format!("an address is at most {LONGEST_PATH} characters long")));
        }
        let Some((steps, file)) = path.rsplit_once('/') else {
            return Err(Refused::new(
                path,
                "an address ends in a file name, as in `fit/w_300,h_200/file.jpg`",
            ));
        };
        let file = decoded(file)?;
        let extension = file.rsplit_once('.').and_then(|(_, extension)| Extension::parse(extension));
        let extension = extension.ok_or_else(|| {
            Refused::new(&file, "the file name ends in one of .jpg, .png, .webp, .avif, .gif")
        })?;
        match steps.strip_prefix("preset/") {
            Some(name) => Ok(Address::Preset { name: decoded(name)?.into_owned(), extension }),
            None => Ok(Address::Spelled(Transformation::parse(steps, extension)?)),
        }
    }
}

/// A segment as it was before it was percent-encoded.
fn decoded(segment: &str) -> Result<Cow<'_, str>> {
    percent_decode_str(segment).decode_utf8().map_err(|_| Refused::new(segment, "it is no UTF-8"))
}

impl Transformation {
    /// Reads steps and options without a file name: `fill/w_400,h_300,al_c,q_80`.
    pub fn parse(steps: &str, extension: Extension) -> Result<Transformation> {
        let mut segments = steps.split('/').map(decoded);
        let mut read = Vec::new();
        let mut options = Options { extension, ..Options::default() };
        let mut seen = Vec::new();
        while let Some(verb) = segments.next() {
            let verb = verb?;
            if !matches!(&*verb, "fit" | "fill" | "scrop" | "crop") {
                return Err(Refused::new(&verb, "a step is one of fit, fill, scrop, crop, or preset alone"));
            }
            if read.len() == MOST_STEPS {
                return Err(Refused::new(&verb, format!("there are at most {MOST_STEPS} steps")));
            }
            let tokens =
                segments.next().ok_or_else(|| Refused::new(&verb, "its width and height are missing"))??;
            let mut own = Own { verb: &verb, values: BTreeMap::new() };
            for token in tokens.split(',') {
                let (name, value) = token.split_once('_').unwrap_or((token, ""));
                if verb_takes(&verb, name) {
                    if own.values.insert(name, (token, value)).is_some() {
                        return Err(Refused::new(token, "it is given twice"));
                    }
                } else {
                    if seen.iter().any(|seen| seen == name) {
                        return Err(Refused::new(token, "it is given twice"));
                    }
                    seen.push(name.to_owned());
                    option(&mut options, &verb, token, name, value)?;
                }
            }
            read.push(own.step()?);
        }
        Ok(Transformation { steps: read, options })
    }
}

/// Whether a token belongs to the step in which it stands.
fn verb_takes(verb: &str, name: &str) -> bool {
    match name {
        "w" | "h" => true,
        "x" | "y" | "scl" => verb == "crop",
        "al" => matches!(verb, "fill" | "crop"),
        "fp" => verb == "fill",
        "lg" => matches!(verb, "fit" | "fill"),
        _ => false,
    }
}

/// The tokens of a step: the whole text and the value, by name.
struct Own<'a> {
    verb: &'a str,
    values: BTreeMap<&'a str, (&'a str, &'a str)>,
}

impl Own<'_> {
    fn step(&self) -> Result<Step> {
        let side = |name, longest| match self.values.get(name) {
            Some((token, value)) => whole(token, value, 1..=i64::from(longest)).map(|side| side as u32),
            None => Err(Refused::new(self.verb, format!("its `{name}_` is missing"))),
        };
        // The published client asks for fills of any shape, as long as their area is bearable.
        let longest = if self.verb == "fit" { LONGEST_SIDE } else { LONGEST_EDGE };
        let size = Size { width: side("w", longest)?, height: side("h", longest)? };
        // It rounds both sides, so the area may be a little larger.
        if u64::from(size.width - 1) * u64::from(size.height - 1) > MOST_PIXELS {
            let text = format!("{} x {} is more than {MOST_PIXELS} pixels", size.width, size.height);
            return Err(Refused::new(self.verb, text));
        }
        match self.verb {
            "fit" => Ok(Step::Fit { size, upscale: self.upscale()? }),
            "fill" => Ok(Step::Fill { size, anchor: self.anchor()?, upscale: self.upscale()? }),
            "scrop" => Ok(Step::SmartCrop { size }),
            _ => Ok(Step::Crop { at: self.position()?, size, scale: self.scale()? }),
        }
    }

    fn upscale(&self) -> Result<Option<Upscale>> {
        match self.values.get("lg") {
            None => Ok(None),
            Some((_, "1")) => Ok(Some(Upscale::Classic)),
            Some((_, "2")) => Ok(Some(Upscale::Super)),
            Some((token, _)) => Err(Refused::new(token, "it is 1 or 2")),
        }
    }

    fn anchor(&self) -> Result<Anchor> {
        let aligned = match self.values.get("al") {
            None => None,
            Some((_, "auto")) => Some(Anchor::Auto),
            Some((token, value)) => Some(Anchor::Aligned(align(token, value)?)),
        };
        let Some((token, value)) = self.values.get("fp") else {
            return Ok(aligned.unwrap_or(Anchor::Aligned(Align::Center)));
        };
        if aligned.is_some() {
            return Err(Refused::new(token, "a step has `al_` or `fp_`, not both"));
        }
        let part = |text| Hundredths::parse(text).filter(|part| *part <= Hundredths::new(100));
        let point = value.split_once('_').and_then(|(x, y)| Some(Anchor::Focus { x: part(x)?, y: part(y)? }));
        point.ok_or_else(|| Refused::new(token, "it is two numbers from 0.00 to 1.00, as in `fp_0.50_0.25`"))
    }

    fn position(&self) -> Result<Position> {
        let (x, y) = (self.values.get("x"), self.values.get("y"));
        if let Some((token, value)) = self.values.get("al") {
            if x.or(y).is_some() {
                return Err(Refused::new(token, "a crop has `al_` or `x_` and `y_`, not both"));
            }
            return Ok(Position::Aligned(align(token, value)?));
        }
        let place = |found: Option<&(&str, &str)>| match found {
            None => Ok(0),
            Some((token, value)) => {
                whole(token, value, 0..=i64::from(LONGEST_EDGE)).map(|place| place as u32)
            }
        };
        Ok(Position::Corner { x: place(x)?, y: place(y)? })
    }

    fn scale(&self) -> Result<Option<Hundredths>> {
        let Some((token, value)) = self.values.get("scl") else { return Ok(None) };
        let scale = Hundredths::parse(value);
        let scale = scale.filter(|scale| (Hundredths::new(1)..=Hundredths::new(10_000)).contains(scale));
        scale.map(Some).ok_or_else(|| Refused::new(token, "it is a number over 0, at most 100"))
    }
}

/// Reads a token that counts for the whole picture.
fn option(options: &mut Options, verb: &str, token: &str, name: &str, value: &str) -> Result<()> {
    let flag = || match token == name {
        true => Ok(true),
        false => Err(Refused::new(token, "it takes no value")),
    };
    let percent = || whole(token, value, -100..=100).map(|value| value as i16);
    match name {
        "q" => options.quality = Some(whole(token, value, 1..=100)? as u8),
        "usm" => options.unsharp = Some(unsharp(token, value)?),
        "bl" => options.baseline = flag()?,
        "wm" => options.watermark = Some(watermark(token, value)?),
        "con" => options.contrast = percent()?,
        "br" => options.brightness = percent()?,
        "sat" => options.saturation = percent()?,
        "hue" => options.hue = whole(token, value, -180..=180)? as i16,
        "blur" => options.blur = whole(token, value, 0..=100)? as u8,
        "enc" => {
            options.encoding = Some(match value {
                "auto" => Encoding::Auto,
                "avif" => Encoding::Avif,
                "pavif" => Encoding::ProgressiveAvif,
                _ => return Err(Refused::new(token, "it is one of auto, avif, pavif")),
            });
        }
        "quality" if value == "auto" => options.quality_auto = true,
        "pstr" if flag()? => set_animation(options, token, Animation::Poster)?,
        "anm" if value == "all" => set_animation(options, token, Animation::All)?,
        _ => return Err(Refused::new(token, format!("`{verb}` takes no such token"))),
    }
    Ok(())
}

fn set_animation(options: &mut Options, token: &str, animation: Animation) -> Result<()> {
    match options.animation.replace(animation) {
        None => Ok(()),
        Some(_) => Err(Refused::new(token, "a picture is `pstr` or `anm_all`, not both")),
    }
}

fn align(token: &str, value: &str) -> Result<Align> {
    let found = Align::ALL.into_iter().find(|align| align.name() == value);
    found.ok_or_else(|| Refused::new(token, "it is one of c, t, tl, tr, b, bl, br, l, r"))
}

fn unsharp(token: &str, value: &str) -> Result<Unsharp> {
    let mut parts = value.split('_');
    let mut part = |range: RangeInclusive<u32>| {
        let number = parts.next().and_then(Hundredths::parse);
        number.filter(|number| {
            (Hundredths::new(*range.start())..=Hundredths::new(*range.end())).contains(number)
        })
    };
    let mask = match (part(10..=50_000), part(0..=1_000), part(0..=25_500)) {
        (Some(radius), Some(amount), Some(threshold)) => Some(Unsharp { radius, amount, threshold }),
        _ => None,
    };
    mask.filter(|_| parts.next().is_none()).ok_or_else(|| {
        Refused::new(token, "it is a radius of 0.1 to 500, an amount of 0 to 10 and a threshold of 0 to 255")
    })
}

fn watermark(token: &str, value: &str) -> Result<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'~' | b'.');
    match !value.is_empty() && value.len() <= 200 && value.bytes().all(fits) {
        true => Ok(value.to_owned()),
        false => Err(Refused::new(token, "it names an image of the library by its id")),
    }
}

/// A whole number of a range. The published client writes what it has reckoned, with all its decimals: they are rounded.
fn whole(token: &str, value: &str, range: RangeInclusive<i64>) -> Result<i64> {
    let (minus, digits) = value.strip_prefix('-').map_or((false, value), |digits| (true, digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let fits = plain(whole) && whole.len() <= 9 && plain(decimals);
    let up = decimals.starts_with(['5', '6', '7', '8', '9']);
    let number: Option<i64> = if fits { whole.parse().ok() } else { None };
    let number = number.map(|whole| whole + i64::from(up)).map(|number| if minus { -number } else { number });
    number.filter(|number| range.contains(number)).ok_or_else(|| {
        Refused::new(token, format!("it is a number from {} to {}", range.start(), range.end()))
    })
}
