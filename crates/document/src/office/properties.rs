//! What a document of Office says of itself, and the picture it has of itself.

use std::borrow::Cow;

use crate::package::Package;
use crate::story::folded;
use crate::thumbnail::{self, Thumbnail};
use crate::xml::{Flow, Node};
use crate::{Error, Read, dates};

/// Bytes of a property that are kept.
const LONGEST: usize = 2000;

pub(super) fn read(package: &mut Package<'_>, read: &mut Read) -> Result<(), Error> {
    let facts = &mut read.facts;
    for part in ["docProps/core.xml", "docProps/app.xml"] {
        let mut value = String::new();
        let walked = package.walk(part, |node| {
            match node {
                Node::Open(_) => value.clear(),
                Node::Text(text) if value.len() < LONGEST => value.push_str(text),
                Node::Text(_) => {}
                Node::Close(name) => {
                    let known = Some(folded(&value)).filter(|value| !value.is_empty());
                    match name {
                        "title" => facts.title = known,
                        "creator" => facts.author = known,
                        "created" => facts.created = dates::of_xml(&value),
                        "modified" => facts.modified = dates::of_xml(&value),
                        // Of a text; slides and sheets are counted.
                        "Pages" => facts.pages = value.trim().parse().ok().filter(|pages| *pages > 0),
                        _ => {}
                    }
                    value.clear();
                }
            }
            Flow::Continue(())
        });
        // Properties that can't be read don't make a document unreadable, but one that is too much is.
        if let Err(limit @ Error::Limit(_)) = walked {
            return Err(limit);
        }
    }
    let names: Vec<String> = package
        .names()
        .filter(|name| name.starts_with("docProps/thumbnail."))
        .take(4)
        .map(Cow::into_owned)
        .collect();
    for name in names {
        read.thumbnail =
            read.thumbnail.take().or(package.whole(&name, thumbnail::LARGEST)?.and_then(Thumbnail::of));
    }
    Ok(())
}
