//! The Communication Channels Media API (CONTRACT 3).

mod generate_file_download_url;
mod generate_file_upload_url;
mod get_storage_quota;
mod import_file;

use super::Api;

/// Its methods, under the prefixes of the published client (CONTRACT 8).
pub(super) fn api() -> Api {
    Api {
        tag: "Communication Channels",
        prefixes: &["/communication-channels-media", "/_api/communication-channels-media"],
        endpoints: vec![
            generate_file_download_url::describe(),
            generate_file_upload_url::describe(),
            import_file::describe(),
            get_storage_quota::describe(),
        ],
    }
}
