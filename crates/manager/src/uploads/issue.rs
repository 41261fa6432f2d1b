//! generateFileUploadUrl and generateFileResumableUploadUrl.

use std::time::Duration;

use catalog::uploads::{self, Upload};
use contract::errors::Code;
use contract::files::{
    ExternalInfo, GenerateFileResumableUploadUrlReply, GenerateFileResumableUploadUrlRequest,
    GenerateFileUploadUrlReply, GenerateFileUploadUrlRequest,
};
use contract::ids::FileId;
use contract::values::Int64;
use media::decide::expected;
use serde_json::json;
use uuid::Uuid;

use super::admit::{admit, refuse_type, room};
use super::{Spec, UploadClaims};
use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::channels;
use crate::error::{Result, internal, invalid};
use crate::files::own_labels;
use crate::folders::Place;
use crate::names;
use crate::tokens::Purpose;

/// Makes a URL to which one file can be sent, after checking all that is known before its first byte.
pub async fn issue(
    manager: Manager,
    caller: Caller,
    request: GenerateFileUploadUrlRequest,
) -> Result<GenerateFileUploadUrlReply> {
    let wanted = Wanted {
        mime: request.mime_type.unwrap_or_default(),
        name: request.file_name,
        size: request.size_in_bytes,
        place: Place::of(request.parent_folder_id, request.file_path.as_deref())?,
        private: request.private.unwrap_or(false),
        labels: request.labels.unwrap_or_default(),
        external_info: request.external_info,
        lifetime: manager.settings().upload_lifetime,
    };
    Ok(GenerateFileUploadUrlReply { upload_url: upload_url(&manager, caller, wanted).await? })
}

/// Makes a URL for a file of Communication Channels.
pub(crate) async fn issue_for_channels(
    manager: &Manager,
    caller: Caller,
    mime: String,
    name: Option<String>,
) -> Result<String> {
    let wanted = Wanted {
        mime,
        name,
        size: None,
        place: Place::Channels,
        private: false,
        labels: Vec::new(),
        external_info: None,
        lifetime: channels::LIFETIME,
    };
    upload_url(manager, caller, wanted).await
}

async fn upload_url(manager: &Manager, caller: Caller, wanted: Wanted) -> Result<String> {
    let (jti, expires) = open_session(manager, caller, wanted).await?;
    let token = manager.tokens().sign(Purpose::Upload, Some(expires), UploadClaims { jti })?;
    Ok(format!("{}/upload/{token}", manager.settings().public_url))
}

/// Makes a token with which one file can be sent in pieces.
pub async fn issue_resumable(
    manager: Manager,
    caller: Caller,
    request: GenerateFileResumableUploadUrlRequest,
) -> Result<GenerateFileResumableUploadUrlReply> {
    let wanted = Wanted {
        mime: request.mime_type.unwrap_or_default(),
        name: request.file_name,
        size: request.size_in_bytes,
        place: Place::of(request.parent_folder_id, request.file_path.as_deref())?,
        private: request.private.unwrap_or(false),
        labels: request.labels.unwrap_or_default(),
        external_info: None,
        lifetime: manager.settings().resumable_lifetime,
    };
    let (jti, expires) = open_session(&manager, caller, wanted).await?;
    Ok(GenerateFileResumableUploadUrlReply {
        upload_protocol: contract::files::UploadProtocol::Tus,
        upload_url: format!("{}/upload/tus", manager.settings().public_url),
        upload_token: manager.tokens().sign(Purpose::Resumable, Some(expires), UploadClaims { jti })?,
    })
}

/// What is to be uploaded, however it comes.
struct Wanted {
    mime: String,
    name: Option<String>,
    size: Option<Int64>,
    place: Place,
    private: bool,
    labels: Vec<String>,
    external_info: Option<ExternalInfo>,
    lifetime: Duration,
}

/// Opens a session; its id, and when it ends.
async fn open_session(manager: &Manager, caller: Caller, wanted: Wanted) -> Result<(String, i64)> {
    let size = declared_size(wanted.size)?;
    let name = names::chosen_if_any("fileName", wanted.name.as_deref())?;
    let format = expected(&wanted.mime, name.as_deref()).map_err(|error| refuse_type("mimeType", error))?;
    admit(&manager.settings().limits, "sizeInBytes", format, size)?;

    let (now, by) = (manager.now(), Actor::from(&caller));
    let expires = now + wanted.lifetime.as_millis() as i64;
    let id = FileId::new(&caller.site_prefix, Uuid::now_v7(), format, name.as_deref());
    let session = Uuid::new_v4().simple().to_string();
    let (jti, place) = (session.clone(), wanted.place);
    let spec = Spec {
        mime: wanted.mime,
        format: format.name.to_owned(),
        name: name.map(|name| names::cut(&name)),
        size,
        folder: String::new(),
        private: wanted.private,
        labels: own_labels(wanted.labels),
        external_info: wanted.external_info,
        added_by_type: by.kind_name().to_owned(),
        added_by: by.id().to_owned(),
        channels: matches!(place, Place::Channels),
    };
    let (site, reach) = (caller.site, caller.reach);
    let kept = manager.catalog().write(move |tx| {
        room(tx, site, "sizeInBytes", size.unwrap_or(0), now)?;
        let folder = place.find(tx, &reach, &by, now)?;
        let named = json!({ "fileName": spec.name, "parentFolderId": folder.id, "private": spec.private });
        note(tx, Some(site), Action::FileUploadUrl, id.as_str(), named, &by, now)?;
        let spec =
            serde_json::to_string(&Spec { folder: folder.id.clone(), ..spec.clone() }).map_err(internal)?;
        let (id, file) = (session.clone(), id.to_string());
        uploads::create(tx, &Upload { id, site, file, spec, expires, finished: None }, now)?;
        Ok::<_, crate::Error>(())
    });
    kept.await?;
    Ok((jti, expires))
}

fn declared_size(size: Option<Int64>) -> Result<Option<u64>> {
    let Some(Int64(size)) = size else { return Ok(None) };
    let size = u64::try_from(size);
    size.map(Some).map_err(|_| invalid(Code::InvalidValue, "sizeInBytes", "`sizeInBytes` must be at least 0"))
}
