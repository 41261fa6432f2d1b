//! Names of variants.

use std::fmt;

use crate::key::NotAKey;

/// Folders that owners are spread over: three hex digits.
pub(super) const SHARDS: usize = 4096;
/// The longest name of an owner or a variant, in bytes.
const LONGEST: usize = 128;

/// The name of a variant: whose it is, and which one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantKey {
    pub(super) shard: usize,
    pub(super) owner: String,
    pub(super) name: String,
}

impl VariantKey {
    /// `owner` is a file's id: lower-case ASCII letters, digits and `_~.`, not starting with a dot. `name` is hex digits,
    /// a dot and an extension. Each may take 128 bytes. So no name leads out of the cache.
    pub fn new(owner: &str, name: &str) -> Result<VariantKey, NotAKey> {
        match shard_of(owner).filter(|_| is_name(name)) {
            Some(shard) => Ok(VariantKey { shard, owner: owner.to_owned(), name: name.to_owned() }),
            None => Err(NotAKey(format!("{owner}/{name}"))),
        }
    }
}

impl fmt::Display for VariantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// Which folder the variants of an owner lie in; `None` for what can't be one.
pub(super) fn shard_of(owner: &str) -> Option<usize> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_~.".contains(&byte);
    let is_owner = (1..=LONGEST).contains(&owner.len()) && !owner.starts_with('.') && owner.bytes().all(fits);
    is_owner.then(|| crc32fast::hash(owner.as_bytes()) as usize % SHARDS)
}

fn is_name(name: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.len() <= LONGEST
        && name.split_once('.').is_some_and(|(key, extension)| {
            !key.is_empty() && is_hex(key) && !extension.is_empty() && is_word(extension)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_cannot_lead_out_of_the_cache() {
        let (owner, name) = ("4acbb8_0123456789abcdef0123456789abcdef~mv2.jpg", "00ff.webp");
        let key = VariantKey::new(owner, name).expect("a key");
        assert_eq!(key.to_string(), format!("{owner}/{name}"));
        assert!(key.shard < SHARDS);
        let long = "a".repeat(LONGEST + 1);
        for owner in ["", ".", "..", ".a", "a/b", "/a", "a\\b", "a\0", "a b", "A", "ä", "a%2f", &long] {
            assert!(VariantKey::new(owner, name).is_err(), "{owner:?}");
        }
        for name in
            ["", ".", "..", ".webp", "00ff", "00ff.", "00ff.we/p", "../00.webp", "xy.webp", "00.a.b", &long]
        {
            assert!(VariantKey::new(owner, name).is_err(), "{name:?}");
        }
    }
}
