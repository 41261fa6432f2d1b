//! Real, made and hostile models. `MEDIA_MANAGER_CORPUS` is what scripts/corpus.sh prints; `make test` sets it.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine;
use codecs::Pixels;
use contract::formats::{self, Format, Kind};
use model::{Error, Limits, draw, inspect};

fn corpus() -> PathBuf {
    let folder = std::env::var_os("MEDIA_MANAGER_CORPUS");
    folder
        .map(PathBuf::from)
        .expect("MEDIA_MANAGER_CORPUS is not set: run make test, or set it to what scripts/corpus.sh prints")
        .join("assimp-testmodels")
}

fn files(folder: &Path, into: &mut Vec<(PathBuf, &'static Format)>) {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, into);
        } else if let Some(format) = formats::by_file_name(path.to_str().unwrap())
            && format.kind == Kind::Model3d
        {
            into.push((path, format));
        }
    }
}

/// The share of a picture that is covered, and the mean colour of what covers it.
fn seen(pixels: &Pixels) -> (f32, [f32; 3]) {
    let solid: Vec<&[u8]> = pixels.samples.chunks_exact(4).filter(|pixel| pixel[3] > 250).collect();
    let mean = |channel: usize| {
        solid.iter().map(|pixel| f32::from(pixel[channel])).sum::<f32>() / solid.len() as f32
    };
    let all = (pixels.width * pixels.height) as f32;
    (solid.len() as f32 / all, [mean(0), mean(1), mean(2)])
}

#[test]
fn models_of_every_format_are_counted_and_drawn() {
    for (name, format, triangles, size) in [
        (
            "glTF2/2CylinderEngine-glTF-Binary/2CylinderEngine.glb",
            &formats::GLB,
            121_496,
            [743.4, 273.0, 268.0],
        ),
        ("glTF2/BoxTextured-glTF-Embedded/BoxTextured.gltf", &formats::GLTF, 12, [1.0; 3]),
        ("OBJ/spider.obj", &formats::OBJ, 1368, [150.6, 79.7, 193.4]),
        ("STL/Spider_ascii.stl", &formats::STL, 1368, [6.2, 8.0, 3.3]),
        ("STL/Spider_binary.stl", &formats::STL, 1368, [6.2, 8.0, 3.3]),
        ("PLY/cube_binary.ply", &formats::PLY, 12, [1.0; 3]),
        ("PLY/Wuson.ply", &formats::PLY, 3732, [0.9, 1.5, 3.2]),
    ] {
        let bytes = std::fs::read(corpus().join(name)).unwrap();
        let facts = inspect(&bytes, format, &Limits::default()).unwrap();
        let found: Vec<f32> = (0..3).map(|axis| facts.max[axis] - facts.min[axis]).collect();
        assert_eq!(facts.triangles, triangles, "{name}");
        assert!(found.iter().zip(size).all(|(a, b)| (a - b).abs() < 0.06 * b.max(1.0)), "{name}: {found:?}");
        let pixels = draw(&bytes, format, 64, &Limits::default()).unwrap();
        let (share, _) = seen(&pixels);
        assert!(share > 0.08 && share < 0.9, "{name}: {share}");
        // Nothing touches the edge.
        let edge = (0..64).flat_map(|at| [at, 63 * 64 + at, at * 64, at * 64 + 63]);
        assert!(edge.into_iter().all(|at| pixels.samples[at * 4 + 3] < 128), "{name}");
    }
}

#[test]
fn what_is_missing_or_packed_is_said() {
    for (name, part) in [
        ("glTF2/BoxTextured-glTF/BoxTextured.gltf", "in another file"),
        ("glTF2/draco/2CylinderEngine.gltf", "Draco"),
        ("glTF2/RecursiveNodes/RecursiveNodes.gltf", "contain one another"),
    ] {
        let bytes = std::fs::read(corpus().join(name)).unwrap();
        let facts = inspect(&bytes, &formats::GLTF, &Limits::default()).unwrap();
        assert!(facts.warnings.join(" ").contains(part), "{name}: {facts:?}");
        let drawn = draw(&bytes, &formats::GLTF, 64, &Limits::default());
        assert!(matches!(drawn, Err(Error::Unsupported(_))), "{name}");
    }
    let bytes = std::fs::read(corpus().join("glTF2/BoxTextured-glTF/BoxTextured.gltf")).unwrap();
    let facts = inspect(&bytes, &formats::GLTF, &Limits::default()).unwrap();
    assert_eq!((facts.min, facts.max, facts.triangles), ([-0.5; 3], [0.5; 3], 12));
    let old = std::fs::read(corpus().join("glTF/BoxTextured-glTF-Binary/BoxTextured.glb")).unwrap();
    assert!(matches!(inspect(&old, &formats::GLB, &Limits::default()), Err(Error::Unsupported(_))));
}

