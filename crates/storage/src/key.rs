//! Names of stored objects.

use std::fmt;

/// The name of a stored object: segments joined by `/`. A key that leads out of the store can't be made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobKey(String);

/// A text that is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of a stored object")]
pub struct NotAKey(pub(crate) String);

/// The longest key, in bytes: what file systems take as one name.
const LONGEST: usize = 255;

impl BlobKey {
    /// Joins segments of ASCII letters, digits and `._~-`; none may be empty or start with a dot, and all together
    /// may take 255 bytes.
    pub fn new(segments: &[&str]) -> Result<BlobKey, NotAKey> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte);
        let fits =
            |segment: &&str| !segment.is_empty() && !segment.starts_with('.') && segment.bytes().all(allowed);
        let whole = segments.join("/");
        if !segments.is_empty() && whole.len() <= LONGEST && segments.iter().all(fits) {
            Ok(BlobKey(whole))
        } else {
            Err(NotAKey(whole))
        }
    }

    /// Reads a key as [`BlobKey::as_str`] wrote it.
    pub fn parse(text: &str) -> Result<BlobKey, NotAKey> {
        BlobKey::new(&text.split('/').collect::<Vec<_>>())
    }

    /// The whole key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_cannot_lead_out_of_the_store() {
        assert_eq!(BlobKey::new(&["a", "b~mv2.jpg"]).expect("a key").as_str(), "a/b~mv2.jpg");
        assert!(BlobKey::parse(&"x".repeat(255)).is_ok());
        for text in [
            "",
            "/",
            "a//b",
            "../a",
            "a/..",
            "a/.b",
            "a\\b",
            "a\0",
            "a b",
            "ä",
            &"x".repeat(256),
            &"a/".repeat(128),
        ] {
            assert!(BlobKey::parse(text).is_err(), "{text:?}");
        }
    }
}
