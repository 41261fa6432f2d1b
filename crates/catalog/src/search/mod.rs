//! Searching by text: what is compared, and the index that names candidates.

mod grams;
mod index;

pub(crate) use grams::{Needle, Words, haystack};
pub(crate) use index::{
    MOST_UNINDEXED, count, indexed, is_tidy, not_indexed, retire, retire_folder, tend, unindexed,
};
