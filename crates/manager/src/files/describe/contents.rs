//! Documents, archives, 3D models and fonts in a descriptor, and the pictures that stand for them.

use catalog::files::FileRecord;
use contract::descriptor::{
    ArchiveMedia, Axis, Box3d, DocumentMedia, FontAsset, FontMedia, Image, Model3dMedia,
};
use contract::formats::{self, Kind};
use contract::transform::Size;
use contract::values::{Int64, Timestamp};

use super::About;
use crate::Manager;
use crate::delivery::made_of;

/// Longer side of a thumbnail, in pixels, by kind: that of a model is as the published API has it (CONTRACT 1.2).
fn side(kind: Kind) -> u32 {
    if kind == Kind::Model3d { 256 } else { 600 }
}

/// What follows `/v1/` in the address of the picture that stands for a file.
pub(super) fn thumbnail_path(kind: Kind) -> String {
    let side = side(kind);
    // Pages are white, everything else can be seen through.
    let extension = if kind == Kind::Document { "jpg" } else { "png" };
    format!("fit/w_{side},h_{side}/thumbnail.{extension}")
}

/// Where the picture that stands for a public file is.
pub(super) fn thumbnail_url(manager: &Manager, file: &FileRecord) -> String {
    let (origin, host) = (&manager.settings().content_url, Kind::Image.host_path());
    format!("{origin}/{host}/{}/v1/{}", file.id, thumbnail_path(file.format.kind))
}

/// The picture that stands for a file; none where nothing can be drawn.
fn thumbnail(manager: &Manager, about: &About<'_>) -> Option<Image> {
    let size = within(about.facts.picture?, side(about.file.format.kind));
    let (url, expires) = match &about.preview {
        Some((url, expires)) => (url.clone(), Some(Timestamp { millis: *expires })),
        None => (thumbnail_url(manager, about.file), None),
    };
    Some(Image {
        // The SDK takes it from the address.
        id: String::new(),
        url,
        height: size.height,
        width: size.width,
        alt_text: None,
        url_expiration_date: expires,
        filename: String::new(),
        size_in_bytes: Int64(-1),
        focal_point: None,
    })
}

/// As large as fits into a square.
fn within(size: Size, side: u32) -> Size {
    let scale = f64::from(side) / f64::from(size.width.max(size.height).max(1));
    let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    Size { width: scaled(size.width), height: scaled(size.height) }
}

pub(super) fn document(manager: &Manager, about: &About<'_>) -> DocumentMedia {
    let file = about.file;
    let facts = about.facts.document.clone().unwrap_or_default();
    DocumentMedia {
        id: file.id.to_string(),
        url: about.url.clone(),
        filename: file.file_name.clone(),
        size_in_bytes: Int64(file.size),
        url_expiration_date: None,
        thumbnail: thumbnail(manager, about),
        pages: facts.pages,
        title: facts.title,
        author: facts.author,
        words: facts.words,
        encrypted: facts.encrypted,
    }
}

pub(super) fn archive(about: &About<'_>) -> ArchiveMedia {
    let (file, facts) = (about.file, about.facts.archive.as_ref());
    ArchiveMedia {
        id: file.id.to_string(),
        url: about.url.clone(),
        url_expiration_date: None,
        size_in_bytes: Int64(file.size),
        filename: file.file_name.clone(),
        entry_count: facts.map(|facts| facts.entries),
        unpacked_size_in_bytes: facts.map(|facts| Int64(i64::try_from(facts.unpacked).unwrap_or(i64::MAX))),
        encrypted: facts.is_some_and(|facts| facts.encrypted),
        damaged: facts.is_some_and(|facts| facts.damaged),
        has_more_entries: facts.is_some_and(|facts| facts.more),
        warnings: facts.map(|facts| facts.warnings.clone()).unwrap_or_default(),
    }
}

pub(super) fn model(manager: &Manager, about: &About<'_>) -> Model3dMedia {
    let (file, facts) = (about.file, about.facts.model.as_ref());
    Model3dMedia {
        id: file.id.to_string(),
        url: about.url.clone(),
        thumbnail: thumbnail(manager, about),
        alt_text: facts.and_then(|facts| facts.title.clone()),
        url_expiration_date: None,
        filename: file.file_name.clone(),
        size_in_bytes: Int64(file.size),
        bounding_box: facts.map(|facts| Box3d { min: facts.min, max: facts.max }),
        triangles: facts.map(|facts| facts.triangles),
        vertices: facts.map(|facts| facts.vertices),
        materials: facts.map(|facts| facts.materials),
        textures: facts.map(|facts| facts.textures),
        animations: facts.map(|facts| facts.animations),
        warnings: facts.map(|facts| facts.warnings.clone()).unwrap_or_default(),
    }
}

pub(super) fn font(manager: &Manager, about: &About<'_>) -> FontMedia {
    let (file, facts) = (about.file, about.facts.font.as_ref());
    let format = file.format.name.to_owned();
    let original = FontAsset { asset_key: "src".to_owned(), url: about.url.clone(), format: format.clone() };
    let made = made_of(file).filter(|_| facts.is_some()).map(|what| FontAsset {
        asset_key: what.key().to_owned(),
        url: if file.private { String::new() } else { format!("{}/{}", about.url, what.key()) },
        format: formats::WOFF2.name.to_owned(),
    });
    FontMedia {
        id: file.id.to_string(),
        size_in_bytes: Int64(file.size),
        format,
        family: facts.map(|facts| facts.family.clone()),
        font_name: facts.map(|facts| facts.name.clone()),
        assets: std::iter::once(original).chain(made).collect(),
        thumbnail: thumbnail(manager, about),
        style: facts.map(|facts| facts.style.clone()),
        weight: facts.map(|facts| facts.weight),
        italic: facts.is_some_and(|facts| facts.italic),
        monospaced: facts.is_some_and(|facts| facts.monospaced),
        glyphs: facts.map(|facts| facts.glyphs),
        scripts: facts.map(|facts| facts.scripts.clone()).unwrap_or_default(),
        axes: facts.into_iter().flat_map(|facts| &facts.axes).map(axis).collect(),
    }
}

fn axis(axis: &facts::FontAxis) -> Axis {
    Axis { tag: axis.tag.clone(), min: axis.min, default: axis.default, max: axis.max }
}