/// A square of two triangles that faces ahead, with what a test adds to it.
fn square(node: &str, primitive: &str, rest: &str, more: &[f32]) -> Vec<u8> {
    let mut buffer: Vec<f32> =
        vec![-1., -1., 0., 1., -1., 0., 1., 1., 0., -1., -1., 0., 1., 1., 0., -1., 1., 0.];
    buffer.extend([0., 1., 1., 1., 1., 0., 0., 1., 1., 0., 0., 0.]);
    buffer.extend(more);
    let bytes: Vec<u8> = buffer.iter().flat_map(|value| value.to_le_bytes()).collect();
    let data = base64::engine::general_purpose::STANDARD.encode(&bytes);
    let (length, extra) = (bytes.len(), more.len() / 3);
    format!(
        r#"{{"asset":{{"version":"2.0","generator":"hand","extras":{{"title":"A square","author":7}}}},
        "scenes":[{{"nodes":[0]}}],"nodes":[{{"mesh":0{node}}}],
        "meshes":[{{"primitives":[{{"attributes":{{"POSITION":0,"TEXCOORD_0":1{primitive}],
        "accessors":[{{"bufferView":0,"componentType":5126,"count":6,"type":"VEC3"}},
        {{"bufferView":0,"byteOffset":72,"componentType":5126,"count":6,"type":"VEC2"}},
        {{"bufferView":0,"byteOffset":120,"componentType":5126,"count":{extra},"type":"VEC3"}}],
        "bufferViews":[{{"buffer":0,"byteLength":{length}}}],
        "buffers":[{{"byteLength":{length},"uri":"data:application/octet-stream;base64,{data}"}}]{rest}}}"#
    )
    .into_bytes()
}

#[test]
fn nodes_morphs_and_titles_count() {
    let moved = square(r#","translation":[5,0,0],"scale":[2,1,1]"#, "}}]}", "", &[]);
    let facts = inspect(&moved, &formats::GLTF, &Limits::default()).unwrap();
    assert_eq!((facts.min, facts.max), ([3.0, -1.0, 0.0], [7.0, 1.0, 0.0]));
    assert_eq!(
        (facts.title.as_deref(), facts.author, facts.generator.as_deref()),
        (Some("A square"), None, Some("hand"))
    );
    let morphed = square("", r#"},"targets":[{"POSITION":2}]}],"weights":[0.5]}"#, "", &[2.0; 18]);
    let facts = inspect(&morphed, &formats::GLTF, &Limits::default()).unwrap();
    assert_eq!((facts.min, facts.max), ([0.0, 0.0, 1.0], [2.0, 2.0, 1.0]));
}

/// A picture of two by one pixels: red that is seen, and green that isn't.
fn picture() -> String {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 2, 1);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[255, 0, 0, 255, 0, 255, 0, 0]).unwrap();
    writer.finish().unwrap();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn covered(material: &str, transform: &str) -> (f32, [f32; 3]) {
    let image = picture();
    let rest = format!(
        r#","materials":[{{{material}"pbrMetallicRoughness":{{"metallicFactor":0,"baseColorTexture":{{"index":0{transform}}}}},
        "extensions":{{"KHR_materials_unlit":{{}}}}}}],"textures":[{{"source":0,"sampler":0}}],
        "samplers":[{{"magFilter":9728}}],"images":[{{"uri":"data:image/png;base64,{image}"}}]"#
    );
    let bytes = square("", r#"},"material":0}]}"#, &rest, &[]);
    seen(&draw(&bytes, &formats::GLTF, 64, &Limits::default()).unwrap())
}

#[test]
fn pictures_masks_and_transforms_are_seen() {
    let (whole, _) = covered("", "");
    let (half, colour) = covered(r#""alphaMode":"MASK","#, "");
    assert!((half / whole - 0.5).abs() < 0.08, "{half} of {whole}");
    assert!(colour[0] > 250.0 && colour[1] < 5.0, "{colour:?}");
    let moved = r#","extensions":{"KHR_texture_transform":{"offset":[0.25,0],"scale":[0.001,1]}}"#;
    let (share, colour) = covered(r#""alphaMode":"BLEND","#, moved);
    assert!((share / whole - 1.0).abs() < 0.05 && colour[0] > 250.0, "{share} of {whole}, {colour:?}");
    let away = r#","extensions":{"KHR_texture_transform":{"offset":[0.75,0],"scale":[0.001,1]}}"#;
    assert!(covered(r#""alphaMode":"BLEND","#, away).0 < 0.01);
}

#[test]
fn what_is_seen_from_behind_is_hidden_unless_it_has_two_sides() {
    let share = |sides: &str| {
        let rest = format!(r#","materials":[{{"doubleSided":{sides}}}]"#);
        let bytes = square(r#","rotation":[0,1,0,0]"#, r#"},"material":0}]}"#, &rest, &[]);
        seen(&draw(&bytes, &formats::GLTF, 64, &Limits::default()).unwrap()).0
    };
    assert!(share("true") > 0.3 && share("false") == 0.0);
}

#[test]
fn counts_beyond_the_limits_are_refused_before_memory_is_taken() {
    let mut stl = vec![0; 84];
    stl[80..].copy_from_slice(&0x0fff_ffff_u32.to_le_bytes());
    stl.resize(2000, 0);
    assert!(inspect(&stl, &formats::STL, &Limits::default()).is_err());
    let ply =
        b"ply\nformat binary_little_endian 1.0\nelement vertex 99999999999\nproperty float x\nend_header\n";
    assert!(matches!(inspect(ply, &formats::PLY, &Limits::default()), Err(Error::Limit(_))));
    let nested = "[".repeat(100_000);
    let gltf = format!(r#"{{"asset":{{"version":"2.0"}},"extras":{nested}"#);
    assert!(matches!(inspect(gltf.as_bytes(), &formats::GLTF, &Limits::default()), Err(Error::Broken(_))));
    let empty = format!(r#"{{"asset":{{"version":"2.0"}},"nodes":[{}{{}}]}}"#, "{},".repeat(200_000));
    assert!(matches!(inspect(empty.as_bytes(), &formats::GLTF, &Limits::default()), Err(Error::Limit(_))));
    let few = Limits { triangles: 1, ..Limits::default() };
    assert!(matches!(inspect(&square("", "}}]}", "", &[]), &formats::GLTF, &few), Err(Error::Limit(_))));
}

#[test]
fn no_damage_makes_it_panic_or_hang() {
    let limits = Limits { texture_pixels: 1 << 20, ..Limits::default() };
    let try_it = |bytes: &[u8], format: &'static Format, name: &Path| {
        let began = Instant::now();
        let _ = inspect(bytes, format, &limits);
        let _ = draw(bytes, format, 16, &limits);
        assert!(began.elapsed() < Duration::from_secs(8), "{}", name.display());
    };
    let mut all = Vec::new();
    files(&corpus(), &mut all);
    assert!(all.len() > 80, "{}", all.len());
    for (path, format) in &all {
        let bytes = std::fs::read(path).unwrap();
        try_it(&bytes, format, path);
        if bytes.len() > 40_000 {
            continue;
        }
        for step in 1..12 {
            try_it(&bytes[..bytes.len() * step / 12], format, path);
            // Bits all over the file, and more at its beginning, where counts stand.
            for at in [bytes.len() * step / 12, step * 37 % bytes.len().max(1)] {
                let mut flipped = bytes.clone();
                if let Some(byte) = flipped.get_mut(at) {
                    *byte ^= 1 << (step % 8);
                }
                try_it(&flipped, format, path);
            }
        }
    }
}
