//! The audit log: who did what to what, from where. Noted in the transaction that does it, so that nothing is done without
//! a note, and nothing noted that wasn't done.
//!
//! What it says of secrets is that there are some: passwords, keys and tokens never stand in it, nor do URLs, which may
//! hold them.

mod read;

pub use read::{list, list_all};

use catalog::Tx;
use catalog::audit::{Entry, append};
use catalog::files::FileRecord;
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::error::{Result, internal};
use crate::events::Happened;

macro_rules! actions {
    ($($variant:ident $name:literal $meaning:literal;)+) => {
        /// What can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action { $(#[doc = $meaning] $variant,)+ }

        impl Action {
            /// All of them, in the order of the docs.
            pub const ALL: &[Action] = &[$(Action::$variant),+];

            /// The name on the wire.
            pub fn name(self) -> &'static str { match self { $(Action::$variant => $name),+ } }

            /// What it means, for the docs.
            pub fn meaning(self) -> &'static str { match self { $(Action::$variant => $meaning),+ } }
        }
    };
}

actions! {
    FileUpload "file.upload" "A file was uploaded; `address` is where its bytes came from.";
    FileImport "file.import" "An import of a file was asked for.";
    FileUpdate "file.update" "A file was renamed, labelled or moved.";
    FileTrash "file.trash" "A file was moved to the trash.";
    FileRestore "file.restore" "A file was brought back from the trash.";
    FileDelete "file.delete" "A file was deleted for good.";
    FileLink "file.link" "A link to a private file was made.";
    FileUploadUrl "file.upload_url" "A URL or token for one upload was made; the entity is the file that will be.";
    FolderCreate "folder.create" "A folder was made.";
    FolderUpdate "folder.update" "A folder was renamed or moved, with everything in it.";
    FolderTrash "folder.trash" "A folder was moved to the trash, with everything in it.";
    FolderRestore "folder.restore" "A folder was brought back from the trash.";
    FolderDelete "folder.delete" "A folder was deleted for good, with everything in it.";
    ArchiveCreate "archive.create" "A permanent link to a zip was made; the entity is the folder, or the first file.";
    SiteCreate "site.create" "A site was made.";
    SiteQuota "site.quota" "The limits of a site were set.";
    SiteImagePolicy "site.image_policy" "Strict mode of a site's images was switched on or off.";
    SiteAnnotationPolicy "site.annotation_policy" "The annotation of a site's images after their upload was switched on or off.";
    PresetSet "preset.set" "A preset was made or changed; the entity is its name.";
    PresetRemove "preset.remove" "A preset was removed.";
    KeyCreate "key.create" "An API key was made.";
    KeyRevoke "key.revoke" "An API key was revoked.";
    TokenMint "token.mint" "An app made a token for a visitor or member; the entity is whose.";
    UserCreate "user.create" "A user was made.";
    UserRemove "user.remove" "A user was removed.";
    UserPassword "user.password" "A user's password was changed.";
    UserGrant "user.grant" "A user was given a role.";
    UserRevoke "user.revoke" "A user's role was taken away.";
    SignIn "user.sign_in" "A user signed in.";
    SignInFailed "user.sign_in_failed" "Somebody tried to sign in and didn't know the password; the entity is the e-mail.";
    SignOut "user.sign_out" "A user signed out.";
    WebhookAdd "webhook.add" "A webhook was added.";
    WebhookRemove "webhook.remove" "A webhook was removed.";
    WebhookKey "webhook.key" "A key of a webhook was made or activated.";
    WebhookReplay "webhook.replay" "Deliveries of a webhook were sent again.";
}

/// Notes what `by` did to `entity`; `detail` is an object, or null. What happens by itself isn't noted.
pub(crate) fn note(
    tx: &Tx<'_>,
    site: Option<i64>,
    action: Action,
    entity: &str,
    detail: Value,
    by: &Actor,
    now: i64,
) -> Result<()> {
    let Some(act) = &by.act else { return Ok(()) };
    let entry = Entry {
        seq: 0,
        time: now,
        site,
        action: action.name().to_owned(),
        entity: entity.to_owned(),
        who_type: by.kind.name().to_owned(),
        who: by.id.clone(),
        key: act.key.clone(),
        address: act.origin.address.map(|address| address.to_string()),
        request: act.origin.request.clone(),
        detail: (!detail.is_null()).then(|| serde_json::to_string(&detail)).transpose().map_err(internal)?,
    };
    Ok(append(tx, &entry)?)
}

/// What is worth knowing of a file that comes in.
pub(crate) fn facts_of(file: &FileRecord) -> Value {
    json!({
        "displayName": file.name,
        "parentFolderId": file.parent_id,
        "sizeInBytes": file.size.to_string(),
        "mimeType": file.format.mime,
        "private": file.private,
    })
}

/// Notes what was told as an event.
pub(crate) fn note_event(tx: &Tx<'_>, site: i64, happened: &Happened, by: &Actor, now: i64) -> Result<()> {
    let action = match happened {
        Happened::FileReady { restored: true, .. } => Action::FileRestore,
        // How work on a file ended is nobody's doing.
        Happened::FileReady { .. } | Happened::FileFailed { .. } => return Ok(()),
        Happened::FileUpdated { .. } => Action::FileUpdate,
        Happened::FileDeleted { to_trash: true, .. } => Action::FileTrash,
        Happened::FileDeleted { .. } => Action::FileDelete,
        Happened::FolderCreated { deleted: None, .. } => Action::FolderCreate,
        Happened::FolderCreated { .. } => Action::FolderRestore,
        Happened::FolderUpdated { .. } => Action::FolderUpdate,
        Happened::FolderDeleted { to_trash: true, .. } => Action::FolderTrash,
        Happened::FolderDeleted { .. } => Action::FolderDelete,
    };
    let detail = match happened {
        Happened::FileReady { file, .. }
        | Happened::FileFailed { file, .. }
        | Happened::FileUpdated { file }
        | Happened::FileDeleted { file, .. } => {
            json!({ "displayName": file.name, "parentFolderId": file.parent_id })
        }
        Happened::FolderCreated { folder, .. }
        | Happened::FolderUpdated { folder }
        | Happened::FolderDeleted { folder, .. } => {
            json!({ "displayName": folder.name, "parentFolderId": folder.parent })
        }
    };
    note(tx, Some(site), action, &happened.entity().0, detail, by, now)
}
