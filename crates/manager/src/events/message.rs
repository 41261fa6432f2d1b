//! An event as receivers see it (CONTRACT 6.2).

use catalog::events::Event;
use contract::enums::{IdentityType, State};
use contract::events::EventKind;
use contract::folders::Folder;
use contract::values::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Happened, Noted};
use crate::Manager;
use crate::actor::Actor;
use crate::error::{Result, internal};
use crate::files::describe;

/// An event, ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    /// Which kind.
    pub(crate) kind: EventKind,
    /// The domain event.
    pub(crate) event: Value,
    /// Who made it happen.
    pub(crate) by: Option<Actor>,
}

/// What a receiver is told of an event of the log.
pub(crate) fn domain_event(manager: &Manager, site_id: &str, event: &Event) -> Result<Message> {
    let Noted { by, happened } = serde_json::from_str(&event.body).map_err(internal)?;
    let kind = happened.kind();
    let file = |file| describe(manager, site_id, file);
    let (name, what) = match happened {
        Happened::FileReady { file: record, external_info, restored } => {
            let body = json!({
                "file": file(*record)?, "externalInfo": external_info, "triggeredByUndelete": restored,
            });
            ("actionEvent", twice("body", without_nulls(body))?)
        }
        Happened::FileFailed { external_info, failure, .. } => {
            let body = json!({ "externalInfo": external_info, "error": failure });
            ("actionEvent", twice("body", without_nulls(body))?)
        }
        Happened::FileUpdated { file: record } => ("updatedEvent", twice("currentEntity", file(*record)?)?),
        Happened::FileDeleted { file: record, to_trash } => {
            let mut deleted = file(*record)?;
            deleted.state = State::Deleted;
            let mut what = twice("deletedEntity", deleted)?;
            what["movedToTrash"] = to_trash.into();
            ("deletedEvent", what)
        }
        Happened::FolderCreated { folder, deleted } => {
            let mut what = twice("entity", folder.describe(site_id))?;
            if let Some(millis) = deleted {
                what["restoreInfo"] = json!({ "deletedDate": Timestamp { millis } });
            }
            ("createdEvent", what)
        }
        Happened::FolderUpdated { folder } => {
            ("updatedEvent", twice("currentEntity", folder.describe(site_id))?)
        }
        Happened::FolderDeleted { folder, to_trash } => {
            let deleted = Folder { state: State::Deleted, ..folder.describe(site_id) };
            let mut what = twice("deletedEntity", deleted)?;
            what["movedToTrash"] = to_trash.into();
            ("deletedEvent", what)
        }
    };
    let mut told = json!({
        "id": event.id,
        "entityFqdn": kind.entity_fqdn(),
        "slug": kind.slug(),
        "entityId": event.entity,
        "eventTime": Timestamp { millis: event.time },
        "triggeredByAnonymizeRequest": false,
        "entityEventSequence": event.sequence.to_string(),
    });
    told[name] = what;
    Ok(Message { kind, event: told, by })
}

/// The published clients read an object, receivers without them a text of JSON: `body` and `bodyAsJson` (CONTRACT 6.2).
fn twice(name: &str, value: impl Serialize) -> Result<Value> {
    let value = serde_json::to_value(value).map_err(internal)?;
    let text = value.to_string();
    Ok(json!({ name: value, format!("{name}AsJson"): text }))
}

fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, value| !value.is_null());
    }
    value
}

impl Message {
    /// The text that a webhook's message carries: the event as a text in an object as a text.
    pub(crate) fn nested(&self, site_id: &str) -> String {
        let mut outer = json!({
            "data": self.event.to_string(),
            "instanceId": site_id,
            "eventType": self.kind.event_type(),
            "accountInfo": { "accountId": site_id, "siteId": site_id },
        });
        if let Some(by) = &self.by {
            outer["identity"] = identity(by).to_string().into();
        }
        outer.to_string()
    }
}

fn identity(by: &Actor) -> Value {
    let name = match by.kind {
        IdentityType::App => "appId",
        IdentityType::WixUser => "wixUserId",
        IdentityType::Member => "memberId",
        IdentityType::AnonymousVisitor | IdentityType::Unknown => "anonymousVisitorId",
    };
    json!({ "identityType": by.kind, name: by.id })
}
