//! The tables in an AVIF file: which coded pictures it holds, and what is to be made of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::boxes::{Aperture, Mirror, Nclx, Property, Reader, boxes, damaged};
use crate::Error;

/// Tiles that a grid may have. Cameras make a few hundred of the largest pictures.
const MOST_TILES: usize = 1024;

/// What a file holds, as far as its first picture is concerned.
pub(super) struct File<'a> {
    pub(super) color: Coded<'a>,
    pub(super) alpha: Option<Coded<'a>>,
    /// Whether the colours are multiplied by alpha.
    pub(super) premultiplied: bool,
    pub(super) icc: Option<&'a [u8]>,
    pub(super) nclx: Option<Nclx>,
    pub(super) exif: Option<Cow<'a, [u8]>>,
    /// The part to show, before turning.
    pub(super) aperture: Option<Aperture>,
    /// Quarter turns anticlockwise, before mirroring.
    pub(super) turns: u8,
    pub(super) mirror: Option<Mirror>,
    /// Whether there is a sequence of pictures beside.
    pub(super) animated: bool,
}

/// A picture made of tiles, row by row, one in most cases.
pub(super) struct Coded<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) columns: u32,
    pub(super) tiles: Vec<Tile<'a>>,
}

pub(super) struct Tile<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    /// The AV1 data.
    pub(super) data: Cow<'a, [u8]>,
}

pub(super) fn parse(bytes: &[u8]) -> Result<File<'_>, Error> {
    let mut meta = None;
    let mut sequence = false;
    let mut moving_brand = false;
    for (index, part) in boxes(bytes).enumerate() {
        match part {
            // Data may be cut short behind everything that describes it.
            Err(_) if meta.is_some() => break,
            Err(error) => return Err(error),
            Ok((b"ftyp", brands)) => {
                let known = |brand: &[u8]| matches!(brand, b"avif" | b"avis");
                if !brands.chunks(4).any(known) {
                    return Err(Error::Unsupported("an image file of another kind than AVIF".to_owned()));
                }
                moving_brand = brands.chunks(4).any(|brand| brand == b"avis");
            }
            Ok(_) if index == 0 => return Err(damaged("it doesn't begin like AVIF")),
            Ok((b"meta", body)) if meta.is_none() => meta = Some(body),
            Ok((b"moov", _)) => sequence = true,
            Ok(_) => {}
        }
    }
    let meta = match meta {
        Some(body) => Meta::parse(bytes, body)?,
        None if sequence => return Err(Error::Unsupported("AVIF that is only a sequence".to_owned())),
        None => return Err(damaged("nothing says what it holds")),
    };
    let mut file = meta.file()?;
    file.animated = sequence && moving_brand;
    Ok(file)
}

/// Where the bytes of an item are.
struct Location {
    /// In the `idat` box, not in the file.
    inside: bool,
    extents: Vec<(u64, u64)>,
}

/// The tables that describe all items of a file.
struct Meta<'a> {
    file: &'a [u8],
    inside: &'a [u8],
    primary: u32,
    kinds: BTreeMap<u32, &'a [u8]>,
    locations: BTreeMap<u32, Location>,
    properties: Vec<Property<'a>>,
    /// Which properties an item has, and whether it can't be shown without knowing them.
    owned: BTreeMap<u32, Vec<(usize, bool)>>,
    /// Kind of reference, from, to.
    references: Vec<(&'a [u8; 4], u32, Vec<u32>)>,
}

