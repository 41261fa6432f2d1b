//! CSS with nothing in it but what is known to draw: rules, properties and functions by name, addresses within the drawing.
//!
//! What is kept is written anew from its tokens, so that no two readers can differ about where a string ends.

use std::collections::BTreeSet;

use cssparser::{
    Delimiter, ParseError, ParseErrorKind, Parser, ToCss, Token, TokenSerializationType, serialize_identifier,
};

use crate::allow;
use crate::reference::{self, Target};
use crate::{Removed, write};

/// Blocks within blocks.
const DEEPEST: u32 = 16;

/// Rules that hold rules.
const GROUPS: &[&str] = &["media", "supports", "layer", "container"];

/// Why something isn't kept.
enum Refused {
    /// It would have loaded something.
    Reference,
    /// It isn't known, or can't be read.
    Unknown,
}

type Outcome<T> = Result<T, ParseError<Refused>>;

fn refused<T>(why: Refused) -> Outcome<T> {
    Err(ParseError::custom(why))
}

/// Where a value stands: what it may refer to goes by that.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Selector,
    Value,
    Font,
}

/// A style sheet, cleaned.
pub(crate) fn sheet(text: &str, removed: &mut BTreeSet<Removed>) -> String {
    let mut cleaner = Cleaner { out: String::new(), removed };
    cleaner.rules(&mut Parser::new(text), 0);
    cleaner.out
}

/// What stands in a `style` attribute, cleaned.
pub(crate) fn declarations(text: &str, removed: &mut BTreeSet<Removed>) -> String {
    let mut cleaner = Cleaner { out: String::new(), removed };
    cleaner.declarations(&mut Parser::new(text), Place::Value);
    cleaner.out
}

/// The value of an attribute that is a property, cleaned. `None` where nothing is left of it.
pub(crate) fn value(property: &str, text: &str, removed: &mut BTreeSet<Removed>) -> Option<String> {
    // Most values are words and numbers, where nothing can hide.
    if !text.contains(['(', '\\', '"', '\'', '<', '@', '/']) {
        return Some(text.to_owned());
    }
    let mut cleaner = Cleaner { out: String::new(), removed };
    match cleaner.tokens(&mut Parser::new(text), Place::Value, 0) {
        Ok(value) => Some(value.trim().to_owned()),
        Err(error) => cleaner.instead(property, &error).map(str::to_owned),
    }
}

struct Cleaner<'a> {
    out: String,
    removed: &'a mut BTreeSet<Removed>,
}

