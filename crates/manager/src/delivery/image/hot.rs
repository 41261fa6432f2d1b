//! Forms that are asked for again and again, in memory: neither the address is read again nor the disk looked at.

use std::sync::Arc;

use catalog::files::Located;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::{Accepts, Asked, Variant};
use crate::delivery::content::Content;
use crate::error::Result;

/// Longest form that is kept, in bytes: of larger ones the sending is what takes the time.
const LONGEST: u64 = 128 << 10;
/// What is kept beside a form's bytes, about.
const OVERHEAD: u64 = 512;
/// About how long forms are, which is how many are expected.
const USUAL: u64 = 16 << 10;

/// Forms by what was asked for; the least useful make room.
pub(super) struct Hot(Cache<Key, Kept, ByBytes>);

/// The path of a form's address without its beginning, and the formats that the client takes.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key(String, Accepts);

#[derive(Clone)]
struct Kept {
    /// The file as it was then. Another one, and the form may be another.
    of: Arc<Located>,
    form: Arc<Variant>,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Kept> for ByBytes {
    fn weight(&self, key: &Key, kept: &Kept) -> u64 {
        kept.form.content.length() + key.0.len() as u64 + OVERHEAD
    }
}

impl Hot {
    /// For forms of at most `bytes` together; with 0, none are kept.
    pub(super) fn new(bytes: u64) -> Hot {
        Hot(Cache::with_weighter((bytes / USUAL) as usize, bytes, ByBytes))
    }

    /// A form that was kept, if it is still what would be sent.
    pub(super) fn get(&self, asked: &Asked<'_>, located: &Arc<Located>) -> Option<Variant> {
        let kept = self.0.get(&key(asked))?;
        Arc::ptr_eq(&kept.of, located).then(|| (*kept.form).clone())
    }

    /// Takes a form into memory if it isn't too long for that.
    pub(super) async fn keep(
        &self,
        asked: &Asked<'_>,
        located: Arc<Located>,
        form: Variant,
    ) -> Result<Variant> {
        if form.content.length() > LONGEST.min(self.0.capacity()) {
            return Ok(form);
        }
        let form = Variant { content: Content::memory(form.content.whole().await?), ..form };
        self.0.insert(key(asked), Kept { of: located, form: Arc::new(form.clone()) });
        Ok(form)
    }
}

fn key(asked: &Asked<'_>) -> Key {
    Key([asked.id, "/", asked.path].concat(), asked.accepts)
}
