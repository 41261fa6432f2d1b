//! What is wrong with a name, or with where a link leads, for whoever unpacks it.

/// How a name could surprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// It climbs out of the folder that it is unpacked into.
    Climbs,
    /// It begins at the root, or with a drive.
    Absolute,
    /// It holds a NUL, where some programs stop reading.
    Nul,
    /// It holds control characters, or such that turn the direction of text.
    Control,
    /// Backslashes are separators on Windows, and letters elsewhere.
    Backslash,
    /// Windows keeps the name for a device, or drops its end.
    Windows,
    /// It is longer than file systems allow.
    Long,
}

/// The worst that can be said of a name.
pub(crate) fn fault(name: &str) -> Option<Fault> {
    let drive = name.as_bytes().get(1) == Some(&b':') && name.as_bytes()[0].is_ascii_alphabetic();
    if name.starts_with(['/', '\\']) || drive {
        return Some(Fault::Absolute);
    }
    if climbs(name) {
        return Some(Fault::Climbs);
    }
    if name.contains('\0') {
        return Some(Fault::Nul);
    }
    if name.chars().any(unseen) {
        return Some(Fault::Control);
    }
    if name.contains('\\') {
        return Some(Fault::Backslash);
    }
    if name.len() > 4096 || name.split('/').any(|part| part.len() > 255) {
        return Some(Fault::Long);
    }
    let parts = name.split('/').filter(|part| !part.is_empty() && *part != ".");
    parts.into_iter().any(reserved).then_some(Fault::Windows)
}

/// Characters that hide, or turn what stands beside them.
fn unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// Whether a path leaves the folder it starts in, on its way or at its end.
fn climbs(path: &str) -> bool {
    let mut depth = 0_i64;
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        if depth < 0 {
            return true;
        }
    }
    false
}

/// Whether Windows takes a part of a path for something else.
fn reserved(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end();
    let device = ["CON", "PRN", "AUX", "NUL"].iter().any(|device| stem.eq_ignore_ascii_case(device));
    let port = stem.len() == 4
        && stem.is_char_boundary(3)
        && ["COM", "LPT"].iter().any(|port| stem[..3].eq_ignore_ascii_case(port))
        && stem.as_bytes()[3].is_ascii_digit();
    let dropped = part != ".." && part.ends_with(['.', ' ']);
    device || port || dropped || part.contains([':', '<', '>', '"', '|', '?', '*'])
}

/// Whether a symbolic link leads out of the folder that the archive is unpacked into.
pub(crate) fn leads_out(name: &str, target: &str) -> bool {
    if matches!(fault(target), Some(Fault::Absolute)) {
        return true;
    }
    let folder = name.trim_end_matches('/').rsplit_once('/').map_or("", |(folder, _)| folder);
    climbs(&format!("{folder}/{target}"))
}

impl Fault {
    /// What is said of one such name.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Climbs => "its name leads out of the folder it is unpacked into",
            Self::Absolute => "its name begins at the root of a disk",
            Self::Nul => "its name holds a NUL character, where some programs stop reading",
            Self::Control => "its name holds characters that can't be seen",
            Self::Backslash => "its name holds backslashes, which only Windows takes for folders",
            Self::Windows => "Windows can't unpack it under this name",
            Self::Long => "its name is longer than file systems allow",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged_by_what_they_do() {
        for (name, expected) in [
            ("a/b.txt", None),
            ("a/../b", None),
            ("./a", None),
            ("a/..b/c..d", None),
            ("naïve/日本.txt", None),
            ("../a", Some(Fault::Climbs)),
            ("a/../../b", Some(Fault::Climbs)),
            ("..\\a", Some(Fault::Climbs)),
            ("/etc/passwd", Some(Fault::Absolute)),
            ("C:\\a", Some(Fault::Absolute)),
            ("c:a", Some(Fault::Absolute)),
            ("\\\\server\\share", Some(Fault::Absolute)),
            ("a\0.txt", Some(Fault::Nul)),
            ("a\u{1b}[2J", Some(Fault::Control)),
            ("exe.\u{202e}gpj", Some(Fault::Control)),
            ("a\\b", Some(Fault::Backslash)),
            ("a/nul.txt", Some(Fault::Windows)),
            ("COM1", Some(Fault::Windows)),
            ("a./b", Some(Fault::Windows)),
            ("what?", Some(Fault::Windows)),
            ("ÄÖÜ1", None),
        ] {
            assert_eq!(fault(name), expected, "{name:?}");
        }
        assert!(leads_out("a/b", "../../c") && leads_out("a", "/etc") && !leads_out("a/b", "../c"));
    }
}
