//! updateFileDescriptor, and its older form.

use catalog::Tx;
use catalog::files::{self, Change, FileRecord};
use contract::errors::Code;
use contract::files::{FileReply, FileUpdate, UpdateFileDescriptorRequest, UpdateFileRequest};

use super::get::resolve;
use super::{describe, facts_of};
use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::error::{Result, internal, invalid};
use crate::events::{Happened, tell};
use crate::folders::live;
use crate::names;

/// Labels that a file keeps.
const MOST_LABELS: usize = 100;

/// Changes what the request's fields say; what it doesn't name stays.
pub async fn update(
    manager: Manager,
    caller: Caller,
    request: UpdateFileDescriptorRequest,
) -> Result<FileReply> {
    apply(manager, caller, "file.", request.file.unwrap_or_default()).await
}

/// The same, with the fields at the top of the request.
pub async fn update_flat(manager: Manager, caller: Caller, request: UpdateFileRequest) -> Result<FileReply> {
    let UpdateFileRequest { file_id: id, display_name, parent_folder_id, labels } = request;
    apply(manager, caller, "", FileUpdate { id, display_name, parent_folder_id, labels }).await
}

async fn apply(manager: Manager, caller: Caller, at: &'static str, update: FileUpdate) -> Result<FileReply> {
    if update.display_name.is_none() && update.parent_folder_id.is_none() && update.labels.is_none() {
        let text = "send displayName, parentFolderId or labels; nothing else of a file can be changed";
        return Err(invalid(Code::FieldMaskIsEmptyOrMissing, at.trim_end_matches('.'), text));
    }
    let name = update.display_name.as_deref().map(|name| names::chosen(&format!("{at}displayName"), name));
    let labels = update.labels.map(own_labels);
    let (name, site, now, by) = (name.transpose()?, caller.site, manager.now(), Actor::from(&caller));
    let reach = caller.reach;
    let (id, folder_id) = (update.id.unwrap_or_default(), update.parent_folder_id);
    let changed = manager.catalog().write(move |tx| {
        let file = resolve(tx, &reach, &format!("{at}id"), &id)?;
        // A whole descriptor may be sent back as it was read: naming the folder it is in moves nothing.
        let target = folder_id.as_deref().filter(|folder| *folder != file.parent_id);
        let folder = target
            .map(|folder| live(tx, &reach, &format!("{at}parentFolderId"), Some(folder)))
            .transpose()?;
        let labels = labels.clone().map(|list| beside_machines(tx, &file, list)).transpose()?;
        let change = Change { name: name.clone(), labels, folder, file_name: None };
        let file = files::update(tx, file, &change, now)?;
        tell(tx, site, Happened::FileUpdated { file: Box::new(file.clone()) }, Some(&by), now)?;
        Ok::<_, crate::Error>(file)
    });
    Ok(FileReply { file: describe(&manager, &caller.site_id, changed.await?)? })
}

/// The labels that are seen once somebody has sent this list, of a file to which a machine may have given some, too.
fn beside_machines(tx: &Tx<'_>, file: &FileRecord, list: Vec<String>) -> Result<Vec<String>> {
    let mut facts = facts_of(file)?;
    let Some(labels) = &mut facts.labels else { return Ok(list) };
    labels.set(&list);
    let visible = labels.visible();
    files::set_facts(tx, file, &serde_json::to_string(&facts).map_err(internal)?)?;
    Ok(visible)
}

/// Labels as they are kept: trimmed, without empty ones and repetitions, at most 100.
pub(crate) fn own_labels(labels: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for label in labels {
        let label = label.trim().to_owned();
        if !label.is_empty() && !kept.contains(&label) && kept.len() < MOST_LABELS {
            kept.push(label);
        }
    }
    kept
}
