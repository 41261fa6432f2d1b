//! The formats of Office since 2007: zips of XML.

pub(crate) mod formats;
mod properties;
mod slides;
mod text;
mod workbook;

use crate::package::Package;
use crate::xml::{Flow, Node};
use crate::{Error, Limits, Read, package};

pub(crate) fn docx(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    read(bytes, limits, "word/document.xml", text::read)
}

pub(crate) fn pptx(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    read(bytes, limits, "ppt/presentation.xml", slides::read)
}

pub(crate) fn xlsx(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    read(bytes, limits, "xl/workbook.xml", workbook::read)
}

fn read(
    bytes: &[u8],
    limits: &Limits,
    usual: &str,
    content: fn(&mut Package<'_>, &str, &Limits, &mut Read) -> Result<(), Error>,
) -> Result<Read, Error> {
    let mut package = Package::open(bytes, limits)?;
    let mut read = Read::default();
    properties::read(&mut package, &mut read)?;
    let main =
        relations(&mut package, "")?.into_iter().find(|relation| relation.kind.ends_with("/officeDocument"));
    let main = main.map_or_else(|| usual.to_owned(), |relation| relation.target);
    content(&mut package, &main, limits, &mut read)?;
    Ok(read)
}

/// Relations that a part may have.
const MOST_RELATIONS: usize = 20_000;

/// What a part points to.
struct Relation {
    id: String,
    kind: String,
    /// The path of the part.
    target: String,
}

/// What `part` points to; that of the package itself where it is empty.
fn relations(package: &mut Package<'_>, part: &str) -> Result<Vec<Relation>, Error> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let path =
        if folder.is_empty() { format!("_rels/{name}.rels") } else { format!("{folder}/_rels/{name}.rels") };
    let mut relations = Vec::new();
    package.walk(&path, |node| {
        if let Node::Open(tag) = node
            && tag.name() == "Relationship"
            && let (Some(id), Some(kind), Some(target)) =
                (tag.attribute("Id"), tag.attribute("Type"), tag.attribute("Target"))
        {
            relations.push(Relation { id, kind, target: package::resolved(part, &target) });
        }
        if relations.len() < MOST_RELATIONS { Flow::Continue(()) } else { Flow::Break(()) }
    })?;
    Ok(relations)
}
