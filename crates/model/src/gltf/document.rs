//! The description of a model, as far as it is needed. What is unknown, or wrong where it doesn't matter, is passed over.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::{Error, broken};

/// More of a kind than any model has, so that a list of a hundred million empty things takes no memory.
const MOST: usize = 1 << 20;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Document {
    pub(super) asset: Asset,
    pub(super) scene: Option<usize>,
    #[serde(deserialize_with = "few")]
    pub(super) scenes: Vec<Root>,
    #[serde(deserialize_with = "few")]
    pub(super) nodes: Vec<Node>,
    #[serde(deserialize_with = "few")]
    pub(super) meshes: Vec<Mesh>,
    #[serde(deserialize_with = "few")]
    pub(super) accessors: Vec<Accessor>,
    #[serde(deserialize_with = "few")]
    pub(super) buffer_views: Vec<View>,
    #[serde(deserialize_with = "few")]
    pub(super) buffers: Vec<Buffer>,
    #[serde(deserialize_with = "few")]
    pub(super) materials: Vec<Surface>,
    #[serde(deserialize_with = "few")]
    pub(super) textures: Vec<Texture>,
    #[serde(deserialize_with = "few")]
    pub(super) images: Vec<Image>,
    #[serde(deserialize_with = "few")]
    pub(super) samplers: Vec<Sampler>,
    #[serde(deserialize_with = "few")]
    pub(super) skins: Vec<Skin>,
    pub(super) animations: Vec<IgnoredAny>,
    #[serde(deserialize_with = "few")]
    pub(super) extensions_used: Vec<String>,
}

