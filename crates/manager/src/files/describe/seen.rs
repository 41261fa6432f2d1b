//! What machines have seen in a picture, in its descriptor.

use contract::descriptor::{Annotation, Face, MachineLabel};
use contract::files::AnnotationType;
use contract::values::Timestamp;
use facts::{Facts, Found, Label, Text};

/// Longest caption on the wire, in characters (CONTRACT 1.2).
const LONGEST_CAPTION: usize = 300;

/// Faces, in pixels of the picture as displayed.
pub(super) fn faces(facts: &Facts) -> Vec<Face> {
    let found = facts.annotations.as_ref().and_then(|annotations| annotations.faces.as_ref());
    let Some((found, image)) = found.zip(facts.image.as_ref()) else { return Vec::new() };
    let shown = |face: &facts::Face| {
        let (x, y, width, height) = face.pixels(image.width, image.height);
        Face { confidence: face.confidence, x, y, height, width }
    };
    found.value.iter().map(shown).collect()
}

pub(super) fn caption(facts: &Facts) -> Option<String> {
    let caption = &facts.annotations.as_ref()?.caption.as_ref()?.value;
    Some(caption.chars().take(LONGEST_CAPTION).collect())
}

pub(super) fn text(facts: &Facts) -> Option<&Text> {
    Some(&facts.annotations.as_ref()?.text.as_ref()?.value)
}

/// Which machine told what, and when.
pub(super) fn annotations(facts: &Facts) -> Vec<Annotation> {
    let Some((found, millis)) = facts.annotations.as_ref().zip(facts.annotated) else { return Vec::new() };
    let mut all = Vec::new();
    let mut add = |kind, model: &str, version: &str, labels: Vec<MachineLabel>| {
        let (model, version) = (model.to_owned(), version.to_owned());
        all.push(Annotation { r#type: kind, model, version, created_date: Timestamp { millis }, labels });
    };
    if let Some(Found { model, version, .. }) = &found.faces {
        add(AnnotationType::Faces, model, version, Vec::new());
    }
    if let Some(Found { model, version, value }) = &found.labels {
        add(AnnotationType::Labels, model, version, value.iter().map(label).collect());
    }
    if let Some(Found { model, version, .. }) = &found.text {
        add(AnnotationType::ContainsText, model, version, Vec::new());
    }
    if let Some(Found { model, version, .. }) = &found.caption {
        add(AnnotationType::Caption, model, version, Vec::new());
    }
    all
}

fn label(label: &Label) -> MachineLabel {
    MachineLabel { name: label.word.clone(), confidence: label.confidence }
}
