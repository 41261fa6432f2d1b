//! The text of a cue: known tags, in balance, and everything else as plain text.

/// Tags that may be open at once; deeper ones are left out.
const DEEPEST: usize = 16;

/// Cleans the text of a cue. Lines without text are left out. In SubRip, what stands as in `{\an8}` is a command of
/// other players.
pub(super) fn cleaned(lines: &[&str], subrip: bool) -> String {
    let joined = lines.join("\n");
    let mut clean = Clean::default();
    let mut rest = joined.as_str();
    while let Some(letter) = rest.chars().next() {
        let taken = match letter {
            '<' => clean.tag(rest),
            '&' => clean.reference(rest),
            '{' if subrip => command(rest),
            _ => 0,
        };
        if taken == 0 {
            clean.letter(letter);
        }
        rest = rest.get(taken.max(letter.len_utf8())..).unwrap_or("");
    }
    clean.close_all();
    let lines = clean.text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Bytes of a command in braces.
fn command(rest: &str) -> usize {
    // Looking no further than to the next one keeps a text full of beginnings from taking quadratic time.
    let inside = rest.strip_prefix("{\\").unwrap_or("");
    match inside.find(['{', '}', '\n']) {
        Some(end) if inside[end..].starts_with('}') => end + 3,
        _ => 0,
    }
}

#[derive(Default)]
struct Clean {
    text: String,
    open: Vec<&'static str>,
}

impl Clean {
    fn letter(&mut self, letter: char) {
        match letter {
            '<' => self.text.push_str("&lt;"),
            // So that no arrow is left.
            '>' => self.text.push_str("&gt;"),
            '&' => self.text.push_str("&amp;"),
            other => self.text.push(other),
        }
    }

    /// A character reference is taken as it is; gives the bytes that it has.
    fn reference(&mut self, rest: &str) -> usize {
        let name = rest.get(1..).unwrap_or("");
        let length =
            name.bytes().take(11).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
        let ends = name.as_bytes().get(length) == Some(&b';');
        if !ends || !(2..=10).contains(&length) {
            return 0;
        }
        let whole = rest.get(..length + 2).unwrap_or("");
        self.text.push_str(whole);
        whole.len()
    }

    /// A tag is taken if it is known and left out if it isn't; gives the bytes that it has, 0 when it is none.
    fn tag(&mut self, rest: &str) -> usize {
        // What begins another tag before it ends is none.
        let Some(content) = rest.get(1..).and_then(|rest| rest.split(['<', '>']).next()) else {
            return 0;
        };
        let length = content.len() + 2;
        if rest.as_bytes().get(length - 1) != Some(&b'>') {
            return 0;
        }
        let (closing, name) = match content.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, content),
        };
        let is_time =
            !content.is_empty() && content.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b':' | b'.'));
        if !is_time && !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            return 0;
        }
        let split = name.find(|letter: char| letter == '.' || letter.is_whitespace());
        let (name, attributes) = name.split_at(split.unwrap_or(name.len()));
        if let Some(name) = known(name) {
            if closing { self.close(name) } else { self.open(name, attributes) }
        }
        length
    }

    fn open(&mut self, name: &'static str, attributes: &str) {
        let stray = name == "rt" && self.open.last() != Some(&"ruby");
        let (classes, annotation) = match attributes.split_once(char::is_whitespace) {
            Some((classes, annotation)) => (classes, annotated(annotation)),
            None => (attributes, String::new()),
        };
        let annotation = match name {
            "v" => annotation,
            "lang" => {
                annotation.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect()
            }
            _ => String::new(),
        };
        let missing = matches!(name, "v" | "lang") && annotation.trim_matches('-').is_empty();
        if stray || missing || self.open.len() >= DEEPEST {
            return;
        }
        let mut tag = format!("<{name}");
        for class in classes.split('.').filter(|class| is_class(class)) {
            tag.push('.');
            tag.push_str(class);
        }
        if !annotation.is_empty() {
            tag.push(' ');
            tag.push_str(&annotation);
        }
        // Hyphens in the end would make an arrow.
        self.text.push_str(tag.trim_end_matches(['-', ' ']));
        self.text.push('>');
        self.open.push(name);
    }

    /// Closes a tag with all that was opened inside; one that isn't open is left out.
    fn close(&mut self, name: &str) {
        if self.open.contains(&name) {
            while let Some(last) = self.open.pop() {
                self.push_close(last);
                if last == name {
                    break;
                }
            }
        }
    }

    fn close_all(&mut self) {
        while let Some(last) = self.open.pop() {
            self.push_close(last);
        }
    }

    fn push_close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }
}

fn known(name: &str) -> Option<&'static str> {
    // SubRip is often written in capitals.
    let known = ["b", "i", "u", "c", "v", "ruby", "rt", "lang"];
    known.into_iter().find(|known| known.eq_ignore_ascii_case(name))
}

fn is_class(class: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !class.is_empty() && !class.ends_with('-') && class.bytes().all(plain)
}

/// The text inside a tag on one line, with references as they are and nothing that could begin another.
fn annotated(text: &str) -> String {
    let mut clean = Clean::default();
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = joined.as_str();
    while let Some(letter) = rest.chars().next() {
        let taken = if letter == '&' { clean.reference(rest) } else { 0 };
        if taken == 0 {
            clean.letter(letter);
        }
        rest = rest.get(taken.max(letter.len_utf8())..).unwrap_or("");
    }
    clean.text
}
