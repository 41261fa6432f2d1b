//! generatePrivateImageUrl: a form of an image, private or not, by an address that is good for exactly that.

use catalog::files::FileRecord;
use contract::errors::Code;
use contract::files::{GeneratePrivateImageUrlReply, GeneratePrivateImageUrlRequest};
use contract::formats::Kind;
use contract::ids::FileId;
use contract::transform::Address;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use super::is_drawn;
use crate::Manager;
use crate::access::Caller;
use crate::delivery::link::note_link;
use crate::error::{Result, invalid};
use crate::files::resolve;
use crate::tokens::Purpose;

/// How long an address is good, in minutes.
const MINUTES: i64 = 600;

/// Below which path signed addresses are.
const HOST: &str = "media";

/// What a signature allows.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    /// The path: the file and its transformation.
    sub: String,
}

/// Clients differ in what they percent-encode; what they mean is the same.
fn subject(host: &str, id: &FileId, path: &str) -> String {
    format!("/{host}/{id}/v1/{}", percent_decode_str(path).decode_utf8_lossy())
}

/// Whether a token is a signature for this path that is still good.
pub(super) fn is_good(manager: &Manager, host: &str, id: &FileId, path: &str, token: &str) -> bool {
    let read = manager.tokens().read::<Claims>(Purpose::Image, token);
    read.is_ok_and(|read| !read.has_expired(manager.now()) && read.claims.sub == subject(host, id, path))
}

/// Signs an address. `path` is what follows `/v1/`.
fn sign(manager: &Manager, file: &FileRecord, path: &str, expires: i64) -> Result<String> {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let sub = subject(HOST, &file.id, &decoded);
    let token = manager.tokens().sign(Purpose::Image, Some(expires), Claims { sub })?;
    Ok(format!("{}/{HOST}/{}/v1/{path}?token={token}", manager.settings().content_url, file.id))
}

/// A small form of a private image, for its descriptor.
pub fn preview_url(manager: &Manager, file: &FileRecord, path: &str, expires: i64) -> Result<String> {
    sign(manager, file, path, expires)
}

/// Makes an address.
pub async fn link_image(
    manager: Manager,
    caller: Caller,
    request: GeneratePrivateImageUrlRequest,
) -> Result<GeneratePrivateImageUrlReply> {
    let (reach, id) = (caller.reach.clone(), request.file_id.unwrap_or_default());
    let file = manager.catalog().read(move |tx| resolve(tx, &reach, "fileId", &id)).await?;
    if file.format.kind != Kind::Image && !is_drawn(file.format.kind) {
        return Err(invalid(
            Code::InvalidValue,
            "fileId",
            format!("`{}` is nothing that has a picture", file.id),
        ));
    }
    let transformation = request.transformation.unwrap_or_default();
    let path = transformation.trim_start_matches('/').strip_prefix("v1/").unwrap_or(&transformation);
    Address::parse(path).map_err(|error| invalid(Code::InvalidValue, "transformation", error.to_string()))?;
    note_link(&manager, &caller, &file).await?;
    let url = sign(&manager, &file, path, manager.now() + MINUTES * 60_000)?;
    Ok(GeneratePrivateImageUrlReply { url })
}
