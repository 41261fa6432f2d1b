//! What in a drawing refers to what: how often each part is drawn in the end, and parts that would be drawn within themselves.
//!
//! Renderers follow references by recursion, and copy what is referred to. A few lines can ask for billions of
//! copies, or for one without an end. So it is counted beforehand, and references that close a circle are cut.

use std::collections::HashMap;
use std::ops::Range;

use roxmltree::{Document, Node, NodeId};

use crate::clean::XLINK;
use crate::{Error, Limits, broken, limit};

/// Pairs of an element and a rule of CSS that are looked at: each is a comparison.
const MOST_MATCHES: usize = 40_000_000;

/// Circles that are cut.
const MOST_CIRCLES: usize = 200;

/// A piece of the text, and what comes instead of it.
pub(crate) type Edit = (Range<usize>, String);

/// What has to be changed about a drawing so that nothing is drawn within itself.
///
/// # Errors
///
/// [`Error::Limit`] where more would be drawn than the limits allow, [`Error::Broken`] where a circle can't be cut.
pub(crate) fn circles(text: &str, document: &Document<'_>, limits: &Limits) -> Result<Vec<Edit>, Error> {
    let mut graph = Graph::of(document, limits)?;
    let mut edits: Vec<Edit> = Vec::new();
    loop {
        graph.states.iter_mut().for_each(|state| *state = State::New);
        match graph.weigh(0, 0)? {
            Weighed::Sum(sum) if sum.elements > limits.elements => {
                return Err(limit(format!("more than {} elements would be drawn", limits.elements)));
            }
            Weighed::Sum(_) => return Ok(edits),
            Weighed::Circle(range) if edits.len() < MOST_CIRCLES => {
                let range = range.ok_or_else(|| broken("it would be drawn within itself"))?;
                let old = text.get(range.clone()).unwrap_or_default();
                let new = if old.starts_with('#') { String::new() } else { without_addresses(old) };
                graph.cut(&range);
                edits.push((range, new));
            }
            Weighed::Circle(_) => return Err(limit("too much of it would be drawn within itself")),
        }
    }
}

