//! glTF 2.0, as JSON or with its bytes behind it.
//!
//! The reader is our own: the published one refuses a whole file for an extension it doesn't know, and trusts what it
//! accepted to stay within its bytes.

mod accessor;
mod buffers;
mod document;
mod material;
mod nodes;
mod primitive;

use facts::ModelFacts;

use crate::scene::{Hidden, Material, Part, Scene, telling};
use crate::{Error, Limits, broken};

use buffers::Buffers;
use document::Document;
use nodes::Place;

/// A model, with the bytes it holds itself.
pub(crate) struct Model<'a> {
    document: Document,
    buffers: Buffers<'a>,
    limits: Limits,
    /// What is shown: a node with a mesh, and where.
    places: Vec<Place>,
    /// The map of every node, for skins.
    maps: Vec<crate::space::Map>,
    warnings: Vec<String>,
}

const GLB: &[u8] = b"glTF";

impl<'a> Model<'a> {
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let (json, binary) = if bytes.starts_with(GLB) { chunks(bytes)? } else { (bytes, None) };
        let document = document::parse(json)?;
        if let Some(what) = document.too_many(limits.things) {
            return Err(Error::Limit(format!("the model has more {what} than are looked at")));
        }
        let mut warnings = Vec::new();
        let buffers = Buffers::open(&document, binary, &mut warnings);
        buffers.check(&document)?;
        accessor::check(&document)?;
        let (places, maps) = nodes::places(&document, &mut warnings);
        let mut model = Self { document, buffers, limits: *limits, places, maps, warnings };
        model.note_what_cant_be_read();
        Ok(model)
    }

    fn note_what_cant_be_read(&mut self) {
        let packed = |name: &str| self.document.extensions_used.iter().any(|used| used == name);
        let mut say = |sentence: &str| self.warnings.push(sentence.to_owned());
        if packed("KHR_draco_mesh_compression") {
            say("Its shapes are packed by Draco, which isn't read here: their boxes are known alone.");
        }
        if packed("EXT_meshopt_compression") || packed("KHR_meshopt_compression") {
            say("Its shapes are packed by meshopt, which isn't read here: their boxes are known alone.");
        }
        if packed("KHR_texture_basisu") {
            say("Its pictures are packed by Basis Universal, which isn't read here.");
        }
        let elsewhere = self.document.images.iter();
        let elsewhere =
            elsewhere.filter_map(|image| image.uri.as_deref()).filter(|uri| !uri.starts_with("data:"));
        match elsewhere.count() {
            0 => {}
            1 => say("A picture is in another file, which isn't here."),
            many => say(&format!("{many} pictures are in other files, which aren't here.")),
        }
    }
}

/// JSON and bytes of a GLB.
fn chunks(bytes: &[u8]) -> Result<(&[u8], Option<&[u8]>), Error> {
    let word = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    match word(4) {
        Some(2) => {}
        Some(version) => {
            return Err(Error::Unsupported(format!(
                "the model is a glTF of version {version}; only version 2 is read"
            )));
        }
        None => return Err(broken("it ends too early")),
    }
    let chunk = |at: usize| {
        let (length, kind) = (word(at)? as usize, bytes.get(at + 4..at + 8)?);
        let content = bytes.get(at + 8..)?;
        // One that is cut off has what is there.
        Some((kind, &content[..length.min(content.len())], at + 8 + length.next_multiple_of(4)))
    };
    let (kind, json, next) = chunk(12).ok_or_else(|| broken("it ends too early"))?;
    if kind != b"JSON" {
        return Err(broken("its description is missing"));
    }
    let binary = chunk(next).filter(|(kind, ..)| *kind == b"BIN\0").map(|(_, binary, _)| binary);
    Ok((json, binary))
}

impl Scene for Model<'_> {
    fn parts(&self, see: &mut dyn FnMut(&Part)) -> Result<(), Error> {
        let mut budget = (self.limits.vertices, self.limits.triangles);
        for place in &self.places {
            primitive::show(self, place, &mut budget, see)?;
        }
        Ok(())
    }

    fn hidden(&self) -> Hidden {
        let mut hidden = Hidden::default();
        self.places.iter().for_each(|place| primitive::hide(self, place, &mut hidden));
        hidden
    }

    fn facts(&self) -> ModelFacts {
        let Document { asset, scenes, nodes, .. } = &self.document;
        let scene = scenes.get(self.document.scene.unwrap_or_default());
        let only = scene.filter(|scene| scene.nodes.len() == 1).and_then(|scene| nodes.get(scene.nodes[0]));
        let said = asset.extras.title.text();
        let title =
            said.or_else(|| telling(scene?.name.as_deref()?)).or_else(|| telling(only?.name.as_deref()?));
        ModelFacts {
            meshes: self.document.meshes.len() as u32,
            materials: self.document.materials.len() as u32,
            textures: self.document.images.len() as u32,
            animations: self.document.animations.len() as u32,
            title,
            author: asset.extras.author.text(),
            license: asset.extras.license.text().or_else(|| asset.copyright.as_deref().and_then(telling)),
            generator: asset.generator.as_deref().and_then(telling),
            warnings: self.warnings.clone(),
            ..ModelFacts::default()
        }
    }

    fn material(&self, number: usize) -> Material {
        material::of(&self.document, number)
    }

    fn picture(&self, number: usize) -> Option<Vec<u8>> {
        let image = self.document.images.get(number)?;
        match (&image.uri, image.buffer_view) {
            (Some(uri), _) => buffers::embedded(uri),
            (None, Some(view)) => self.buffers.view(&self.document, view).map(<[u8]>::to_vec),
            (None, None) => None,
        }
    }
}
