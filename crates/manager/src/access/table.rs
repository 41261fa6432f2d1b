//! Which scopes grant which method, as the reference pages print them under each, and the lowest role that does: on the
//! site, or, where the line says `in Folders`, on folders and for what lies in them.
//!
//! Folders have no page: what reads is granted as listFiles is, the rest as updateFileDescriptor.

use contract::access::Role::{self, Contributor, Editor, Owner, Viewer};

const MANAGE: &str = "SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER";
const READ: &str = "SCOPE.DC-MEDIA.READ-MEDIAMANAGER";
const BOOKINGS: &str = "SCOPE.BOOKINGS.CONFIGURATION";
const EVENTS: &str = "SCOPE.EVENTS.MANAGE-EVENTS";
const PORTFOLIO: &str = "SCOPE.PORTFOLIO.MANAGE-PORTFOLIO";
const AUTOMATIONS: &str = "SCOPE.CRM.ACCESS-VERTICALS-BY-AUTOMATIONS";
const SET_UP_AUTOMATIONS: &str = "SCOPE.CRM.SETUP-AUTOMATIONS";
const RESTAURANTS: &str = "SCOPE.RESTAURANTS.MEGA-SCOPES";
const INBOX: &str = "SCOPE.DC-INBOX.MANAGE-MSGS";

/// Every scope that a key can be given.
pub const SCOPES: &[&str] =
    &[MANAGE, READ, INBOX, BOOKINGS, EVENTS, PORTFOLIO, AUTOMATIONS, SET_UP_AUTOMATIONS, RESTAURANTS];

const WRITES: &[&str] = &[BOOKINGS, MANAGE, PORTFOLIO, RESTAURANTS];
const READS: &[&str] = &[BOOKINGS, MANAGE, READ, PORTFOLIO, RESTAURANTS];
const INBOXES: &[&str] = &[INBOX];
const MANAGES: &[&str] = &[MANAGE];
const LINKS: &[&str] = &[BOOKINGS, MANAGE, EVENTS, PORTFOLIO, AUTOMATIONS, SET_UP_AUTOMATIONS, RESTAURANTS];

macro_rules! methods {
    (@in_folders) => { false };
    (@in_folders Folders) => { true };
    ($($variant:ident $permission:literal $scopes:ident $role:ident $(in $folders:tt)?;)+) => {
        /// A method of the API, as far as rights go.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Method { $(#[doc = $permission] $variant),+ }

        impl Method {
            /// All of them.
            pub const ALL: &[Method] = &[$(Method::$variant),+];

            /// The published name of the permission.
            pub fn permission(self) -> &'static str { match self { $(Method::$variant => $permission),+ } }

            /// The scopes that grant it; any one of them is enough.
            pub fn scopes(self) -> &'static [&'static str] { match self { $(Method::$variant => $scopes),+ } }

            /// The lowest role that grants it.
            pub fn role(self) -> Role { match self { $(Method::$variant => $role),+ } }

            /// Whether that role on a folder grants it there; else it takes the role on the site.
            pub fn in_folders(self) -> bool {
                match self { $(Method::$variant => methods!(@in_folders $($folders)?)),+ }
            }
        }
    };
}

