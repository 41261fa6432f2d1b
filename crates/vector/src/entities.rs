//! Entities of a document type: those with a text of their own are put in their places, those that stand for files are not.
//!
//! Drawing programs write namespaces and colours as entities. What they become is bounded: an entity that grows beyond
//! the limit, or stands for itself, makes the drawing unreadable.

use std::collections::{BTreeSet, HashMap};

use crate::{Error, Removed, broken, limit};

/// Entities within entities.
const DEEPEST: u32 = 8;

/// The text with its document type taken out and its entities put in place, of at most `most` bytes.
pub(crate) fn resolve(text: String, most: usize, removed: &mut BTreeSet<Removed>) -> Result<String, Error> {
    let Some(start) = document_type(&text) else { return Ok(text) };
    let (entities, end) = declared(&text, start, removed)?;
    let mut resolved = String::with_capacity(text.len());
    resolved.push_str(&text[..start]);
    let mut writer = Writer { entities: &entities, most, resolved };
    writer.write(&text[end..])?;
    Ok(writer.resolved)
}

/// Where `<!DOCTYPE` begins, if it stands before the first element.
fn document_type(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let open = at + rest.find('<')?;
        let rest = &text[open..];
        at = if rest.starts_with("<?") {
            open + rest.find("?>")? + 2
        } else if let Some(comment) = rest.strip_prefix("<!--") {
            open + 4 + comment.find("-->")? + 3
        } else {
            return rest.starts_with("<!DOCTYPE").then_some(open);
        };
    }
}

/// The entities that a document type declares, and where it ends.
fn declared(
    text: &str,
    start: usize,
    removed: &mut BTreeSet<Removed>,
) -> Result<(HashMap<String, String>, usize), Error> {
    let unfinished = || broken("its document type has no end");
    let mut entities = HashMap::new();
    let mut at = start + "<!DOCTYPE".len();
    let mut inside = false;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            at += 4 + comment.find("-->").ok_or_else(unfinished)? + 3;
        } else if rest.starts_with("<?") {
            at += rest.find("?>").ok_or_else(unfinished)? + 2;
        } else if inside && rest.starts_with("<!ENTITY") {
            let end = declaration_end(rest).ok_or_else(unfinished)?;
            match entity(&rest["<!ENTITY".len()..end]) {
                // The first declaration counts.
                Some((name, Some(value))) => {
                    entities.entry(name.to_owned()).or_insert_with(|| characters(value));
                }
                Some((name, None)) => {
                    removed.insert(Removed::Entity);
                    entities.entry(name.to_owned()).or_default();
                }
                None => {}
            }
            at += end + 1;
        } else if inside && rest.starts_with("<!") {
            at += declaration_end(rest).ok_or_else(unfinished)? + 1;
        } else {
            match first {
                '"' | '\'' => at += 1 + rest[1..].find(first).ok_or_else(unfinished)? + 1,
                '>' if !inside => return Ok((entities, at + 1)),
                _ => {
                    inside = (inside || first == '[') && first != ']';
                    at += first.len_utf8();
                }
            }
        }
    }
    Err(unfinished())
}

/// Where the `>` of a declaration stands, which may have some in quotes.
fn declaration_end(text: &str) -> Option<usize> {
    let mut quote = None;
    text.bytes().position(|byte| {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None, b'>') => return true,
            _ => {}
        }
        false
    })
}

/// Name and text of an entity. One without a text stands for a file; those of the document type itself are none of ours.
fn entity(declaration: &str) -> Option<(&str, Option<&str>)> {
    let declaration = declaration.trim();
    let (name, value) = declaration.split_once(char::is_whitespace)?;
    if name == "%" {
        return None;
    }
    let value = value.trim_start();
    let Some(quote) = value.chars().next().filter(|first| matches!(first, '"' | '\'')) else {
        return Some((name, None));
    };
    let value = &value[1..];
    Some((name, Some(&value[..value.find(quote)?])))
}

