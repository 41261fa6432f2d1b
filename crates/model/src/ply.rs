//! PLY: a header of words, and then rows of numbers, as bytes or as words.

mod header;
mod row;

use facts::ModelFacts;

use crate::polygon::Cutter;
use crate::scene::{Part, Up, Whole, linear, telling};
use crate::{Error, Limits, broken};

use header::{Element, Header};
use row::Rows;

/// Corners of one face.
const CORNERS: usize = 1000;

/// Reads a model.
pub(crate) fn open(bytes: &[u8], limits: &Limits) -> Result<Whole, Error> {
    let (header, content) = Header::read(bytes)?;
    let mut rows = Rows::new(content, header.form);
    let mut part = Part::default();
    let mut warnings = Vec::new();
    for element in &header.elements {
        let read = match element.name.as_str() {
            "vertex" => vertices(element, &mut rows, &mut part, limits),
            "face" | "tristrips" => faces(element, &mut rows, &mut part, limits),
            "edge" => edges(element, &mut rows, &mut part, limits),
            _ => (0..element.count).try_for_each(|_| rows.read(element, &mut |_, _| ())),
        };
        match read {
            Err(Error::Broken(_)) if !part.positions.is_empty() => {
                warnings.push("It ends too early; what is there is shown.".into());
                break;
            }
            read => read?,
        }
    }
    let count = part.positions.len() as u32;
    part.triangles.retain(|triangle| triangle.iter().all(|at| *at < count));
    part.lines.retain(|line| line.iter().all(|at| *at < count));
    part.points = part.triangles.is_empty() && part.lines.is_empty();
    if part.positions.is_empty() {
        return Err(broken("there is no point in it"));
    }
    let said = header.comments.iter().find_map(|comment| {
        let text = comment.strip_prefix("Created by").or_else(|| comment.strip_suffix("generated"))?;
        telling(text.split(" - ").next().unwrap_or(text))
    });
    if header.comments.iter().any(|comment| comment.starts_with("TextureFile")) {
        warnings.push("Its picture is in another file, which isn't here.".into());
    }
    let facts = ModelFacts { meshes: 1, generator: said, warnings, ..ModelFacts::default() };
    Ok(Whole { parts: vec![part], facts, up: Up::Y })
}

/// What a number of a vertex is for.
#[derive(Clone, Copy)]
enum Meaning {
    Position(usize),
    Normal(usize),
    Colour(usize, f32),
    /// The colour of a Gaussian splat, as a coefficient of its constant harmonic.
    Splat(usize),
    /// The opacity of a splat, before its curve.
    Veil,
    Nothing,
}

fn meaning(property: &header::Property) -> Meaning {
    let whole = property.kind.most();
    match property.name.as_str() {
        "x" => Meaning::Position(0),
        "y" => Meaning::Position(1),
        "z" => Meaning::Position(2),
        "nx" => Meaning::Normal(0),
        "ny" => Meaning::Normal(1),
        "nz" => Meaning::Normal(2),
        "red" | "r" | "diffuse_red" => Meaning::Colour(0, whole),
        "green" | "g" | "diffuse_green" => Meaning::Colour(1, whole),
        "blue" | "b" | "diffuse_blue" => Meaning::Colour(2, whole),
        "alpha" | "a" => Meaning::Colour(3, whole),
        "f_dc_0" => Meaning::Splat(0),
        "f_dc_1" => Meaning::Splat(1),
        "f_dc_2" => Meaning::Splat(2),
        "opacity" => Meaning::Veil,
        _ => Meaning::Nothing,
    }
}

fn too_many() -> Error {
    Error::Limit("the model has more points or triangles than are looked at".into())
}

fn vertices(element: &Element, rows: &mut Rows<'_>, part: &mut Part, limits: &Limits) -> Result<(), Error> {
    if element.count > limits.vertices {
        return Err(too_many());
    }
    let meanings: Vec<Meaning> = element.properties.iter().map(meaning).collect();
    let has = |wanted: fn(&Meaning) -> bool| meanings.iter().any(wanted);
    let normals = has(|meaning| matches!(meaning, Meaning::Normal(_)));
    let coloured = has(|meaning| matches!(meaning, Meaning::Colour(..) | Meaning::Splat(_)));
    for _ in 0..element.count {
        let (mut position, mut normal, mut colour) = ([0.0; 3], [0.0; 3], [1.0_f32; 4]);
        rows.read(element, &mut |at, value| {
            let value = value as f32;
            match meanings[at] {
                Meaning::Position(axis) => position[axis] = value,
                Meaning::Normal(axis) => normal[axis] = value,
                Meaning::Colour(3, most) => colour[3] = value / most,
                Meaning::Colour(channel, most) => colour[channel] = linear(value / most),
                Meaning::Splat(channel) => {
                    colour[channel] = linear((0.5 + 0.282_095 * value).clamp(0.0, 1.0))
                }
                Meaning::Veil => colour[3] = 1.0 / (1.0 + (-value).exp()),
                Meaning::Nothing => {}
            }
        })?;
        part.positions.push(position);
        if normals {
            part.normals.push(normal);
        }
        if coloured {
            part.colours.push(colour);
        }
    }
    Ok(())
}

fn faces(element: &Element, rows: &mut Rows<'_>, part: &mut Part, limits: &Limits) -> Result<(), Error> {
    let corners_at = element.properties.iter().position(|property| {
        property.length.is_some() && matches!(property.name.as_str(), "vertex_indices" | "vertex_index")
    });
    let mut corners: Vec<i64> = Vec::new();
    let mut cutter = Cutter::default();
    for _ in 0..element.count {
        corners.clear();
        let strip = element.name == "tristrips";
        rows.read(element, &mut |at, value| {
            if Some(at) == corners_at && (strip || corners.len() < CORNERS) {
                corners.push(value as i64);
            }
        })?;
        let index = |at: i64| u32::try_from(at).unwrap_or(u32::MAX);
        if strip {
            // A negative number ends a strip.
            for run in corners.split(|at| *at < 0) {
                for (at, three) in run.windows(3).enumerate() {
                    let [a, b, c] = [three[0], three[1], three[2]].map(index);
                    part.triangles.push(if at % 2 == 0 { [a, b, c] } else { [b, a, c] });
                }
            }
        } else {
            let corners: Vec<u32> = corners.iter().map(|at| index(*at)).collect();
            let place = |at: u32| part.positions.get(at as usize).copied().unwrap_or_default();
            cutter.cut(&corners, place, &mut part.triangles);
        }
        if part.triangles.len() as u64 > limits.triangles {
            return Err(too_many());
        }
    }
    Ok(())
}

fn edges(element: &Element, rows: &mut Rows<'_>, part: &mut Part, limits: &Limits) -> Result<(), Error> {
    if element.count > limits.triangles {
        return Err(too_many());
    }
    for _ in 0..element.count {
        let mut ends = [u32::MAX; 2];
        rows.read(element, &mut |at, value| match element.properties[at].name.as_str() {
            "vertex1" => ends[0] = value as u32,
            "vertex2" => ends[1] = value as u32,
            _ => {}
        })?;
        part.lines.push(ends);
    }
    Ok(())
}
