//! generateFileDownloadUrl, generateVideoStreamingUrl, and what such links lead to.

use catalog::files::{self, FileRecord, Status};
use contract::enums::ContentDisposition;
use contract::errors::Code;
use contract::files::{DownloadUrl, GenerateFileDownloadUrlReply, GenerateFileDownloadUrlRequest};
use contract::formats::extension_of;
use contract::validate::unsupported;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::made::made_of;
use super::original::{Original, find};
use super::policy::{Bearing, decide};
use super::video::asset_content;
use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::error::{Error, Result, refused};
use crate::files::resolve;
use crate::names;
use crate::tokens::Purpose;

/// How long a link is good when the request doesn't say, in minutes.
const USUAL_MINUTES: i64 = 600;

/// What a link allows: one asset of one file. The claims have the names that the published links use (CONTRACT 1.3 (2)).
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    jti: String,
    obj: [[Object; 1]; 1],
    dis: Disposition,
    /// Where a link that is too old leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    red: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Object {
    path: String,
    asset: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Disposition {
    filename: String,
    #[serde(rename = "type")]
    kind: String,
}

/// What a link is to allow.
pub(crate) struct Linked<'a> {
    pub(crate) asset: &'a str,
    pub(crate) shown: ContentDisposition,
    pub(crate) name: &'a str,
    pub(crate) redirect: Option<&'a str>,
}

/// A link that is good until `expires`.
pub(crate) fn sign_link(
    manager: &Manager,
    file: &FileRecord,
    linked: Linked<'_>,
    expires: i64,
) -> Result<String> {
    let path = format!("/{}/{}", file.format.kind.host_path(), file.id);
    let issuer = format!("urn:app:{}", file.added_by.replace('-', ""));
    let claims = Claims {
        iss: issuer.clone(),
        sub: issuer,
        jti: Uuid::new_v4().to_string(),
        obj: [[Object { path: path.clone(), asset: linked.asset.to_owned() }]],
        dis: Disposition {
            filename: linked.name.to_owned(),
            kind: match linked.shown {
                ContentDisposition::Attachment => "attachment".to_owned(),
                ContentDisposition::Inline => "inline".to_owned(),
            },
        },
        red: linked.redirect.map(str::to_owned),
    };
    let token = manager.tokens().sign(Purpose::Download, Some(expires), claims)?;
    Ok(format!("{}/download{path}?token={token}", manager.settings().content_url))
}

/// Makes a link to each asset asked for.
pub async fn link_file(
    manager: Manager,
    caller: Caller,
    request: GenerateFileDownloadUrlRequest,
) -> Result<GenerateFileDownloadUrlReply> {
    let (reach, id) = (caller.reach.clone(), request.file_id.unwrap_or_default());
    let found = manager.catalog().read(move |tx| {
        let file = resolve(tx, &reach, "fileId", &id)?;
        let mut keys: Vec<String> = files::assets(tx, file.num)?.into_iter().map(|asset| asset.key).collect();
        keys.extend(
            made_of(&file).filter(|_| file.status == Status::Ready).map(|what| what.key().to_owned()),
        );
        // A link to bytes that are still on their way is good once they are here.
        if keys.is_empty() && file.status == Status::Pending {
            keys.push("src".to_owned());
        }
        Ok::<_, Error>((file, keys))
    });
    let (file, has) = found.await?;
    let asked = request.asset_keys.filter(|keys| !keys.is_empty()).unwrap_or_else(|| vec!["src".to_owned()]);
    let has: Vec<&str> = has.iter().map(String::as_str).collect();
    let unknown = asked.iter().enumerate().filter(|(_, key)| !has.contains(&key.as_str()));
    let violations: Vec<_> = unknown
        .map(|(index, key)| unsupported(Code::InvalidAssetKey, format!("assetKeys[{index}]"), key, &has))
        .collect();
    if !violations.is_empty() {
        return Err(Error::Invalid(violations));
    }
    let name = names::chosen_if_any("downloadFileName", request.download_file_name.as_deref())?;
    note_link(&manager, &caller, &file).await?;
    let expires = manager.now() + request.expiration_in_minutes.unwrap_or(USUAL_MINUTES) * 60_000;
    let link = |asset_key: String| {
        let linked = Linked {
            asset: &asset_key,
            shown: request.content_disposition.unwrap_or_default(),
            name: &name.clone().unwrap_or_else(|| saved_as(&file.name, &asset_key)),
            redirect: request.expiration_redirect_url.as_deref(),
        };
        let url = sign_link(&manager, &file, linked, expires)?;
        Ok(DownloadUrl { url, asset_key })
    };
    Ok(GenerateFileDownloadUrlReply { download_urls: asked.into_iter().map(link).collect::<Result<_>>()? })
}

/// What an asset is called when it is saved: the original as the file, others by what they are, too.
fn saved_as(name: &str, asset_key: &str) -> String {
    if asset_key == "src" {
        return name.to_owned();
    }
    let stem = match extension_of(name) {
        Some(extension) => &name[..name.len() - extension.len() - 1],
        None => name,
    };
    let picture = if asset_key.starts_with("poster.") { ".jpg" } else { "" };
    names::cut(&format!("{stem}-{asset_key}{picture}"))
}

/// Notes that a link to a private file was made; one to a public file gives nobody anything.
pub(crate) async fn note_link(manager: &Manager, caller: &Caller, file: &FileRecord) -> Result<()> {
    if !file.private {
        return Ok(());
    }
    let (site, id, by, now) = (caller.site, file.id.clone(), Actor::from(caller), manager.now());
    let noted = manager.catalog().write(move |tx| {
        note(tx, Some(site), Action::FileLink, id.as_str(), serde_json::Value::Null, &by, now)
    });
    noted.await
}

/// Where a link leads.
pub enum Link {
    /// To the bytes.
    Good {
        /// The asset.
        original: Original,
        /// Whether it is saved or shown.
        shown: ContentDisposition,
        /// What the saved file is called.
        name: String,
    },
    /// Nowhere any more.
    Expired {
        /// Where to instead.
        redirect: Option<String>,
    },
}

/// Follows a link. It must have been made for this very file.
pub async fn follow(manager: &Manager, host: &str, id: &str, token: &str) -> Result<Link> {
    let invalid = || refused(Code::LinkInvalid, "the link is not valid; ask for a new one");
    let read = manager.tokens().read::<Claims>(Purpose::Download, token).map_err(|_| invalid())?;
    let [[object]] = &read.claims.obj;
    let id = contract::media_url::file_of(id).ok_or_else(invalid)?;
    if object.path != format!("/{host}/{id}") {
        return Err(invalid());
    }
    if read.has_expired(manager.now()) {
        return Ok(Link::Expired { redirect: read.claims.red });
    }
    let located = find(manager, host, id.as_str()).await?;
    decide(&located.file, Bearing::Link)?;
    let original = asset_content(manager, &located, &object.asset).await?;
    // Whatever the link asks for, nothing that a browser might run is shown.
    let inline = read.claims.dis.kind == "inline" && !original.active;
    let shown = if inline { ContentDisposition::Inline } else { ContentDisposition::Attachment };
    Ok(Link::Good { original, shown, name: read.claims.dis.filename })
}

#[cfg(test)]
mod tests {
    use super::saved_as;

    #[test]
    fn what_is_made_of_a_file_is_saved_by_what_it_is() {
        assert_eq!(saved_as("A day out.mov", "src"), "A day out.mov");
        assert_eq!(saved_as("A day out.mov", "720p.mp4"), "A day out-720p.mp4");
        assert_eq!(saved_as("clip", "poster.0"), "clip-poster.0.jpg");
    }
}
