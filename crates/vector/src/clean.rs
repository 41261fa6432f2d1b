//! Takes out of a drawing what doesn't draw: the result is written anew, from what is known alone.

use std::collections::BTreeSet;
use std::ops::Range;

use roxmltree::{Attribute, Document, Node, ParsingOptions};

use crate::reference::{self, Data, Target};
use crate::{Cleaned, Error, Limits, Removed, allow, broken, entities, limit, style, unpack, write};

pub(crate) const SVG: &str = "http://www.w3.org/2000/svg";
pub(crate) const XLINK: &str = "http://www.w3.org/1999/xlink";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const EVENTS: &str = "http://www.w3.org/2001/xml-events";

/// Drawings within drawings.
const DEEPEST: u32 = 2;

/// Makes a drawing harmless: elements, attributes and CSS that are known to draw, describe or move are written anew, and nothing
/// else. Addresses may lead to a part of the drawing, or be pictures in place; drawings in place are cleaned, too.
///
/// # Errors
///
/// [`Error::Broken`] where it isn't SVG, [`Error::Limit`] where it is longer, has more elements, or is nested deeper than
/// the limits allow.
pub fn clean(bytes: &[u8], limits: &Limits) -> Result<Cleaned, Error> {
    within(bytes, limits, 0)
}

fn within(bytes: &[u8], limits: &Limits, level: u32) -> Result<Cleaned, Error> {
    let mut removed = BTreeSet::new();
    let text = unpack::unpack(bytes, limits.bytes)?;
    let text = entities::resolve(text, limits.bytes, &mut removed)?;
    let document = parse(&text, limits)?;
    let root = document.root_element();
    // Without a namespace it is no SVG for a browser, but what people copy from pages looks like that.
    let namespace = root.tag_name().namespace();
    if root.tag_name().name() != "svg" || !matches!(namespace, Some(SVG) | None) {
        return Err(broken("it is XML, but no SVG"));
    }
    if document.root().children().any(|node| node.is_pi()) {
        removed.insert(Removed::Reference);
    }
    let out = String::with_capacity(text.len());
    let mut cleaner = Cleaner { namespace, limits, level, removed, has_xlink: false, out };
    cleaner.tree(root)?;
    if cleaner.has_xlink {
        let mut declaration = String::new();
        write::attribute("xmlns:xlink", XLINK, &mut declaration);
        cleaner.out.insert_str("<svg".len(), &declaration);
    }
    if cleaner.out.len() > limits.bytes {
        return Err(limit(format!("its text has more than {} MiB", limits.bytes >> 20)));
    }
    Ok(Cleaned { svg: cleaner.out, removed: cleaner.removed })
}

/// Reads XML without a document type.
pub(crate) fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Document<'a>, Error> {
    let nodes = u32::try_from(limits.elements.saturating_mul(3)).unwrap_or(u32::MAX);
    let options = ParsingOptions { allow_dtd: false, nodes_limit: nodes, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => limit("it has too many elements"),
        error => broken(error),
    })
}

struct Cleaner<'a> {
    namespace: Option<&'a str>,
    limits: &'a Limits,
    level: u32,
    removed: BTreeSet<Removed>,
    /// Whether an attribute of that namespace was written.
    has_xlink: bool,
    out: String,
}

/// What is left to be written of an element whose children are being written.
struct Open<'a, 'input> {
    next: Option<Node<'a, 'input>>,
    name: &'a str,
    /// Where the end of its start tag is written.
    head: Range<usize>,
}

