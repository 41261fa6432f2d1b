//! Signed tokens (HS256, with a key id): each names exactly what it allows, and nothing else.
//!
//! A token's audience is its purpose, checked on reading, so that no token of one purpose passes for another.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::error::{Result, internal};

/// What a token is for; its `aud` claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To send the bytes of one file.
    Upload,
    /// To send the bytes of one file in pieces.
    Resumable,
    /// To fetch one asset of one file.
    Download,
    /// To fetch one form of one image.
    Image,
    /// To play one video.
    Stream,
    /// To go on with one list.
    Cursor,
    /// To call the API as somebody.
    Access,
    /// To get the next access token.
    Refresh,
    /// To end a sign-in at an OpenID provider in the browser in which it began.
    SignIn,
}

impl Purpose {
    fn audience(self) -> &'static str {
        match self {
            Purpose::Upload => "urn:service:upload",
            Purpose::Resumable => "urn:service:upload.tus",
            // As the published links carry it (CONTRACT 1.3 (2)).
            Purpose::Download => "urn:service:file.download",
            Purpose::Image => "urn:service:image.operations",
            Purpose::Stream => "urn:service:video.stream",
            Purpose::Cursor => "urn:service:cursor",
            Purpose::Access => "urn:service:access",
            Purpose::Refresh => "urn:service:refresh",
            Purpose::SignIn => "urn:service:sign-in",
        }
    }
}

/// Why a token isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Rejected {
    /// Not one of ours, changed, or for another purpose.
    #[error("the token is not valid")]
    Invalid,
    /// Ours, but too old.
    #[error("the token has expired")]
    Expired,
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    aud: [String; 1],
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(flatten)]
    claims: T,
}

struct Key {
    signs: EncodingKey,
    reads: DecodingKey,
}

/// Signs and reads tokens with the catalog's keys. Clones share the keys.
#[derive(Clone)]
pub(crate) struct Tokens {
    keys: Arc<RwLock<Ring>>,
    clock: Clock,
}

#[derive(Default)]
struct Ring {
    current: String,
    keys: HashMap<String, Arc<Key>>,
}

impl Tokens {
    /// Without keys: [`Tokens::replace`] brings them.
    pub(crate) fn new(clock: Clock) -> Tokens {
        Tokens { keys: Arc::default(), clock }
    }

    /// Takes these keys (id and secret) instead of those known so far; the first one signs, all of them read.
    pub(crate) fn replace(&self, keys: &[(String, Vec<u8>)]) {
        let ring = Ring {
            current: keys.first().map(|(id, _)| id.clone()).unwrap_or_default(),
            keys: keys
                .iter()
                .map(|(id, secret)| {
                    let key = Key {
                        signs: EncodingKey::from_secret(secret),
                        reads: DecodingKey::from_secret(secret),
                    };
                    (id.clone(), Arc::new(key))
                })
                .collect(),
        };
        *self.keys.write().unwrap_or_else(std::sync::PoisonError::into_inner) = ring;
    }

    /// Signs `claims` for `purpose`; `expires` in milliseconds since 1970, `None` for a token that stays good.
    pub(crate) fn sign<T: Serialize>(
        &self,
        purpose: Purpose,
        expires: Option<i64>,
        claims: T,
    ) -> Result<String> {
        let (id, key) = {
            let ring = self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            let key = ring.keys.get(&ring.current).cloned();
            (ring.current.clone(), key.ok_or_else(|| internal("no signing key is known"))?)
        };
        let header = Header { kid: Some(id), ..Header::new(Algorithm::HS256) };
        let envelope = Envelope {
            aud: [purpose.audience().to_owned()],
            iat: self.clock.now() / 1000,
            exp: expires.map(|millis| millis / 1000),
            claims,
        };
        encode(&header, &envelope, &key.signs).map_err(internal)
    }

