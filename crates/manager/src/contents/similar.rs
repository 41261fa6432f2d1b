//! Images that look like one, and copies of it. What a site's images look like is held in memory once somebody asks, and follows
//! the catalog from then on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::likeness::Index;
use catalog::files::{self, FileRecord};
use catalog::folders::Root;
use catalog::likeness::{self, Changes, Likeness, Position};
use catalog::{Catalog, Topic};
use contract::contents::{FindSimilarReply, FindSimilarRequest, SimilarFile};
use contract::errors::Code;

use crate::Manager;
use crate::access::Caller;
use crate::error::{Error, Result, internal, invalid};
use crate::files::{describe, resolve};

/// Images when the request doesn't say.
const USUAL: i64 = 20;
/// Rows that are read at a time.
const STEP: usize = 2_000;
/// Bits in which the hashes of two copies of one picture may differ: nine tenths of those that are cut by a fortieth on each side are
/// within, and 3 of 10,000 pairs of other pictures.
const COPY: u32 = 8;
/// Sites whose images are held in memory.
const SITES: usize = 64;

/// What the images of some sites look like.
#[derive(Default)]
pub(crate) struct Alike(Mutex<HashMap<i64, Arc<tokio::sync::Mutex<Site>>>>);

/// What the images of a site look like.
struct Site {
    index: Index,
    /// Of which model its vectors are.
    model: String,
    position: Position,
    version: Option<u64>,
}

impl Alike {
    fn site(&self, num: i64) -> Arc<tokio::sync::Mutex<Site>> {
        let mut sites = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sites.len() >= SITES && !sites.contains_key(&num) {
            // Any other: it is read again when it is asked for.
            let other = sites.keys().next().copied();
            other.and_then(|other| sites.remove(&other));
        }
        sites.entry(num).or_insert_with(|| Arc::new(tokio::sync::Mutex::new(Site::new("", 1)))).clone()
    }
}

impl Site {
    fn new(model: &str, dimensions: usize) -> Site {
        let (index, model) = (Index::new(dimensions), model.to_owned());
        Site { index, model, position: Position::default(), version: None }
    }

    /// Takes in what has changed.
    async fn follow(&mut self, catalog: &Catalog, num: i64) -> Result<()> {
        let version = catalog.version(Topic::Likenesses);
        if self.version == Some(version) {
            return Ok(());
        }
        loop {
            let position = self.position;
            let read = catalog.read(move |tx| likeness::since(tx, num, position, STEP)).await?;
            let Some(Changes { changes, next, more }) = read else {
                // So far behind that gone files were forgotten.
                *self = Site::new(&self.model.clone(), self.index.dimensions());
                continue;
            };
            for change in changes {
                let Likeness { vector, hash } = change.likeness;
                let vector = vector.filter(|vector| vector.model() == self.model);
                self.index.put(change.file, vector.as_ref().map(|vector| vector.values()), hash);
            }
            self.position = next;
            if !more {
                break;
            }
        }
        self.version = Some(version);
        Ok(())
    }

    /// The images most like one, with how much alike they are and whether they are copies; more than are wanted, as some may
    /// be out of reach.
    fn like(&self, num: i64, likeness: &Likeness, most: usize) -> Vec<(i64, f32, bool)> {
        let mut found: Vec<(i64, f32, bool)> = Vec::new();
        if let Some(hash) = likeness.hash {
            let copies = self.index.near_hashes(hash, COPY, |id| id != num);
            found.extend(copies.into_iter().map(|(id, bits)| (id, 1.0 - bits as f32 / 64.0, true)));
        }
        if let Some(vector) = &likeness.vector {
            for near in self.index.nearest(vector.values(), most, |id| id != num) {
                match found.iter_mut().find(|(id, ..)| *id == near.id) {
                    Some(copy) => copy.1 = copy.1.max(near.cosine),
                    None => found.push((near.id, near.cosine.max(0.0), false)),
                }
            }
        }
        // Copies first, then by how much alike they are.
        found.sort_by(|a, b| b.2.cmp(&a.2).then(b.1.total_cmp(&a.1)).then(a.0.cmp(&b.0)));
        found
    }
}

/// Finds images that look like one.
pub async fn similar(
    manager: Manager,
    caller: Caller,
    request: FindSimilarRequest,
) -> Result<FindSimilarReply> {
    let (reach, id) = (caller.reach.clone(), request.file_id.unwrap_or_default());
    let found = manager.catalog().read(move |tx| {
        let file = resolve(tx, &reach, "fileId", &id)?;
        let known = likeness::get(tx, file.num)?;
        Ok::<_, Error>((file, known))
    });
    let (file, known) = found.await?;
    if known == Likeness::default() {
        let text = format!("nobody knows yet what `{}` looks like; annotate it first", file.id);
        return Err(invalid(Code::InvalidValue, "fileId", text));
    }
    let most = usize::try_from(request.limit.unwrap_or(USUAL)).unwrap_or_default();
    let site = manager.inner.alike.site(caller.site);
    let mut site = site.lock_owned().await;
    if let Some(vector) = known.vector.as_ref().filter(|vector| vector.model() != site.model) {
        *site = Site::new(vector.model(), vector.values().len());
    }
    site.follow(manager.catalog(), caller.site).await?;
    // Half as many again and some more for those that are in the trash.
    let (num, wanted) = (file.num, most + most / 2 + 20);
    let like = tokio::task::spawn_blocking(move || site.like(num, &known, wanted)).await.map_err(internal)?;
    let reach = caller.reach.clone();
    let read = manager.catalog().read(move |tx| {
        let mut reached: Vec<(FileRecord, f32, bool)> = Vec::new();
        for (num, similarity, duplicate) in &like {
            let file = files::by_num(tx, *num)?.filter(|file| file.root != Root::Trash);
            if let Some(file) = file
                && reach.holds_file(tx, &file)?
            {
                reached.push((file, *similarity, *duplicate));
            }
            if reached.len() == most {
                break;
            }
        }
        Ok::<_, Error>(reached)
    });
    let shown = read.await?.into_iter().map(|(file, similarity, duplicate)| {
        Ok(SimilarFile { file: describe(&manager, &caller.site_id, file)?, similarity, duplicate })
    });
    Ok(FindSimilarReply { files: shown.collect::<Result<_>>()? })
}