methods! {
    GenerateFilesDownloadUrl "MEDIA.SITE_MEDIA_FILES_DOWNLOAD" WRITES Viewer in Folders;
    GenerateFileDownloadUrl "MEDIA.SITE_MEDIA_FILES_DOWNLOAD_URL" LINKS Viewer in Folders;
    GetFileDescriptor "MEDIA.SITE_MEDIA_FILES_READ" READS Viewer in Folders;
    GetFileDescriptors "MEDIA.SITE_MEDIA_FILES_READ" READS Viewer in Folders;
    UpdateFileDescriptor "MEDIA.SITE_MEDIA_FILES_UPDATE" WRITES Contributor in Folders;
    GenerateFileUploadUrl "MEDIA.SITE_MEDIA_FILES_UPLOAD" WRITES Contributor in Folders;
    GenerateFileResumableUploadUrl "MEDIA.SITE_MEDIA_FILES_UPLOAD" WRITES Contributor in Folders;
    ImportFile "MEDIA.SITE_MEDIA_FILES_IMPORT" WRITES Contributor in Folders;
    BulkImportFiles "MEDIA.SITE_MEDIA_FILES_IMPORT" WRITES Contributor in Folders;
    BulkImportFile "MEDIA.SITE_MEDIA_FILES_IMPORT" WRITES Contributor in Folders;
    BulkAnnotateImages "MEDIA.SITE_MEDIA_FILES_UPDATE" WRITES Contributor in Folders;
    ListFiles "MEDIA.SITE_MEDIA_FILES_LIST" READS Viewer in Folders;
    SearchFiles "MEDIA.SITE_MEDIA_FILES_LIST" READS Viewer in Folders;
    GenerateVideoStreamingUrl "MEDIA.SITE_MEDIA_FILES_READ" READS Viewer in Folders;
    GeneratePrivateImageUrl "MEDIA.SITE_MEDIA_FILES_READ" READS Viewer in Folders;
    BulkDeleteFiles "MEDIA.SITE_MEDIA_FILES_MOVE_TO_TRASH" WRITES Editor in Folders;
    BulkRestoreFilesFromTrashBin "MEDIA.SITE_MEDIA_FILES_RESTORE_FROM_TRASH" WRITES Editor in Folders;
    ListDeletedFiles "MEDIA.SITE_MEDIA_FILES_LIST_DELETED" READS Viewer in Folders;
    CreateFolder "MEDIA.SITE_MEDIA_FOLDERS_CREATE" WRITES Contributor in Folders;
    GetFolder "MEDIA.SITE_MEDIA_FOLDERS_READ" READS Viewer in Folders;
    ListFolders "MEDIA.SITE_MEDIA_FOLDERS_LIST" READS Viewer in Folders;
    SearchFolders "MEDIA.SITE_MEDIA_FOLDERS_LIST" READS Viewer in Folders;
    UpdateFolder "MEDIA.SITE_MEDIA_FOLDERS_UPDATE" WRITES Editor in Folders;
    GenerateFolderDownloadUrl "MEDIA.SITE_MEDIA_FOLDERS_DOWNLOAD" WRITES Viewer in Folders;
    BulkDeleteFolders "MEDIA.SITE_MEDIA_FOLDERS_MOVE_TO_TRASH" WRITES Editor in Folders;
    BulkRestoreFoldersFromTrashBin "MEDIA.SITE_MEDIA_FOLDERS_RESTORE_FROM_TRASH" WRITES Editor in Folders;
    ListDeletedFolders "MEDIA.SITE_MEDIA_FOLDERS_LIST_DELETED" READS Viewer in Folders;
    QueryFolders "MEDIA.SITE_MEDIA_FOLDERS_LIST" READS Viewer in Folders;
    ChannelsGenerateFileDownloadUrl "COMM_CHANNELS.DOWNLOAD_FILE" INBOXES Editor;
    ChannelsGenerateFileUploadUrl "COMM_CHANNELS.UPLOAD_FILE" INBOXES Editor;
    ChannelsImportFile "COMM_CHANNELS.IMPORT_FILE" INBOXES Editor;
    ChannelsGetStorageQuota "COMM_CHANNELS.STORAGE_QUOTA" INBOXES Editor;
    FollowEvents "MEDIA.SITE_MEDIA_FILES_LIST" READS Viewer;
    ManageWebhooks "MEDIA_MANAGER.WEBHOOKS" MANAGES Owner;
    MintTokens "MEDIA_MANAGER.TOKENS" MANAGES Owner;
    ManageKeys "MEDIA_MANAGER.KEYS" MANAGES Owner;
    ManageUsers "MEDIA_MANAGER.USERS" MANAGES Owner;
    ManagePresets "MEDIA_MANAGER.PRESETS" MANAGES Owner;
    ManageAnnotations "MEDIA_MANAGER.ANNOTATIONS" MANAGES Owner;
    ReadAuditLog "MEDIA_MANAGER.AUDIT" MANAGES Owner;
    ListTypes "MEDIA_MANAGER.TYPES" READS Viewer in Folders;
    QueryFileDescriptors "media:site_media:v1:file_descriptor:query_file_descriptors" READS Viewer in Folders;
}