    /// The claims of a token of ours for `purpose`. An expired one still tells them, so that its reader can act.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        token: &str,
    ) -> Result<Claims<T>, Rejected> {
        let header = decode_header(token).map_err(|_| Rejected::Invalid)?;
        let key = {
            let ring = self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            header.kid.and_then(|id| ring.keys.get(&id).cloned()).ok_or(Rejected::Invalid)?
        };
        let mut rules = Validation::new(Algorithm::HS256);
        rules.required_spec_claims.clear();
        rules.set_audience(&[purpose.audience()]);
        // The library would ask the system's clock; ours can be moved by tests.
        rules.validate_exp = false;
        let data = decode::<Envelope<T>>(token, &key.reads, &rules).map_err(|_| Rejected::Invalid)?;
        let expires = data.claims.exp.map(|seconds| seconds * 1000);
        Ok(Claims { claims: data.claims.claims, issued: data.claims.iat * 1000, expires })
    }

    /// The claims of a token that is still good.
    pub(crate) fn read_live<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        token: &str,
    ) -> Result<T, Rejected> {
        let read = self.read(purpose, token)?;
        if read.has_expired(self.clock.now()) { Err(Rejected::Expired) } else { Ok(read.claims) }
    }
}

/// What a token says.
#[derive(Debug, Clone)]
pub(crate) struct Claims<T> {
    /// Its own claims.
    pub(crate) claims: T,
    /// When it was made.
    pub(crate) issued: i64,
    /// When it ends, if ever.
    pub(crate) expires: Option<i64>,
}

impl<T> Claims<T> {
    /// Whether it is too old.
    pub(crate) fn has_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn tokens(clock: &Clock) -> Tokens {
        let tokens = Tokens::new(clock.clone());
        tokens.replace(&[("k1".into(), vec![7; 32])]);
        tokens
    }

    #[test]
    fn a_token_serves_one_purpose_until_it_expires() {
        let clock = Clock::default();
        let tokens = tokens(&clock);
        let token = tokens
            .sign(Purpose::Upload, Some(clock.now() + 60_000), serde_json::json!({ "jti": "u1" }))
            .expect("a key is known");
        let read = |purpose| tokens.read_live::<serde_json::Value>(purpose, &token);
        assert_eq!(read(Purpose::Upload).expect("good")["jti"], "u1");
        assert_eq!(read(Purpose::Download).expect_err("other purpose"), Rejected::Invalid);
        clock.advance(Duration::from_secs(61));
        assert_eq!(read(Purpose::Upload).expect_err("too old"), Rejected::Expired);
    }

    #[test]
    fn a_changed_token_is_refused_whichever_byte_changed() {
        let tokens = tokens(&Clock::default());
        let token =
            tokens.sign(Purpose::Cursor, None, serde_json::json!({ "a": 1 })).expect("a key is known");
        for index in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            // The last character of a segment carries unused bits, so flip a high one.
            bytes[index] = if bytes[index] == b'A' { b'z' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ascii");
            assert!(tokens.read::<serde_json::Value>(Purpose::Cursor, &changed).is_err(), "byte {index}");
            assert!(
                tokens.read::<serde_json::Value>(Purpose::Cursor, &token[..index]).is_err(),
                "cut at {index}"
            );
        }
    }

    #[test]
    fn a_retired_key_still_reads_and_a_forgotten_one_does_not() {
        let tokens = tokens(&Clock::default());
        let token =
            tokens.sign(Purpose::Cursor, None, serde_json::json!({ "a": 1 })).expect("a key is known");
        tokens.replace(&[("k2".into(), vec![8; 32]), ("k1".into(), vec![7; 32])]);
        assert!(tokens.read::<serde_json::Value>(Purpose::Cursor, &token).is_ok());
        tokens.replace(&[("k2".into(), vec![8; 32])]);
        assert!(tokens.read::<serde_json::Value>(Purpose::Cursor, &token).is_err());
    }
}
