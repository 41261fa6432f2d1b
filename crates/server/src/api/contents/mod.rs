//! What is in files, in this server's own API.

mod find_similar_files;
mod get_annotation_policy;
mod list_entries;
mod remove_focal_point;
mod set_annotation_policy;
mod set_focal_point;

use super::Api;

/// Its methods.
pub(super) fn api() -> Api {
    Api {
        tag: "Contents",
        prefixes: &["/media-manager"],
        endpoints: vec![
            list_entries::describe(),
            find_similar_files::describe(),
            set_focal_point::describe(),
            remove_focal_point::describe(),
            get_annotation_policy::describe(),
            set_annotation_policy::describe(),
        ],
    }
}
