//! The Folders API (CONTRACT 2).

mod bulk_delete_folders;
mod bulk_restore_folders_from_trash_bin;
mod create_folder;
mod generate_folder_download_url;
mod get_folder;
mod list_deleted_folders;
mod list_folders;
mod query_folders;
mod search_folders;
mod update_folder;

use super::Api;

/// Its methods, in the order of the contract.
pub(super) fn api() -> Api {
    Api {
        tag: "Folders",
        prefixes: super::SITE_MEDIA,
        endpoints: vec![
            create_folder::describe(),
            get_folder::describe(),
            list_folders::describe(),
            search_folders::describe(),
            update_folder::describe(),
            generate_folder_download_url::describe(),
            bulk_delete_folders::describe(),
            bulk_restore_folders_from_trash_bin::describe(),
            list_deleted_folders::describe(),
            query_folders::describe(),
        ],
    }
}
