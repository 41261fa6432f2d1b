//! The Files API (CONTRACT 1).

mod bulk_annotate_images;
mod bulk_delete_files;
mod bulk_import_file;
mod bulk_import_files;
mod bulk_restore_files_from_trash_bin;
mod generate_file_download_url;
mod generate_file_resumable_upload_url;
mod generate_file_upload_url;
mod generate_files_download_url;
mod generate_private_image_url;
mod generate_video_streaming_url;
mod get_file_descriptor;
mod get_file_descriptors;
mod import_file;
mod list_deleted_files;
mod list_files;
mod query_file_descriptors;
mod search_files;
mod update_file;
mod update_file_descriptor;

use super::Api;

/// Its methods, in the order of the contract.
pub(super) fn api() -> Api {
    let endpoints = [
        generate_files_download_url::endpoints(),
        generate_file_download_url::endpoints(),
        get_file_descriptor::endpoints(),
        get_file_descriptors::endpoints(),
        update_file_descriptor::endpoints(),
        update_file::endpoints(),
        generate_file_upload_url::endpoints(),
        generate_file_resumable_upload_url::endpoints(),
        import_file::endpoints(),
        bulk_import_files::endpoints(),
        bulk_import_file::endpoints(),
        bulk_annotate_images::endpoints(),
        list_files::endpoints(),
        search_files::endpoints(),
        generate_private_image_url::endpoints(),
        generate_video_streaming_url::endpoints(),
        bulk_delete_files::endpoints(),
        bulk_restore_files_from_trash_bin::endpoints(),
        list_deleted_files::endpoints(),
        query_file_descriptors::endpoints(),
    ];
    Api { tag: "Files", prefixes: super::SITE_MEDIA, endpoints: endpoints.into_iter().flatten().collect() }
}
