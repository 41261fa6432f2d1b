//! What rows there are, and of what numbers.

use crate::{Error, broken};

/// Elements, and properties of each.
const MOST: usize = 256;
/// Bytes that a header may have.
const LONGEST: usize = 64 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Words,
    Little,
    Big,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    F32,
    F64,
}

impl Number {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "char" | "int8" => Self::I8,
            "uchar" | "uint8" => Self::U8,
            "short" | "int16" => Self::I16,
            "ushort" | "uint16" => Self::U16,
            "int" | "int32" => Self::I32,
            "uint" | "uint32" => Self::U32,
            "float" | "float32" => Self::F32,
            "double" | "float64" => Self::F64,
            _ => return None,
        })
    }

    pub(super) fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// The value that stands for all of a colour.
    pub(super) fn most(self) -> f32 {
        match self {
            Self::I8 | Self::U8 => 255.0,
            Self::I16 | Self::U16 => 65_535.0,
            Self::I32 | Self::U32 => 4_294_967_295.0,
            Self::F32 | Self::F64 => 1.0,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) kind: Number,
    /// What says how many there are, where it is a list.
    pub(super) length: Option<Number>,
}

#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) count: u64,
    pub(super) properties: Vec<Property>,
}

#[derive(Debug, Clone)]
pub(super) struct Header {
    pub(super) form: Form,
    pub(super) elements: Vec<Element>,
    pub(super) comments: Vec<String>,
}

impl Header {
    /// The header and what follows it.
    pub(super) fn read(bytes: &[u8]) -> Result<(Self, &[u8]), Error> {
        let mut header = Self { form: Form::Words, elements: Vec::new(), comments: Vec::new() };
        let mut rest = bytes;
        let mut first = true;
        loop {
            let most = rest.len().min(LONGEST);
            let end = rest[..most].iter().position(|byte| *byte == b'\n' || *byte == b'\r');
            let end = end.filter(|_| bytes.len() - rest.len() < LONGEST);
            let end = end.ok_or_else(|| broken("its header doesn't end"))?;
            let line = String::from_utf8_lossy(&rest[..end]).into_owned();
            // Lines end in one of three ways.
            let two = rest[end] == b'\r' && rest.get(end + 1) == Some(&b'\n');
            rest = &rest[end + 1 + usize::from(two)..];
            let line = line.trim();
            if std::mem::take(&mut first) {
                if line != "ply" {
                    return Err(broken("it does not begin as a PLY does"));
                }
            } else if line == "end_header" {
                return Ok((header, rest));
            } else {
                header.line(line).ok_or_else(|| broken(format!("its header says “{line:.80}”")))?;
            }
        }
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let words: Vec<&str> = line.split_ascii_whitespace().take(6).collect();
        match words[..] {
            ["format", form, _] => {
                self.form = match form {
                    "ascii" => Form::Words,
                    "binary_little_endian" => Form::Little,
                    "binary_big_endian" => Form::Big,
                    _ => return None,
                };
            }
            ["comment" | "obj_info", ..] => {
                let text = line.split_once(char::is_whitespace).map_or("", |(_, text)| text);
                self.comments.push(text.trim().to_owned());
            }
            ["element", name, count] if self.elements.len() < MOST => {
                let count = count.parse().ok()?;
                self.elements.push(Element { name: name.into(), count, properties: Vec::new() });
            }
            ["property", "list", length, kind, name] => {
                let length = Some(Number::of(length)?);
                self.property(Property { name: name.into(), kind: Number::of(kind)?, length })?;
            }
            ["property", kind, name] => {
                self.property(Property { name: name.into(), kind: Number::of(kind)?, length: None })?;
            }
            ["format" | "element" | "property", ..] => return None,
            // Comments that aren't marked as such.
            _ => {}
        }
        Some(())
    }

    fn property(&mut self, property: Property) -> Option<()> {
        let element = self.elements.last_mut()?;
        (element.properties.len() < MOST).then(|| element.properties.push(property))
    }
}
