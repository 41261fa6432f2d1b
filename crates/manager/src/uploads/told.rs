//! What clients say of a file in `Upload-Metadata`: pairs of a key and a base64 text, comma-separated.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// What a client calls a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// Its name.
    pub(super) file_name: Option<String>,
    /// Its type.
    pub(super) content_type: Option<String>,
}

impl Told {
    /// Reads the keys of the contract, and those that other clients use by default.
    pub(super) fn of(metadata: &str) -> Told {
        let first = |keys: &[&str]| keys.iter().find_map(|key| value(metadata, key));
        Told {
            file_name: first(&["filename", "name"]),
            content_type: first(&["contentType", "filetype", "type"]),
        }
    }
}

/// The value of a key, if it is there and a text.
pub(super) fn value(metadata: &str, key: &str) -> Option<String> {
    let mut pairs = metadata.split(',').filter_map(|pair| pair.trim().split_once(' '));
    let (_, value) = pairs.find(|(name, _)| *name == key)?;
    String::from_utf8(BASE64_STANDARD.decode(value.trim()).ok()?).ok().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_are_pairs_of_which_any_may_be_missing_or_wrong() {
        let told =
            Told::of("token dG9rZW4=, filename w6kuanBn,contentType !!!,empty,,filetype aW1hZ2UvanBlZw==");
        assert_eq!(told.file_name.as_deref(), Some("é.jpg"));
        assert_eq!(told.content_type.as_deref(), Some("image/jpeg"));
        assert_eq!(value("token dG9rZW4=", "token").as_deref(), Some("token"));
        assert_eq!(value("", "token"), None);
    }
}