/// An entity's text with its numbered characters in place, as they are when it is declared.
fn characters(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find("&#") {
        out.push_str(&rest[..at]);
        let reference = &rest[at..];
        let end = reference.find(';').unwrap_or(reference.len());
        let number = &reference[2..end];
        let code = match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        match code.ok().and_then(char::from_u32) {
            Some(character) => {
                out.push(character);
                rest = reference.get(end + 1..).unwrap_or("");
            }
            None => {
                out.push_str("&#");
                rest = &reference[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Where a piece of the text stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Content,
    Tag,
    Value(char),
}

struct Writer<'a> {
    entities: &'a HashMap<String, String>,
    most: usize,
    resolved: String,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) -> Result<(), Error> {
        if self.resolved.len() + text.len() > self.most {
            return Err(limit("its entities grow beyond reason"));
        }
        self.resolved.push_str(text);
        Ok(())
    }

    /// Writes what follows the document type.
    fn write(&mut self, text: &str) -> Result<(), Error> {
        let mut place = Place::Content;
        let mut rest = text;
        while let Some(at) = rest.find(['<', '>', '&', '"', '\'']) {
            self.push(&rest[..at])?;
            rest = &rest[at..];
            let verbatim = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
            let skipped = verbatim.iter().find(|(open, _)| place == Place::Content && rest.starts_with(open));
            if let Some((_, close)) = skipped {
                let end = rest.find(close).map_or(rest.len(), |end| end + close.len());
                self.push(&rest[..end])?;
                rest = &rest[end..];
                continue;
            }
            if rest.starts_with('&') {
                let inside = if let Place::Value(quote) = place { Some(quote) } else { None };
                let length = self.reference(rest, inside, 0)?;
                rest = &rest[length..];
                continue;
            }
            let first = rest.chars().next().unwrap_or('<');
            place = match (place, first) {
                (Place::Content, '<') => Place::Tag,
                (Place::Tag, '>') => Place::Content,
                (Place::Tag, '"' | '\'') => Place::Value(first),
                (Place::Value(quote), _) if quote == first => Place::Tag,
                (place, _) => place,
            };
            self.push(&rest[..1])?;
            rest = &rest[1..];
        }
        self.push(rest)
    }

    /// Writes what the reference stands for with which the text begins; in a value, so that it stays in it. Returns how
    /// much of the text the reference is.
    fn reference(&mut self, text: &str, quote: Option<char>, depth: u32) -> Result<usize, Error> {
        let end = text.find(';').filter(|end| *end <= 200);
        let named = end.and_then(|end| Some((end, self.entities.get(&text[1..end])?)));
        let Some((end, value)) = named else {
            self.push("&")?;
            return Ok(1);
        };
        if depth > DEEPEST {
            return Err(limit("its entities stand for one another without an end"));
        }
        let mut rest = value.as_str();
        while let Some(at) = rest.find(['&', '<', '"', '\'']) {
            self.push(&rest[..at])?;
            rest = &rest[at..];
            let length = match (rest.as_bytes().first(), quote) {
                (Some(b'&'), _) => self.reference(rest, quote, depth + 1)?,
                (Some(b'<'), Some(_)) => self.push("&lt;").map(|()| 1)?,
                (Some(b'"'), Some('"')) => self.push("&quot;").map(|()| 1)?,
                (Some(b'\''), Some('\'')) => self.push("&apos;").map(|()| 1)?,
                _ => self.push(&rest[..1]).map(|()| 1)?,
            };
            rest = &rest[length..];
        }
        self.push(rest)?;
        Ok(end + 1)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::resolve;
    use crate::{Error, Removed};

    fn resolved(text: &str) -> Result<String, Error> {
        resolve(text.to_owned(), 100_000, &mut BTreeSet::new())
    }

    #[test]
    fn entities_of_drawing_programs_are_put_in_place() {
        let text = r##"<?xml version="1.0"?><!-- < --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x/svg11.dtd" [
            <!-- <!ENTITY no "no"> --> <!ATTLIST svg a CDATA ">">
            <!ENTITY ns_svg "http://www.w3.org/2000/svg"> <!ENTITY st0 'fill:"#000>";'> <!ENTITY g "<g>&amp;&#65;</g>">
        ]><svg xmlns="&ns_svg;" style="&st0;">&g;<!-- &g; --><![CDATA[&g;]]>&unknown;</svg>"##;
        let expected = r##"<?xml version="1.0"?><!-- < --><svg xmlns="http://www.w3.org/2000/svg" style="fill:&quot;#000>&quot;;"><g>&amp;A</g><!-- &g; --><![CDATA[&g;]]>&unknown;</svg>"##;
        assert_eq!(resolved(text).unwrap(), expected);
        assert_eq!(resolved("<!DOCTYPE svg><svg/>").unwrap(), "<svg/>");
        assert_eq!(resolved("<svg>&amp;</svg>").unwrap(), "<svg>&amp;</svg>");
    }

    #[test]
    fn files_stay_outside() {
        let mut removed = BTreeSet::new();
        let text = r#"<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>"#;
        assert_eq!(resolve(text.to_owned(), 1000, &mut removed).unwrap(), "<svg></svg>");
        assert!(removed.contains(&Removed::Entity));
    }

    #[test]
    fn bombs_do_not_go_off() {
        let mut text = String::from(r#"<!DOCTYPE svg [<!ENTITY a0 "ha">"#);
        for level in 1..9 {
            let again = format!("&a{};", level - 1).repeat(10);
            text.push_str(&format!(r#"<!ENTITY a{level} "{again}">"#));
        }
        assert!(matches!(resolved(&format!("{text}]><svg>&a8;</svg>")), Err(Error::Limit(_))));
        let long = "x".repeat(10_000);
        let text = format!(r#"<!DOCTYPE svg [<!ENTITY a "{long}">]><svg>{}</svg>"#, "&a;".repeat(1000));
        assert!(matches!(resolved(&text), Err(Error::Limit(_))));
        let text = r#"<!DOCTYPE svg [<!ENTITY a "&b;"><!ENTITY b "&a;">]><svg>&a;</svg>"#;
        assert!(matches!(resolved(text), Err(Error::Limit(_))));
        assert!(matches!(resolved("<!DOCTYPE svg [<!ENTITY a \"é"), Err(Error::Broken(_))));
    }
}
