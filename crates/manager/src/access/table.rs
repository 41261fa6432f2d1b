//! Which scopes grant which method, as the reference pages print them under each.

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
    ($($variant:ident $permission:literal $scopes:expr;)+) => {
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
        }
    };
}

methods! {
    GenerateFilesDownloadUrl "MEDIA.SITE_MEDIA_FILES_DOWNLOAD" WRITES;
    GenerateFileDownloadUrl "MEDIA.SITE_MEDIA_FILES_DOWNLOAD_URL" LINKS;
    GetFileDescriptor "MEDIA.SITE_MEDIA_FILES_READ" READS;
    GetFileDescriptors "MEDIA.SITE_MEDIA_FILES_READ" READS;
    UpdateFileDescriptor "MEDIA.SITE_MEDIA_FILES_UPDATE" WRITES;
    GenerateFileUploadUrl "MEDIA.SITE_MEDIA_FILES_UPLOAD" WRITES;
    GenerateFileResumableUploadUrl "MEDIA.SITE_MEDIA_FILES_UPLOAD" WRITES;
    ImportFile "MEDIA.SITE_MEDIA_FILES_IMPORT" WRITES;
    BulkImportFiles "MEDIA.SITE_MEDIA_FILES_IMPORT" WRITES;
    BulkImportFile "MEDIA.SITE_MEDIA_FILES_IMPORT" WRITES;
    ListFiles "MEDIA.SITE_MEDIA_FILES_LIST" READS;
    SearchFiles "MEDIA.SITE_MEDIA_FILES_LIST" READS;
    GenerateVideoStreamingUrl "MEDIA.SITE_MEDIA_FILES_READ" READS;
    BulkDeleteFiles "MEDIA.SITE_MEDIA_FILES_MOVE_TO_TRASH" WRITES;
    BulkRestoreFilesFromTrashBin "MEDIA.SITE_MEDIA_FILES_RESTORE_FROM_TRASH" WRITES;
    ListDeletedFiles "MEDIA.SITE_MEDIA_FILES_LIST_DELETED" READS;
    CreateFolder "MEDIA.SITE_MEDIA_FOLDERS_CREATE" WRITES;
    GetFolder "MEDIA.SITE_MEDIA_FOLDERS_READ" READS;
    ListFolders "MEDIA.SITE_MEDIA_FOLDERS_LIST" READS;
    SearchFolders "MEDIA.SITE_MEDIA_FOLDERS_LIST" READS;
    UpdateFolder "MEDIA.SITE_MEDIA_FOLDERS_UPDATE" WRITES;
    GenerateFolderDownloadUrl "MEDIA.SITE_MEDIA_FOLDERS_DOWNLOAD" WRITES;
    BulkDeleteFolders "MEDIA.SITE_MEDIA_FOLDERS_MOVE_TO_TRASH" WRITES;
    BulkRestoreFoldersFromTrashBin "MEDIA.SITE_MEDIA_FOLDERS_RESTORE_FROM_TRASH" WRITES;
    ListDeletedFolders "MEDIA.SITE_MEDIA_FOLDERS_LIST_DELETED" READS;
    QueryFolders "MEDIA.SITE_MEDIA_FOLDERS_LIST" READS;
    ChannelsGenerateFileDownloadUrl "COMM_CHANNELS.DOWNLOAD_FILE" INBOXES;
    ChannelsGenerateFileUploadUrl "COMM_CHANNELS.UPLOAD_FILE" INBOXES;
    ChannelsImportFile "COMM_CHANNELS.IMPORT_FILE" INBOXES;
    ChannelsGetStorageQuota "COMM_CHANNELS.STORAGE_QUOTA" INBOXES;
    FollowEvents "MEDIA.SITE_MEDIA_FILES_LIST" READS;
    ManageWebhooks "MEDIA_MANAGER.WEBHOOKS" MANAGES;
    // No secret: whoever may look at files may know which ones are taken.
    ListTypes "MEDIA_MANAGER.TYPES" READS;
    QueryFileDescriptors "media:site_media:v1:file_descriptor:query_file_descriptors" READS;
}
