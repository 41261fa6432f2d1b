//! The keys that messages are signed with: RSA of 2048 bits, as receivers expect RS256 (CONTRACT 6.2).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use catalog::webhooks::SigningKey;
use pem::{EncodeConfig, LineEnding, Pem, encode_config};
use uuid::Uuid;

use crate::error::{Result, internal};

/// Makes a key, which takes a good part of a second.
pub(super) async fn generate(now: i64) -> Result<SigningKey> {
    let made = tokio::task::spawn_blocking(move || {
        let failed = |_| internal("no RSA key could be made");
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let secret: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
        let public: PublicKeyX509Der<'_> =
            aws_lc_rs::signature::KeyPair::public_key(&pair).as_der().map_err(failed)?;
        Ok(SigningKey {
            id: Uuid::new_v4().to_string(),
            secret: written("PRIVATE KEY", secret.as_ref()).into_bytes(),
            public: written("PUBLIC KEY", public.as_ref()),
            created: now,
        })
    });
    made.await.map_err(internal)?
}

fn written(tag: &str, der: &[u8]) -> String {
    encode_config(&Pem::new(tag, der), EncodeConfig::new().set_line_ending(LineEnding::LF))
}
