//! The boxes of an AVIF file, one by one.

use crate::Error;

/// Colour by the code points of ITU-T H.273.
#[derive(Clone, Copy)]
pub(super) struct Nclx {
    pub(super) primaries: u16,
    pub(super) transfer: u16,
    pub(super) matrix: u16,
    pub(super) full_range: bool,
}

/// A clean aperture: width, height and offsets of the centre, each a numerator and a denominator.
pub(super) type Aperture = [(u32, u32); 4];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mirror {
    TopBottom,
    LeftRight,
}

pub(super) fn damaged(why: &str) -> Error {
    Error::Damaged(why.to_owned())
}

/// Big-endian numbers in turn.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(|| damaged("a box is cut short"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn number(&mut self, bytes: usize) -> Result<u64, Error> {
        Ok(self.take(bytes)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub(super) fn u8(&mut self) -> Result<u8, Error> {
        Ok(self.number(1)? as u8)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Error> {
        Ok(self.number(2)? as u16)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Error> {
        Ok(self.number(4)? as u32)
    }

    /// A number of 16 bits, or of 32 in later versions of a box.
    pub(super) fn id(&mut self, long: bool) -> Result<u32, Error> {
        Ok(self.number(if long { 4 } else { 2 })? as u32)
    }

    /// The version and flags that many boxes begin with.
    pub(super) fn version(&mut self) -> Result<(u8, u32), Error> {
        Ok((self.u8()?, self.number(3)? as u32))
    }
}

pub(super) type Part<'a> = (&'a [u8; 4], &'a [u8]);

/// The boxes that follow one another: names and contents. Ends after the first error.
pub(super) fn boxes(bytes: &[u8]) -> impl Iterator<Item = Result<Part<'_>, Error>> {
    let mut rest = Reader(bytes);
    std::iter::from_fn(move || {
        if rest.0.is_empty() {
            return None;
        }
        let part = one_box(&mut rest);
        if part.is_err() {
            rest.0 = &[];
        }
        Some(part)
    })
}

fn one_box<'a>(rest: &mut Reader<'a>) -> Result<Part<'a>, Error> {
    let whole = rest.0.len();
    let size = rest.u32()?;
    let name = rest.take(4)?.first_chunk().ok_or_else(|| damaged("a box is cut short"))?;
    let size = match size {
        0 => whole as u64,
        1 => rest.number(8)?,
        size => u64::from(size),
    };
    let length =
        size.checked_sub((whole - rest.0.len()) as u64).ok_or_else(|| damaged("a box is too short"))?;
    Ok((name, rest.take(usize::try_from(length).unwrap_or(usize::MAX))?))
}

pub(super) enum Property<'a> {
    Size(u32, u32),
    Icc(&'a [u8]),
    Nclx(Nclx),
    Turns(u8),
    Mirror(Mirror),
    Aperture(Aperture),
    /// What an auxiliary picture is for.
    Auxiliary(&'a [u8]),
    /// Known, and without meaning here.
    Idle,
    Unknown,
}

impl<'a> Property<'a> {
    pub(super) fn parse((name, body): Part<'a>) -> Result<Self, Error> {
        let mut body = Reader(body);
        Ok(match name {
            b"ispe" => {
                body.version()?;
                Self::Size(body.u32()?, body.u32()?)
            }
            b"colr" => match body.take(4)? {
                b"prof" | b"rICC" => Self::Icc(body.0),
                b"nclx" => Self::Nclx(Nclx {
                    primaries: body.u16()?,
                    transfer: body.u16()?,
                    matrix: body.u16()?,
                    full_range: body.u8()? & 0x80 != 0,
                }),
                _ => Self::Unknown,
            },
            b"irot" => Self::Turns(body.u8()? & 3),
            b"imir" if body.u8()? & 1 == 0 => Self::Mirror(Mirror::TopBottom),
            b"imir" => Self::Mirror(Mirror::LeftRight),
            b"clap" => {
                let mut aperture = Aperture::default();
                for fraction in &mut aperture {
                    *fraction = (body.u32()?, body.u32()?);
                }
                Self::Aperture(aperture)
            }
            b"auxC" => {
                body.version()?;
                Self::Auxiliary(body.0.split(|byte| *byte == 0).next().unwrap_or_default())
            }
            b"av1C" | b"pixi" | b"pasp" | b"clli" | b"mdcv" | b"cclv" | b"amve" | b"a1op" | b"lsel"
            | b"a1lx" => Self::Idle,
            _ => Self::Unknown,
        })
    }
}