impl Cleaner<'_> {
    fn rules(&mut self, parser: &mut Parser<'_>, depth: u32) {
        while let Ok(token) = parser.next_including_whitespace() {
            match token.clone() {
                Token::WhiteSpace(_) | Token::Semicolon | Token::CDO | Token::CDC => {}
                Token::AtKeyword(name) => self.at_rule(&name.to_ascii_lowercase(), parser, depth),
                first => {
                    let selector = self.prelude(parser, Some(first));
                    if let Some(selector) = selector {
                        self.block(parser, &selector, |cleaner, block| {
                            cleaner.declarations(block, Place::Value);
                        });
                    }
                }
            }
        }
    }

    fn at_rule(&mut self, name: &str, parser: &mut Parser<'_>, depth: u32) {
        let plain = name.strip_prefix("-webkit-").or_else(|| name.strip_prefix("-moz-")).unwrap_or(name);
        if matches!(plain, "import") {
            self.removed.insert(Removed::Reference);
        }
        let known = GROUPS.contains(&plain) || matches!(plain, "keyframes" | "font-face");
        let Some(prelude) = self.prelude(parser, None) else { return };
        if !known || depth > DEEPEST {
            let _ = parser.parse_nested_block(|_| -> Outcome<()> { Ok(()) });
            return;
        }
        let head = format!("@{name}{prelude}");
        self.block(parser, &head, |cleaner, block| match plain {
            "font-face" => cleaner.declarations(block, Place::Font),
            _ => cleaner.rules(block, depth + 1),
        });
    }

    /// Reads to the block of a rule. `None`, and behind the rule, where there is none or where it is refused.
    fn prelude(&mut self, parser: &mut Parser<'_>, first: Option<Token<'_>>) -> Option<String> {
        let mut writer = Writer::default();
        let mut good = true;
        let mut next = first;
        loop {
            let token = match next.take() {
                Some(token) => token,
                None => parser.next_including_whitespace_and_comments().ok()?.clone(),
            };
            match token {
                Token::CurlyBracketBlock if good => return Some(writer.out),
                Token::CurlyBracketBlock => {
                    let _ = parser.parse_nested_block(|_| -> Outcome<()> { Ok(()) });
                    return None;
                }
                Token::Semicolon => return None,
                token => good &= self.token(&token, parser, &mut writer, Place::Selector, 0).is_ok(),
            }
        }
    }

    /// Writes a rule if its block has something in it.
    fn block(
        &mut self,
        parser: &mut Parser<'_>,
        head: &str,
        inside: impl FnOnce(&mut Self, &mut Parser<'_>),
    ) {
        let start = self.out.len();
        self.out.push_str(head.trim_end());
        self.out.push('{');
        let open = self.out.len();
        let _ = parser.parse_nested_block(|block| -> Outcome<()> {
            inside(self, block);
            while block.next().is_ok() {}
            Ok(())
        });
        if self.out.len() == open {
            self.out.truncate(start);
        } else {
            self.out.push('}');
        }
    }

    fn declarations(&mut self, parser: &mut Parser<'_>, place: Place) {
        loop {
            let name = match parser.next() {
                Ok(Token::Ident(name)) => Some(name.to_string()),
                Ok(Token::Semicolon) => continue,
                Ok(_) => None,
                Err(_) => return,
            };
            let colon = name.is_some() && parser.try_parse(Parser::expect_colon).is_ok();
            let value = parser.parse_until_after(Delimiter::Semicolon, |value| {
                let value_text = self.tokens(value, place, 0);
                while value.next().is_ok() {}
                value_text
            });
            let Some(name) = name.filter(|_| colon) else { continue };
            let lower = if name.starts_with("--") { name } else { name.to_ascii_lowercase() };
            if !allow::property(&lower) || (lower == "src" && place != Place::Font) {
                continue;
            }
            let value = match &value {
                Ok(value) => value.trim(),
                Err(error) => match self.instead(&lower, error) {
                    Some(instead) => instead,
                    None => continue,
                },
            };
            let _ = serialize_identifier(&lower, &mut self.out);
            self.out.push(':');
            self.out.push_str(value);
            self.out.push(';');
        }
    }

    /// What stands for a value that would have loaded something, where there is a way to say "nothing".
    fn instead(&mut self, property: &str, error: &ParseError<Refused>) -> Option<&'static str> {
        let ParseErrorKind::Custom(Refused::Reference) = &error.kind else { return None };
        self.removed.insert(Removed::Reference);
        let paints = property.starts_with("marker")
            || matches!(property, "fill" | "stroke" | "filter" | "mask" | "clip-path");
        paints.then_some("none")
    }

    /// All tokens to the end.
    fn tokens(&mut self, parser: &mut Parser<'_>, place: Place, depth: u32) -> Outcome<String> {
        let mut writer = Writer::default();
        let mut outcome = Ok(());
        while let Ok(token) = parser.next_including_whitespace_and_comments() {
            let token = token.clone();
            let one = self.token(&token, parser, &mut writer, place, depth);
            // That something would have loaded something is worth more than that it can't be read.
            let loads = matches!(&one, Err(error) if matches!(error.kind, ParseErrorKind::Custom(Refused::Reference)));
            if outcome.is_ok() || loads {
                outcome = one.and(outcome);
            }
        }
        outcome.map(|()| writer.out)
    }

    fn token(
        &mut self,
        token: &Token<'_>,
        parser: &mut Parser<'_>,
        writer: &mut Writer,
        place: Place,
        depth: u32,
    ) -> Outcome<()> {
        if depth > DEEPEST {
            return refused(Refused::Unknown);
        }
        match token {
            Token::Comment(_) => {}
            Token::WhiteSpace(_) => writer.space(),
            Token::Delim('<' | '\\') | Token::AtKeyword(_) | Token::CDO | Token::CDC => {
                return refused(Refused::Unknown);
            }
            Token::BadUrl(_) | Token::BadString(_) | Token::CurlyBracketBlock => {
                return refused(Refused::Unknown);
            }
            Token::CloseParenthesis | Token::CloseSquareBracket | Token::CloseCurlyBracket => {
                return refused(Refused::Unknown);
            }
            Token::UnquotedUrl(address) => writer.push(token, &url(address, place)?),
            Token::QuotedString(text) => writer.push(token, &write::css_string(text)),
            Token::Function(name) => {
                let lower = name.to_ascii_lowercase();
                if matches!(lower.as_str(), "url" | "src") {
                    let address = parser.parse_nested_block(|block| -> Outcome<String> {
                        let address = block.expect_string().map(ToString::to_string);
                        let whole = block.is_exhausted();
                        address.ok().filter(|_| whole).map_or_else(|| refused(Refused::Unknown), Ok)
                    })?;
                    writer.push(token, &url(&address, place)?);
                    return Ok(());
                }
                let inside = parser.parse_nested_block(|block| self.tokens(block, place, depth + 1))?;
                if matches!(lower.as_str(), "image" | "image-set" | "-webkit-image-set" | "cross-fade") {
                    return refused(Refused::Reference);
                }
                if !allow::function(&lower) {
                    return refused(Refused::Unknown);
                }
                writer.push(token, &format!("{name}({inside})"));
            }
            Token::ParenthesisBlock | Token::SquareBracketBlock => {
                let inside = parser.parse_nested_block(|block| self.tokens(block, place, depth + 1))?;
                let written = match token {
                    Token::ParenthesisBlock => format!("({inside})"),
                    _ => format!("[{inside}]"),
                };
                writer.push(token, &written);
            }
            other => writer.push(other, &other.to_css_string()),
        }
        Ok(())
    }
}

/// An address as it is written anew, if it may stay.
fn url(address: &str, place: Place) -> Outcome<String> {
    match reference::target(address) {
        Target::Fragment(id) if place == Place::Value => {
            let plain =
                id.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | ':'));
            Ok(if plain {
                format!("url(#{id})")
            } else {
                format!("url({})", write::css_string(&format!("#{id}")))
            })
        }
        Target::Data if place == Place::Font => reference::font(address)
            .map_or_else(|| refused(Refused::Unknown), |font| Ok(format!("url({font})"))),
        _ => refused(Refused::Reference),
    }
}

/// Tokens in a row, with what keeps them apart.
#[derive(Default)]
struct Writer {
    out: String,
    last: Option<TokenSerializationType>,
}

impl Writer {
    fn space(&mut self) {
        self.out.push(' ');
        self.last = None;
    }

    fn push(&mut self, token: &Token<'_>, written: &str) {
        let kind = token.serialization_type();
        if self.last.is_some_and(|last| last.needs_separator_when_before(kind)) {
            self.out.push_str("/**/");
        }
        self.out.push_str(written);
        // What ends with a bracket needs nothing behind it.
        self.last = Some(kind).filter(|_| !written.ends_with([')', ']']));
    }
}
