//! Bytes on their way out: originals, download links, zips, icons. Every byte of a file passes [`policy`].

mod archive;
mod content;
pub mod image;
mod link;
mod made;
mod original;
mod policy;
pub mod video;

pub use archive::{Zipped, archive, link_archive};
pub(crate) use archive::{archive_url, keep_archive};
pub use content::Content;
pub use link::{Link, follow, link_file};
pub(crate) use link::{Linked, note_link, sign_link};
pub(crate) use made::{entries_of, made_of};
pub use original::{Original, derived, icon, original};
pub(crate) use original::{look_up as locate, static_url};
pub use video::link_stream;