impl Document {
    /// What there is more of than allowed.
    pub(super) fn too_many(&self, most: usize) -> Option<&'static str> {
        let counts = [
            ("scenes", self.scenes.len()),
            ("nodes", self.nodes.len()),
            ("meshes", self.meshes.len()),
            ("materials", self.materials.len()),
            ("pictures", self.images.len()),
            ("accessors", self.accessors.len() / 16),
            ("primitives", self.meshes.iter().map(|mesh| mesh.primitives.len()).sum()),
        ];
        counts.into_iter().find(|(_, count)| *count > most).map(|(what, _)| what)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asset {
    version: Option<String>,
    pub(super) generator: Option<String>,
    pub(super) copyright: Option<String>,
    pub(super) extras: Extras,
}

/// What Sketchfab and others say of a model.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Extras {
    pub(super) title: Said,
    pub(super) author: Said,
    pub(super) license: Said,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Root {
    pub(super) name: Option<String>,
    pub(super) nodes: Vec<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Node {
    pub(super) name: Option<String>,
    pub(super) children: Vec<usize>,
    pub(super) mesh: Option<usize>,
    pub(super) skin: Option<usize>,
    pub(super) matrix: Option<[f32; 16]>,
    pub(super) translation: Option<[f32; 3]>,
    pub(super) rotation: Option<[f32; 4]>,
    pub(super) scale: Option<[f32; 3]>,
    pub(super) weights: Vec<f32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Mesh {
    pub(super) primitives: Vec<Primitive>,
    pub(super) weights: Vec<f32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Primitive {
    pub(super) attributes: BTreeMap<String, usize>,
    pub(super) indices: Option<usize>,
    pub(super) material: Option<usize>,
    pub(super) mode: Option<u32>,
    pub(super) targets: Vec<BTreeMap<String, usize>>,
    pub(super) extensions: PrimitiveExtensions,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PrimitiveExtensions {
    #[serde(rename = "KHR_draco_mesh_compression")]
    pub(super) draco: Option<IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Accessor {
    pub(super) buffer_view: Option<usize>,
    pub(super) byte_offset: usize,
    pub(super) component_type: u32,
    pub(super) normalized: bool,
    pub(super) count: usize,
    #[serde(rename = "type")]
    pub(super) shape: String,
    pub(super) min: Vec<f32>,
    pub(super) max: Vec<f32>,
    pub(super) sparse: Option<Sparse>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sparse {
    pub(super) count: usize,
    pub(super) indices: SparsePart,
    pub(super) values: SparsePart,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct SparsePart {
    pub(super) buffer_view: usize,
    pub(super) byte_offset: usize,
    pub(super) component_type: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct View {
    pub(super) buffer: usize,
    pub(super) byte_offset: usize,
    pub(super) byte_length: usize,
    pub(super) byte_stride: Option<usize>,
    pub(super) extensions: ViewExtensions,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ViewExtensions {
    #[serde(rename = "EXT_meshopt_compression", alias = "KHR_meshopt_compression")]
    pub(super) meshopt: Option<IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Buffer {
    pub(super) uri: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Image {
    pub(super) uri: Option<String>,
    pub(super) buffer_view: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Texture {
    pub(super) source: Option<usize>,
    pub(super) sampler: Option<usize>,
    pub(super) extensions: TextureExtensions,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TextureExtensions {
    #[serde(rename = "EXT_texture_webp")]
    pub(super) webp: Option<OtherSource>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OtherSource {
    pub(super) source: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Sampler {
    pub(super) mag_filter: Option<u32>,
    pub(super) wrap_s: Option<u32>,
    pub(super) wrap_t: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Skin {
    pub(super) inverse_bind_matrices: Option<usize>,
    pub(super) joints: Vec<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Surface {
    pub(super) pbr_metallic_roughness: Option<Metal>,
    pub(super) normal_texture: Option<Info>,
    pub(super) emissive_texture: Option<Info>,
    pub(super) emissive_factor: Option<[f32; 3]>,
    pub(super) alpha_mode: Option<String>,
    pub(super) alpha_cutoff: Option<f32>,
    pub(super) double_sided: bool,
    pub(super) extensions: SurfaceExtensions,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Metal {
    pub(super) base_color_factor: Option<[f32; 4]>,
    pub(super) base_color_texture: Option<Info>,
    pub(super) metallic_factor: Option<f32>,
    pub(super) roughness_factor: Option<f32>,
    pub(super) metallic_roughness_texture: Option<Info>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Info {
    pub(super) index: usize,
    pub(super) tex_coord: usize,
    pub(super) scale: Option<f32>,
    pub(super) extensions: InfoExtensions,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct InfoExtensions {
    #[serde(rename = "KHR_texture_transform")]
    pub(super) transform: Option<Transform>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Transform {
    pub(super) offset: Option<[f32; 2]>,
    pub(super) rotation: Option<f32>,
    pub(super) scale: Option<[f32; 2]>,
    pub(super) tex_coord: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SurfaceExtensions {
    #[serde(rename = "KHR_materials_unlit")]
    pub(super) unlit: Option<IgnoredAny>,
    #[serde(rename = "KHR_materials_pbrSpecularGlossiness")]
    pub(super) gloss: Option<Gloss>,
    #[serde(rename = "KHR_materials_emissive_strength")]
    pub(super) strength: Option<Strength>,
    #[serde(rename = "KHR_materials_transmission")]
    pub(super) transmission: Option<Transmission>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Gloss {
    pub(super) diffuse_factor: Option<[f32; 4]>,
    pub(super) diffuse_texture: Option<Info>,
    pub(super) glossiness_factor: Option<f32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Strength {
    pub(super) emissive_strength: Option<f32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Transmission {
    pub(super) transmission_factor: Option<f32>,
}

/// Reads a description.
pub(super) fn parse(json: &[u8]) -> Result<Document, Error> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Version {
        asset: Asset,
    }
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    // Version 1 has maps where version 2 has lists, so the version is read first.
    let wrong = |error: serde_json::Error| broken(format!("its description can't be read ({error})"));
    let version: Version = serde_json::from_slice(json).map_err(wrong)?;
    match version.asset.version.as_deref() {
        Some(version) if version.starts_with("2.") => {}
        Some(version) => {
            let version: String = version.chars().take(8).collect();
            let text = format!("the model is a glTF of version {version}; only version 2 is read");
            return Err(Error::Unsupported(text));
        }
        None => return Err(broken("it doesn't say which version it is of")),
    }
    serde_json::from_slice(json).map_err(wrong)
}

/// A list that doesn't grow beyond reason.
fn few<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    struct Few<T>(std::marker::PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Few<T> {
        type Value = Vec<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut few = Vec::new();
            while let Some(one) = list.next_element()? {
                if few.len() == MOST {
                    return Err(serde::de::Error::custom("there is too much of it"));
                }
                few.push(one);
            }
            Ok(few)
        }
    }
    from.deserialize_seq(Few(std::marker::PhantomData))
}

/// A text, where it is one.
#[derive(Debug, Default)]
pub(super) struct Said(Option<String>);

impl Said {
    pub(super) fn text(&self) -> Option<String> {
        let text = self.0.as_deref()?.trim();
        let clean = !text.is_empty() && !text.chars().any(char::is_control);
        clean.then(|| text.chars().take(200).collect())
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Said;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            fn visit_str<E>(self, text: &str) -> Result<Said, E> {
                Ok(Said(Some(text.to_owned())))
            }
            fn visit_bool<E>(self, _: bool) -> Result<Said, E> {
                Ok(Said(None))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Said, E> {
                Ok(Said(None))
            }
            fn visit_u64<E>(self, _: u64) -> Result<Said, E> {
                Ok(Said(None))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Said, E> {
                Ok(Said(None))
            }
            fn visit_unit<E>(self) -> Result<Said, E> {
                Ok(Said(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Said, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Said(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Said, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Said(None))
            }
        }
        from.deserialize_any(Any)
    }
}