/// A value with `none` where it refers to something.
fn without_addresses(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some(at) = rest.find("url(") {
        out.push_str(&rest[..at]);
        out.push_str("none");
        let end = rest[at..].find(')').map_or(rest.len(), |end| at + end + 1);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// How much is drawn.
#[derive(Clone, Copy, Default)]
struct Sum {
    /// Elements and letters.
    elements: u64,
    /// Points of lines, each of which may have a marker.
    points: u64,
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.elements = self.elements.saturating_add(other.elements);
        self.points = self.points.saturating_add(other.points);
    }
}

enum Weighed {
    Sum(Sum),
    /// A circle, and where the reference stands that closes it, if that is in an attribute.
    Circle(Option<Range<usize>>),
}

#[derive(Clone, Copy)]
enum State {
    New,
    Open,
    Done(Sum),
}

#[derive(Clone, Copy, PartialEq)]
enum How {
    /// Drawn once for the element.
    Once,
    /// Drawn for each element that a `use` stands for.
    Inherited,
    /// Drawn at each point.
    Marker,
    /// Costs nothing by itself.
    Gradient,
    /// The element that a `use` stands for.
    Use,
}

#[derive(Clone)]
struct Reference {
    target: usize,
    how: How,
    range: Option<Range<usize>>,
}

struct Graph {
    own: Vec<Sum>,
    children: Vec<Vec<usize>>,
    references: Vec<Vec<Reference>>,
    states: Vec<State>,
    deepest: u32,
}

/// What elements inherit: references of `fill`, `stroke` and markers.
#[derive(Clone, Default)]
struct Inherited([Vec<Reference>; 3]);

impl Graph {
    fn of(document: &Document<'_>, limits: &Limits) -> Result<Graph, Error> {
        let elements: Vec<Node<'_, '_>> = document.descendants().filter(Node::is_element).collect();
        let numbers: HashMap<NodeId, usize> =
            elements.iter().enumerate().map(|(number, node)| (node.id(), number)).collect();
        let mut ids = HashMap::new();
        for (number, node) in elements.iter().enumerate() {
            if let Some(id) = node.attribute("id") {
                ids.entry(id).or_insert(number);
            }
        }
        let sheet = sheet(document);
        if sheet.rules.len().saturating_mul(elements.len()) > MOST_MATCHES {
            return Err(limit("it has too many rules of style for its elements"));
        }
        let reader = Reader { elements: &elements, ids: &ids, sheet: &sheet };
        let mut graph = Graph {
            own: Vec::with_capacity(elements.len()),
            children: Vec::with_capacity(elements.len()),
            references: Vec::with_capacity(elements.len()),
            states: vec![State::New; elements.len()],
            deepest: limits.depth.saturating_mul(2),
        };
        let mut inherited: Vec<Inherited> = Vec::with_capacity(elements.len());
        for node in &elements {
            let mut own = node
                .parent_element()
                .and_then(|parent| inherited.get(*numbers.get(&parent.id())?))
                .cloned()
                .unwrap_or_default();
            let mut references = reader.references(*node, &mut own);
            if !node.has_children() || node.has_tag_name("use") || node.tag_name().name() == "text" {
                references.extend(own.0.iter().flatten().cloned());
            }
            graph.own.push(weight(*node));
            graph
                .children
                .push(node.children().filter_map(|child| numbers.get(&child.id()).copied()).collect());
            graph.references.push(references);
            inherited.push(own);
        }
        Ok(graph)
    }

    /// Takes out the references that stand in this piece of the text.
    fn cut(&mut self, range: &Range<usize>) {
        for references in &mut self.references {
            references.retain(|reference| reference.range.as_ref() != Some(range));
        }
    }

    fn weigh(&mut self, at: usize, depth: u32) -> Result<Weighed, Error> {
        if depth > self.deepest {
            return Err(limit("its parts refer to one another too deeply"));
        }
        match self.states[at] {
            State::Done(sum) => return Ok(Weighed::Sum(sum)),
            State::Open => return Ok(Weighed::Circle(None)),
            State::New => self.states[at] = State::Open,
        }
        let mut sum = self.own[at];
        for child in self.children[at].clone() {
            match self.weigh(child, depth + 1)? {
                Weighed::Sum(inner) => sum.add(inner),
                circle => return Ok(circle),
            }
        }
        let references = self.references[at].clone();
        let mut used = Sum { elements: 1, points: sum.points };
        // What a `use` stands for comes first: what it inherits counts as often.
        for reference in references.iter().filter(|reference| reference.how == How::Use) {
            match self.follow(reference, depth)? {
                Weighed::Sum(inner) => used.add(inner),
                circle => return Ok(circle),
            }
        }
        sum.add(Sum { elements: used.elements - 1, points: used.points - sum.points });
        for reference in references.iter().filter(|reference| reference.how != How::Use) {
            let inner = match self.follow(reference, depth)? {
                Weighed::Sum(inner) => inner.elements,
                circle => return Ok(circle),
            };
            let elements = match reference.how {
                How::Gradient => 0,
                How::Inherited => inner.saturating_mul(used.elements),
                How::Marker => inner.saturating_mul(used.points),
                How::Once | How::Use => inner,
            };
            sum.add(Sum { elements, points: 0 });
        }
        self.states[at] = State::Done(sum);
        Ok(Weighed::Sum(sum))
    }

    fn follow(&mut self, reference: &Reference, depth: u32) -> Result<Weighed, Error> {
        if let State::Open = self.states[reference.target] {
            return Ok(Weighed::Circle(reference.range.clone()));
        }
        self.weigh(reference.target, depth + 1)
    }
}

/// What an element costs by itself.
fn weight(node: Node<'_, '_>) -> Sum {
    let letters: usize =
        node.children().filter(Node::is_text).filter_map(|text| text.text()).map(str::len).sum();
    let letters = if node.tag_name().name() == "style" { 0 } else { letters };
    // What lies in an address is read each time it is drawn.
    let address = node.attribute("href").or_else(|| node.attribute((XLINK, "href"))).map_or(0, str::len);
    let line = node.attribute("d").or_else(|| node.attribute("points")).map_or(0, |line| {
        line.bytes().filter(|byte| matches!(byte, b' ' | b',' | b'-' | b'a'..=b'z' | b'A'..=b'Z')).count()
    });
    Sum { elements: (1 + letters + address / 500) as u64, points: (2 + line / 2) as u64 }
}

struct Reader<'a, 'input> {
    elements: &'a [Node<'a, 'input>],
    ids: &'a HashMap<&'a str, usize>,
    sheet: &'a simplecss::StyleSheet<'a>,
}

impl Reader<'_, '_> {
    /// What an element refers to by itself; notes what those within it inherit.
    fn references(&self, node: Node<'_, '_>, inherited: &mut Inherited) -> Vec<Reference> {
        let mut references = Vec::new();
        for attribute in node.attributes() {
            let range = attribute.range_value();
            match attribute.name() {
                "href" => {
                    let how = match node.tag_name().name() {
                        "use" => How::Use,
                        "linearGradient" | "radialGradient" => How::Gradient,
                        "pattern" | "filter" | "feImage" | "tref" | "textPath" | "mask" | "clipPath" => {
                            How::Once
                        }
                        _ => continue,
                    };
                    let id = attribute.value().strip_prefix('#').and_then(|id| self.ids.get(id));
                    references.extend(id.map(|target| Reference {
                        target: *target,
                        how,
                        range: Some(range),
                    }));
                }
                "style" => {
                    for declaration in simplecss::DeclarationTokenizer::from(attribute.value()) {
                        self.declared(
                            declaration.name,
                            declaration.value,
                            Some(range.clone()),
                            &mut references,
                            inherited,
                        );
                    }
                }
                name => self.declared(name, attribute.value(), Some(range), &mut references, inherited),
            }
        }
        for rule in &self.sheet.rules {
            let refers = rule.declarations.iter().any(|declaration| declaration.value.contains("url("));
            if refers && rule.selector.matches(&Styled(node)) {
                for declaration in &rule.declarations {
                    self.declared(declaration.name, declaration.value, None, &mut references, inherited);
                }
            }
        }
        references
    }

    fn declared(
        &self,
        name: &str,
        value: &str,
        range: Option<Range<usize>>,
        references: &mut Vec<Reference>,
        inherited: &mut Inherited,
    ) {
        let found = |how| {
            let range = range.clone();
            addresses(value).filter_map(move |id| {
                let target = *self.ids.get(id)?;
                let gradient = self.elements[target].tag_name().name().ends_with("Gradient");
                let how = if gradient { How::Gradient } else { how };
                Some(Reference { target, how, range: range.clone() })
            })
        };
        match name {
            "fill" => inherited.0[0] = found(How::Inherited).collect(),
            "stroke" => inherited.0[1] = found(How::Inherited).collect(),
            name if name.starts_with("marker") => inherited.0[2].extend(found(How::Marker)),
            "mask" | "clip-path" | "filter" => references.extend(found(How::Once)),
            _ => {}
        }
    }
}

/// The ids that a value refers to, as it is written by `style`.
fn addresses(value: &str) -> impl Iterator<Item = &str> {
    value.split("url(").skip(1).filter_map(|rest| {
        let rest = rest.trim_start().trim_start_matches(['"', '\'']).strip_prefix('#')?;
        rest.split([')', '"', '\'']).next()
    })
}

fn sheet<'a>(document: &'a Document<'_>) -> simplecss::StyleSheet<'a> {
    let mut sheet = simplecss::StyleSheet::new();
    let styles = document.descendants().filter(|node| node.has_tag_name((crate::clean::SVG, "style")));
    styles.filter_map(|style| style.text()).for_each(|css| sheet.parse_more(css));
    sheet
}

/// An element as selectors of CSS see it.
struct Styled<'a, 'input>(Node<'a, 'input>);

impl simplecss::Element for Styled<'_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.0.parent_element().map(Styled)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_sibling_element().map(Styled)
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.0.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: simplecss::AttributeOperator<'_>) -> bool {
        self.0.attribute(name).is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: simplecss::PseudoClass<'_>) -> bool {
        matches!(class, simplecss::PseudoClass::FirstChild) && self.prev_sibling_element().is_none()
    }
}
