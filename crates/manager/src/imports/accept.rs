//! importFile: what can be known is judged, and the file is there, PENDING.

use std::time::Duration;

use catalog::files::{self, NewFile, Status};
use catalog::folders::Folder;
use catalog::jobs::Lane;
use contract::descriptor::FileDescriptor;
use contract::enums::MediaType;
use contract::files::{ExternalInfo, FileReply, ImportFileRequest};
use contract::ids::FileId;
use contract::validate::violations;
use serde_json::{Map, Value};
use tokio::time::Instant;
use uuid::Uuid;

use super::Import;
use super::kind::{Said, settle};
use super::source::Source;
use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::audit::{Action, facts_of, note};
use crate::error::{Error, Result};
use crate::files::{describe, own_labels};
use crate::folders::Place;
use crate::jobs::{Work, enqueue};
use crate::names;
use crate::uploads::{admit, charge, room};

/// How long a call may ask sources for types, before it answers without them.
pub(crate) const ASKING: Duration = Duration::from_secs(3);

/// Accepts one import.
pub async fn import(manager: Manager, caller: Caller, request: ImportFileRequest) -> Result<FileReply> {
    let deadline = Instant::now() + ASKING;
    let file = accept(&manager, &caller, Wanted::of(request)?, deadline).await?;
    Ok(FileReply { file })
}

/// What is to be imported, whichever API asks for it.
pub(crate) struct Wanted {
    pub(crate) url: String,
    pub(crate) params: Option<Map<String, Value>>,
    pub(crate) headers: Option<Map<String, Value>>,
    pub(crate) mime: Option<String>,
    pub(crate) media_type: Option<MediaType>,
    pub(crate) name: Option<String>,
    pub(crate) place: Place,
    pub(crate) private: bool,
    pub(crate) labels: Vec<String>,
    pub(crate) external_info: Option<ExternalInfo>,
}

impl Wanted {
    /// Reads a request; what is wrong with it is an error that names all of it.
    pub(super) fn of(request: ImportFileRequest) -> Result<Wanted> {
        let found = violations(&request);
        if !found.is_empty() {
            return Err(Error::Invalid(found));
        }
        Ok(Wanted {
            url: request.url.unwrap_or_default(),
            params: request.url_params,
            headers: request.url_headers,
            mime: request.mime_type,
            media_type: request.media_type,
            name: request.display_name,
            place: Place::of(request.parent_folder_id, request.file_path.as_deref())?,
            private: request.private.unwrap_or(false),
            labels: request.labels.unwrap_or_default(),
            external_info: request.external_info,
        })
    }
}

/// Accepts an import: when this returns `Ok`, the file will end READY or FAILED.
pub(crate) async fn accept(
    manager: &Manager,
    caller: &Caller,
    wanted: Wanted,
    deadline: Instant,
) -> Result<FileDescriptor> {
    let source = Source::read(&wanted.url, wanted.params.as_ref(), wanted.headers.as_ref())?;
    let name = names::chosen_if_any("displayName", wanted.name.as_deref())?;
    let said = Said { mime: wanted.mime.as_deref(), media_type: wanted.media_type, name: name.as_deref() };
    let expected = settle(manager, said, &source, deadline).await?;
    let format = expected.format;
    admit(&manager.settings().limits, "url", format, expected.size)?;

    let now = manager.now();
    let at_source = source.file_name();
    let called = name.map(|name| names::with_ending_of(&name, at_source.as_deref())).or(at_source);
    let id = FileId::new(&caller.site_prefix, Uuid::now_v7(), format, called.as_deref());
    let name = called.unwrap_or_else(|| id.as_str()[..39].to_owned());
    let name = names::with_extension(&name, format);
    let (site, by) = (caller.site, Actor::from(caller));
    let new = move |folder: Folder| NewFile {
        site,
        id: id.clone(),
        format,
        private: wanted.private,
        folder,
        file_name: name.clone(),
        name: name.clone(),
        labels: own_labels(wanted.labels.clone()),
        status: Status::Pending,
        facts: None,
        source_url: Some(wanted.url.clone()),
        added_by_type: by.kind_name().to_owned(),
        added_by: by.id().to_owned(),
        original: None,
    };
    let (place, external_info, by) = (wanted.place, wanted.external_info, Actor::from(caller));
    let reach = caller.reach.clone();
    let accepted = manager.catalog().write(move |tx| {
        room(tx, site, "url", expected.size.unwrap_or(0), now)?;
        let folder = place.find(tx, &reach, &by, now)?;
        // The file counts from now on, its bytes once they are here.
        charge(tx, site, "url", 0, now)?;
        let file = files::insert(tx, &new(folder), now)?;
        let import = Import { file: file.num, source: source.clone(), external_info: external_info.clone() };
        enqueue(tx, &Work::Import(Box::new(import)), now)?;
        note(tx, Some(site), Action::FileImport, file.id.as_str(), facts_of(&file), &by, now)?;
        Ok::<_, Error>(file)
    });
    let file = accepted.await?;
    manager.catalog().wake_workers(Lane::Fetch);
    describe(manager, &caller.site_id, file)
}
