//! OBJ: lines of words. Materials are in another file, and so they are missing.

use std::collections::{HashMap, HashSet};

use facts::ModelFacts;

use crate::polygon::Cutter;
use crate::scene::{Part, Up, Whole, linear, telling};
use crate::space::V3;
use crate::{Error, Limits, broken};

/// Corners of one face.
const CORNERS: usize = 1000;

#[derive(Default)]
struct Reader {
    points: Vec<V3>,
    colours: Vec<[f32; 4]>,
    normals: Vec<V3>,
    part: Part,
    cutter: Cutter,
    /// Each pair of a point and a normal becomes one vertex.
    known: HashMap<(u32, u32), u32>,
    materials: HashSet<String>,
    objects: u32,
    groups: u32,
    name: Option<String>,
    generator: Option<String>,
    library: bool,
}

/// Reads a model.
pub(crate) fn open(bytes: &[u8], limits: &Limits) -> Result<Whole, Error> {
    let text = decoded(bytes);
    let mut reader = Reader::default();
    let mut joined = String::new();
    for line in text.lines() {
        // A backslash at the end joins lines.
        if let Some(start) = line.strip_suffix('\\') {
            joined.push_str(start);
            joined.push(' ');
            continue;
        }
        if joined.is_empty() {
            reader.line(line, limits)?;
        } else {
            joined.push_str(line);
            reader.line(&std::mem::take(&mut joined), limits)?;
        }
    }
    reader.line(&joined, limits)?;
    reader.finish()
}

/// Nearly all are ASCII; a few are UTF-16 with a mark.
fn decoded(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        String::from_utf16_lossy(&bytes.as_chunks::<2>().0.iter().map(|two| unit(*two)).collect::<Vec<_>>())
            .into()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes),
    }
}

impl Reader {
    fn line(&mut self, line: &str, limits: &Limits) -> Result<(), Error> {
        let line = line.trim();
        let (word, rest) = line.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((line, ""));
        let over = self.part.positions.len() as u64 > limits.vertices
            || self.points.len().max(self.normals.len()) as u64 > limits.vertices
            || self.part.triangles.len() as u64 > limits.triangles;
        if over {
            return Err(Error::Limit("the model has more points or triangles than are looked at".into()));
        }
        match word {
            "v" => self.point(rest)?,
            "vn" => {
                let mut all = numbers(rest);
                self.normals.push(std::array::from_fn(|_| all.next().unwrap_or_default()));
            }
            "f" => self.face(rest)?,
            "l" => {
                let corners = self.corners(rest)?;
                self.part.lines.extend(corners.windows(2).map(|two| [two[0], two[1]]));
            }
            "p" => drop(self.corners(rest)?),
            "o" | "g" => {
                let count = if word == "o" { &mut self.objects } else { &mut self.groups };
                *count = count.saturating_add(1);
                let name = telling(rest);
                if word == "o" || self.name.is_none() {
                    self.name = name.or(self.name.take());
                }
            }
            "mtllib" => self.library = true,
            "usemtl" if self.materials.len() < limits.things => {
                self.materials.insert(rest.trim().to_owned());
            }
            _ if line.starts_with('#') && self.generator.is_none() && self.points.is_empty() => {
                let text = line.trim_start_matches('#').trim();
                let program =
                    ["Blender", "File Created by", "Exported", "MeshLab", "ZBrush", "Wavefront OBJ"];
                let says = program.iter().any(|word| text.contains(word));
                self.generator = says.then(|| telling(text)).flatten();
            }
            _ => {}
        }
        Ok(())
    }

    fn point(&mut self, rest: &str) -> Result<(), Error> {
        let all: Vec<f32> = numbers(rest).take(7).collect();
        let [x, y, z, ..] = all[..] else { return Err(broken("a point has no place")) };
        // Four numbers are a place and a weight; six or seven have a colour.
        self.points.push([x, y, z]);
        if let [_, _, _, r, g, b, ..] = all[..] {
            self.colours.resize(self.points.len() - 1, [1.0; 4]);
            self.colours.push([linear(r), linear(g), linear(b), 1.0]);
        }
        Ok(())
    }

    /// The vertices of a face, a line or points.
    fn corners(&mut self, rest: &str) -> Result<Vec<u32>, Error> {
        let mut corners = Vec::new();
        for word in rest.split_ascii_whitespace().take(CORNERS) {
            let mut numbers = word.split('/');
            let point = index(numbers.next(), self.points.len());
            let point = point.ok_or_else(|| broken("a corner is at no point"))?;
            let normal = index(numbers.nth(1), self.normals.len()).unwrap_or(u32::MAX);
            let next = self.part.positions.len() as u32;
            let vertex = *self.known.entry((point, normal)).or_insert(next);
            if vertex == next {
                self.part.positions.push(self.points[point as usize]);
                self.part.normals.push(self.normals.get(normal as usize).copied().unwrap_or_default());
                let colour = self.colours.get(point as usize).copied();
                self.part.colours.push(colour.unwrap_or([1.0; 4]));
            }
            corners.push(vertex);
        }
        Ok(corners)
    }

    fn face(&mut self, rest: &str) -> Result<(), Error> {
        let corners = self.corners(rest)?;
        let positions = &self.part.positions;
        self.cutter.cut(&corners, |at| positions[at as usize], &mut self.part.triangles);
        Ok(())
    }

    fn finish(mut self) -> Result<Whole, Error> {
        if self.points.is_empty() {
            return Err(broken("there is no point in it"));
        }
        if self.part.positions.is_empty() {
            self.part.points = true;
            self.part.positions = self.points;
            self.part.colours = self.colours.clone();
            self.part
                .colours
                .resize(if self.colours.is_empty() { 0 } else { self.part.positions.len() }, [1.0; 4]);
            self.part.normals.clear();
        } else {
            self.part.points = self.part.triangles.is_empty() && self.part.lines.is_empty();
            if self.colours.is_empty() {
                self.part.colours.clear();
            }
            if self.part.normals.iter().all(|normal| *normal == [0.0; 3]) {
                self.part.normals.clear();
            }
        }
        let mut warnings = Vec::new();
        if self.library {
            warnings.push("Its colours and pictures are in other files, which aren't here.".into());
        }
        let meshes = if self.objects > 0 { self.objects } else { self.groups.max(1) };
        let facts = ModelFacts {
            meshes,
            materials: self.materials.len() as u32,
            title: self.name.filter(|_| meshes == 1),
            generator: self.generator,
            warnings,
            ..ModelFacts::default()
        };
        Ok(Whole { parts: vec![self.part], facts, up: Up::Y })
    }
}

fn numbers(text: &str) -> impl Iterator<Item = f32> + '_ {
    text.split_ascii_whitespace().map_while(|word| word.parse().ok())
}

/// Numbers begin at one, or count backwards from the last.
fn index(word: Option<&str>, count: usize) -> Option<u32> {
    let number: i64 = word?.parse().ok()?;
    let at = if number < 0 { count as i64 + number } else { number - 1 };
    u32::try_from(at).ok().filter(|at| (*at as usize) < count)
}
