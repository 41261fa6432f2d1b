//! Pictures of what is no picture: drawings, pages of documents, models, fonts. Each is drawn for the form that is wanted, as
//! large as that needs, by a child (`media::inspect`).

use bytes::Bytes;
use catalog::files::Located;
use contract::errors::Code;
use contract::formats::{self, Kind};
use contract::transform::{LONGEST_SIDE, MOST_PIXELS, Size, Transformation};
use media::inspect::{Error as Fault, Task};
use media::render::drawing_size;
use storage::BlobKey;

use super::super::original::asset;
use super::levels::Level;
use crate::Manager;
use crate::error::{Error, Result, internal, refused};
use crate::files::facts_of;
use crate::processing::{PDF, inspect};

/// What a form needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawing<'a> {
    /// Which page, from 1.
    pub(super) page: u32,
    pub(super) transformation: &'a Transformation,
    /// The point that matters, in fractions from the left and from above.
    pub(super) focus: Option<(f64, f64)>,
}

/// Whether files of this kind have pictures that are drawn.
pub(in crate::delivery) fn is_drawn(kind: Kind) -> bool {
    matches!(kind, Kind::Vector | Kind::Document | Kind::Model3d | Kind::Font)
}

/// What the form is made of, where the file is one that is drawn.
pub(super) async fn level(
    manager: &Manager,
    located: &Located,
    drawing: Drawing<'_>,
) -> Result<Option<Level>> {
    let file = &located.file;
    if !is_drawn(file.format.kind) {
        return Ok(None);
    }
    let facts = facts_of(file)?;
    let known = facts.picture.or(facts.image.as_ref().map(|image| image.size()));
    // Where a document was set as pages, those are what is shown.
    let pages = located.assets.iter().find(|asset| asset.key == PDF);
    let (source, format) = match pages {
        Some(pages) => (pages, &formats::PDF),
        None => (asset(&located.assets, "src")?, file.format),
    };
    let page = drawing.page;
    let path = manager.store().path(&BlobKey::parse(&source.blob).map_err(internal)?);
    let bytes = u64::try_from(source.size).unwrap_or(0);
    let size = match known.filter(|_| page == 1) {
        Some(size) => size,
        None => {
            let path = path.clone();
            let measured = inspect(manager, format, bytes, move |inspector, stop| {
                inspector.measure(&path, format, page, stop)
            });
            measured.await?.map_err(undrawn)?
        }
    };
    let outside = || refused(Code::InvalidImageUrl, "the crop lies outside of the picture");
    let wanted =
        drawing_size(drawing.transformation, size, drawing.focus, MOST_PIXELS).ok_or_else(outside)?;
    let task = Task::Draw { page, size: bounded(wanted) };
    let drawn =
        inspect(manager, format, bytes, move |inspector, stop| inspector.make(&task, &path, format, stop));
    let png = drawn.await?.map_err(undrawn)?;
    Ok(Some(Level::drawn(Bytes::from(png), size)))
}

/// A size whose longer side is no longer than anything that is sent.
fn bounded(size: Size) -> Size {
    let scale = f64::from(LONGEST_SIDE) / f64::from(size.width.max(size.height));
    let side = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    if scale >= 1.0 { size } else { Size { width: side(size.width), height: side(size.height) } }
}

fn undrawn(fault: Fault) -> Error {
    match fault {
        Fault::Nothing => unusable("nothing can be drawn of this file, or it has no such page"),
        fault @ (Fault::Broken(_) | Fault::GivenUp(_)) => unusable(&fault.to_string()),
        fault @ Fault::Fault(_) => internal(fault),
    }
}

fn unusable(why: &str) -> Error {
    refused(Code::ImageUnusable, why)
}