impl<'a> Meta<'a> {
    fn parse(file: &'a [u8], body: &'a [u8]) -> Result<Self, Error> {
        let mut meta = Self {
            file,
            inside: &[],
            primary: 0,
            kinds: BTreeMap::new(),
            locations: BTreeMap::new(),
            properties: Vec::new(),
            owned: BTreeMap::new(),
            references: Vec::new(),
        };
        let mut body = Reader(body);
        body.version()?;
        for part in boxes(body.0) {
            let (name, body) = part?;
            let mut body = Reader(body);
            match name {
                b"pitm" => {
                    let long = body.version()?.0 > 0;
                    meta.primary = body.id(long)?;
                }
                b"idat" => meta.inside = body.0,
                b"iloc" => meta.locations(body)?,
                b"iinf" => meta.kinds(body)?,
                b"iref" => meta.references(body)?,
                b"iprp" => {
                    for part in boxes(body.0) {
                        match part? {
                            (b"ipco", body) => {
                                meta.properties = boxes(body)
                                    .map(|part| Property::parse(part?))
                                    .collect::<Result<_, _>>()?;
                            }
                            (b"ipma", body) => meta.owned(Reader(body))?,
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(meta)
    }

    fn locations(&mut self, mut body: Reader<'a>) -> Result<(), Error> {
        let (version, _) = body.version()?;
        let sizes = body.u16()?;
        let [offset, length, base, index] = [12, 8, 4, 0].map(|shift| usize::from(sizes >> shift & 15));
        if [offset, length, base, index].iter().any(|size| !matches!(size, 0 | 4 | 8)) {
            return Err(damaged("places of no such size"));
        }
        for _ in 0..body.id(version > 1)? {
            let id = body.id(version > 1)?;
            let inside = match if version > 0 { body.u16()? & 15 } else { 0 } {
                0 => false,
                1 => true,
                _ => return Err(Error::Unsupported("items made of items".to_owned())),
            };
            body.u16()?;
            let base = body.number(base)?;
            let mut extents = Vec::new();
            for _ in 0..body.u16()? {
                if version > 0 {
                    body.number(index)?;
                }
                extents.push((base.saturating_add(body.number(offset)?), body.number(length)?));
            }
            self.locations.insert(id, Location { inside, extents });
        }
        Ok(())
    }

    fn kinds(&mut self, mut body: Reader<'a>) -> Result<(), Error> {
        let long = body.version()?.0 > 0;
        body.id(long)?;
        for part in boxes(body.0) {
            if let (b"infe", body) = part? {
                let mut body = Reader(body);
                let (version, _) = body.version()?;
                if version >= 2 {
                    let id = body.id(version > 2)?;
                    body.u16()?;
                    self.kinds.insert(id, body.take(4)?);
                }
            }
        }
        Ok(())
    }

    fn references(&mut self, mut body: Reader<'a>) -> Result<(), Error> {
        let long = body.version()?.0 > 0;
        for part in boxes(body.0) {
            let (name, body) = part?;
            let mut body = Reader(body);
            let from = body.id(long)?;
            let count = body.u16()?;
            let to = (0..count).map(|_| body.id(long)).collect::<Result<_, _>>()?;
            self.references.push((name, from, to));
        }
        Ok(())
    }

    fn owned(&mut self, mut body: Reader<'a>) -> Result<(), Error> {
        let (version, flags) = body.version()?;
        let wide = flags & 1 == 1;
        for _ in 0..body.u32()? {
            let id = body.id(version > 0)?;
            let owned = self.owned.entry(id).or_default();
            for _ in 0..body.u8()? {
                let number = body.number(if wide { 2 } else { 1 })? as usize;
                let essential = if wide { 1 << 15 } else { 1 << 7 };
                owned.push((number & (essential - 1), number & essential != 0));
            }
        }
        Ok(())
    }

    /// The properties of an item. Fails when there is one that must be known and isn't.
    fn of(&self, id: u32) -> Result<Vec<&Property<'a>>, Error> {
        let mut properties = Vec::new();
        for (index, essential) in self.owned.get(&id).into_iter().flatten() {
            match index.checked_sub(1).and_then(|index| self.properties.get(index)) {
                Some(Property::Unknown) | None if *essential => {
                    return Err(Error::Unsupported("an unknown property of the picture".to_owned()));
                }
                property => properties.extend(property),
            }
        }
        Ok(properties)
    }

    fn data(&self, id: u32) -> Result<Cow<'a, [u8]>, Error> {
        let missing = || damaged("its data is missing");
        let location = self.locations.get(&id).ok_or_else(missing)?;
        let source = if location.inside { self.inside } else { self.file };
        let extent = |(offset, length): &(u64, u64)| {
            let rest = source.get(usize::try_from(*offset).ok()?..)?;
            if *length == 0 { Some(rest) } else { rest.get(..usize::try_from(*length).ok()?) }
        };
        if let [only] = &location.extents[..] {
            return extent(only).map(Cow::Borrowed).ok_or_else(missing);
        }
        let mut data = Vec::new();
        for part in &location.extents {
            data.extend_from_slice(extent(part).ok_or_else(missing)?);
            if data.len() > source.len() {
                return Err(damaged("its data overlaps itself"));
            }
        }
        Ok(Cow::Owned(data))
    }

    /// Items that refer to another in some way.
    fn referring(&self, kind: &'a [u8; 4], to: u32) -> impl Iterator<Item = u32> {
        let all = self.references.iter().filter(move |(name, _, all)| *name == kind && all.contains(&to));
        all.map(|(_, from, _)| *from)
    }

    fn coded(&self, id: u32) -> Result<Coded<'a>, Error> {
        let size = |id| {
            let found = self.of(id)?.into_iter().find_map(|property| match property {
                Property::Size(width, height) if *width > 0 && *height > 0 => Some((*width, *height)),
                _ => None,
            });
            found.ok_or_else(|| damaged("a picture without a size"))
        };
        let tile = |id| {
            if self.kinds.get(&id) != Some(&&b"av01"[..]) {
                return Err(Error::Unsupported("a picture that is not coded as AV1".to_owned()));
            }
            let (width, height) = size(id)?;
            Ok(Tile { width, height, data: self.data(id)? })
        };
        if self.kinds.get(&id) != Some(&&b"grid"[..]) {
            let tile = tile(id)?;
            return Ok(Coded { width: tile.width, height: tile.height, columns: 1, tiles: vec![tile] });
        }
        let grid = self.data(id)?;
        let mut grid = Reader(&grid);
        grid.u8()?;
        let long = grid.u8()? & 1 == 1;
        let (rows, columns) = (u32::from(grid.u8()?) + 1, u32::from(grid.u8()?) + 1);
        let (width, height) = (grid.id(long)?, grid.id(long)?);
        let parts = self.references.iter().find(|(name, from, _)| *name == b"dimg" && *from == id);
        let parts = parts.map_or(&[][..], |(_, _, parts)| parts);
        if parts.len() > MOST_TILES {
            return Err(Error::Unsupported(format!("a picture of {} tiles", parts.len())));
        }
        let tiles = parts.iter().map(|id| tile(*id)).collect::<Result<Vec<_>, Error>>()?;
        let covered = tiles.first().is_some_and(|first| {
            let covers = |side: u32, count: u32, whole: u32| {
                let (side, whole) = (u64::from(side), u64::from(whole));
                side * u64::from(count) >= whole && side * u64::from(count - 1) < whole
            };
            covers(first.width, columns, width)
                && covers(first.height, rows, height)
                && tiles.iter().all(|tile| (tile.width, tile.height) == (first.width, first.height))
        });
        if tiles.len() as u64 != u64::from(rows) * u64::from(columns) || !covered {
            return Err(damaged("its tiles don't cover it"));
        }
        Ok(Coded { width, height, columns, tiles })
    }

    fn file(&self) -> Result<File<'a>, Error> {
        let mut file = File {
            color: self.coded(self.primary)?,
            alpha: None,
            premultiplied: false,
            icc: None,
            nclx: None,
            exif: None,
            aperture: None,
            turns: 0,
            mirror: None,
            animated: false,
        };
        for property in self.of(self.primary)? {
            match property {
                Property::Icc(icc) => file.icc = Some(icc),
                Property::Nclx(nclx) => file.nclx = Some(*nclx),
                Property::Turns(turns) => file.turns = *turns,
                Property::Mirror(mirror) => file.mirror = Some(*mirror),
                Property::Aperture(aperture) => file.aperture = Some(*aperture),
                _ => {}
            }
        }
        for auxiliary in self.referring(b"auxl", self.primary) {
            let properties = self.of(auxiliary)?;
            let alpha = properties.iter().any(|property| match property {
                Property::Auxiliary(kind) => {
                    *kind == b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"
                        || *kind == b"urn:mpeg:hevc:2015:auxid:1"
                }
                _ => false,
            });
            if alpha {
                let coded = self.coded(auxiliary)?;
                if (coded.width, coded.height) != (file.color.width, file.color.height) {
                    return Err(damaged("its alpha channel has another size"));
                }
                file.alpha = Some(coded);
                file.premultiplied = self.referring(b"prem", auxiliary).any(|from| from == self.primary);
                break;
            }
        }
        let mut describing = self.referring(b"cdsc", self.primary);
        if let Some(exif) = describing.find(|id| self.kinds.get(id) == Some(&&b"Exif"[..])) {
            file.exif = Some(self.data(exif)?);
        }
        Ok(file)
    }
}
