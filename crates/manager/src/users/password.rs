//! Passwords: argon2id, with the parameters that OWASP recommends (19 MiB, two passes), which are the crate's defaults.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use contract::errors::Code;
use uuid::Uuid;

use crate::error::{Result, internal, invalid};

/// Characters of the shortest password.
const SHORTEST: usize = 10;
/// Characters of the longest one: hashing must not take longer for whoever sends more.
const LONGEST: usize = 1000;

/// A password for somebody who gave none.
pub(super) fn make() -> String {
    Uuid::new_v4().simple().to_string()
}

/// The hash of a new password, as a PHC string.
pub(super) async fn hash(password: String) -> Result<String> {
    let length = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        let text = format!("`password` must have {SHORTEST} to {LONGEST} characters");
        return Err(invalid(Code::InvalidValue, "password", text));
    }
    let hashed = tokio::task::spawn_blocking(move || hashed(&password)).await;
    hashed.map_err(internal)?.map_err(|error| internal(error.to_string()))
}

fn hashed(password: &str) -> argon2::password_hash::Result<String> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

/// What is compared with where there is no password, so that it takes as long.
static NONE: LazyLock<String> = LazyLock::new(|| hashed("nobody's password").unwrap_or_default());

/// Whether `password` is the one that was hashed; never where none was, after the same work.
pub(super) async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    let verified = tokio::task::spawn_blocking(move || {
        let stored =
            PasswordHash::new(hash.as_deref().unwrap_or(&NONE)).map_err(|error| error.to_string())?;
        let same = Argon2::default().verify_password(password.as_bytes(), &stored).is_ok();
        Ok::<_, String>(same && hash.is_some())
    });
    verified.await.map_err(internal)?.map_err(internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_hashed_with_argon2id_and_fits_itself_alone() {
        let hash = hash("correct horse".into()).await.expect("long enough");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("correct horse".into(), Some(hash.clone())).await.expect("a hash"));
        assert!(!verify("correct house".into(), Some(hash)).await.expect("a hash"));
        assert!(!verify("nobody's password".into(), None).await.expect("no hash"));
        assert!(super::hash("short".into()).await.is_err());
    }
}