impl Cleaner<'_> {
    fn tree(&mut self, root: Node<'_, '_>) -> Result<(), Error> {
        let mut open = Vec::new();
        open.extend(self.start(root, true));
        while let Some(top) = open.last_mut() {
            let Some(node) = top.next else {
                let Open { name, head, .. } = open.pop().unwrap_or_else(|| unreachable!());
                if self.out.len() == head.end {
                    self.out.replace_range(head, "/>");
                } else {
                    self.out.push_str("</");
                    self.out.push_str(name);
                    self.out.push('>');
                }
                continue;
            };
            top.next = node.next_sibling();
            if node.is_text() && allow::has_text(top.name) {
                write::text(node.text().unwrap_or_default(), &mut self.out);
            } else if node.is_pi() {
                continue;
            } else if node.is_element() && self.is_kept(node, top.name) {
                if open.len() >= self.limits.depth as usize {
                    return Err(limit(format!("its elements lie in one another, {} deep", open.len())));
                }
                open.extend(self.start(node, false));
            }
        }
        Ok(())
    }

    fn is_kept(&mut self, node: Node<'_, '_>, parent: &str) -> bool {
        let (namespace, name) = (node.tag_name().namespace(), node.tag_name().name());
        let svg = namespace == self.namespace;
        match (svg, name) {
            (true, "script" | "handler" | "listener") => self.removed.insert(Removed::Script),
            (
                true,
                "foreignObject" | "iframe" | "audio" | "video" | "canvas" | "discard" | "embed" | "object",
            ) => self.removed.insert(Removed::Foreign),
            (false, _) if namespace == Some("http://www.w3.org/1999/xhtml") => {
                self.removed.insert(Removed::Foreign)
            }
            (false, _) if namespace == Some(EVENTS) => self.removed.insert(Removed::Script),
            _ => false,
        };
        // Text for people holds nothing but text: pages read what lies in it by other rules.
        svg && allow::element(name)
            && !matches!(parent, "title" | "desc" | "style")
            && !self.is_bad_animation(node)
    }

    /// Whether it animates what isn't for show, or to a value that isn't.
    fn is_bad_animation(&mut self, node: Node<'_, '_>) -> bool {
        if !matches!(node.tag_name().name(), "set" | "animate" | "animateColor" | "animateTransform") {
            return false;
        }
        let name = node.attribute("attributeName").unwrap_or_default().trim();
        let local = name.rsplit(':').next().unwrap_or_default();
        if local.eq_ignore_ascii_case("href") || is_handler(local) {
            self.removed.insert(Removed::Animation);
            return true;
        }
        if !allow::animated(name) {
            return true;
        }
        ["from", "to", "by", "values"].iter().filter_map(|value| node.attribute(*value)).any(|values| {
            // An address in one of several values is looked at apart from them.
            let mut found = BTreeSet::new();
            let good = values
                .split(';')
                .all(|value| !allow::presentation(name) || style::value("", value, &mut found).is_some());
            self.removed.extend(found.into_iter().map(|_| Removed::Animation));
            !good
        })
    }

    /// Writes the start of an element, and all of it if it is a style.
    fn start<'a, 'input>(&mut self, node: Node<'a, 'input>, root: bool) -> Option<Open<'a, 'input>> {
        let name = node.tag_name().name();
        if name == "style" {
            self.style(node);
            return None;
        }
        self.out.push('<');
        self.out.push_str(name);
        if root {
            write::attribute("xmlns", SVG, &mut self.out);
        }
        for attribute in node.attributes() {
            self.attribute(node, &attribute);
        }
        let start = self.out.len();
        self.out.push('>');
        Some(Open { next: node.first_child(), name, head: start..start + 1 })
    }

    fn style(&mut self, node: Node<'_, '_>) {
        let kind = node.attribute("type").map(str::trim).unwrap_or_default();
        if !kind.is_empty() && !kind.eq_ignore_ascii_case("text/css") {
            return;
        }
        let text: String =
            node.children().filter_map(|child| child.text().filter(|_| child.is_text())).collect();
        let css = style::sheet(&text, &mut self.removed);
        if css.is_empty() {
            return;
        }
        self.out.push_str("<style");
        for name in ["id", "media"] {
            if let Some(value) = node.attribute(name) {
                write::attribute(name, value, &mut self.out);
            }
        }
        self.out.push('>');
        write::text(&css, &mut self.out);
        self.out.push_str("</style>");
    }

    fn attribute(&mut self, node: Node<'_, '_>, attribute: &Attribute<'_, '_>) {
        let (name, value) = (attribute.name(), attribute.value());
        match attribute.namespace() {
            None if name == "href" => self.href(node, "href", value),
            // Where there are both, the plain one counts.
            Some(XLINK)
                if name == "href"
                    && node
                        .attributes()
                        .all(|other| other.name() != "href" || other.namespace().is_some()) =>
            {
                self.href(node, "xlink:href", value);
            }
            Some(XML) if matches!(name, "space" | "lang") => {
                write::attribute(&format!("xml:{name}"), value, &mut self.out);
            }
            None if name == "style" => {
                let style = style::declarations(value, &mut self.removed);
                if !style.is_empty() {
                    write::attribute("style", &style, &mut self.out);
                }
            }
            None if allow::presentation(name) => {
                if let Some(value) = style::value(name, value, &mut self.removed) {
                    write::attribute(name, &value, &mut self.out);
                }
            }
            None if allow::plain(name) => write::attribute(name, value, &mut self.out),
            None if is_handler(name) => {
                self.removed.insert(Removed::Handler);
            }
            Some(EVENTS) => {
                self.removed.insert(Removed::Handler);
            }
            _ => {}
        }
    }

    fn href(&mut self, node: Node<'_, '_>, name: &str, value: &str) {
        let before = self.out.len();
        self.address(node, name, value);
        self.has_xlink |= self.out.len() > before && name == "xlink:href";
    }

    fn address(&mut self, node: Node<'_, '_>, name: &str, value: &str) {
        let element = node.tag_name().name();
        let removed = match (reference::target(value), element) {
            (Target::Fragment(id), _) => {
                write::attribute(name, &format!("#{id}"), &mut self.out);
                return;
            }
            (Target::Nothing, _) => return,
            (Target::Data, "image" | "feImage") => match self.picture(value) {
                Some(picture) => {
                    write::attribute(name, &picture, &mut self.out);
                    return;
                }
                None => Removed::Reference,
            },
            (Target::Script, _) => Removed::Script,
            (_, "a") => Removed::Link,
            _ => Removed::Reference,
        };
        self.removed.insert(removed);
    }

    /// A picture in place, written anew.
    fn picture(&mut self, address: &str) -> Option<String> {
        match reference::picture(address)? {
            Data::Raster(mime, bytes) => Some(reference::written(mime, &bytes)),
            Data::Drawing(bytes) if self.level < DEEPEST => {
                let inner = within(&bytes, self.limits, self.level + 1).ok()?;
                self.removed.extend(inner.removed);
                Some(reference::written("image/svg+xml", inner.svg.as_bytes()))
            }
            Data::Drawing(_) => None,
        }
    }
}

/// Whether an attribute with this name is a program.
fn is_handler(name: &str) -> bool {
    name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on"))
}
