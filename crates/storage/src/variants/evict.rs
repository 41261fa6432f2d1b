//! Making room: the least recently used variants go, approximately.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Instant;

use uuid::Uuid;

use super::folder::Folder;
use super::key::SHARDS;

/// Variants that are compared with each other. Owners are spread by a hash, so any few shards are a sample of them all.
const SAMPLE: usize = 512;
/// Of a sample, this part is removed: what was used least recently. So no victim was used much more lately than the oldest
/// eighth of all variants.
const PART: usize = 8;

/// Counts what a folder holds, then makes room whenever it is woken.
pub(super) struct Evictor {
    folder: Arc<Folder>,
    woken: Receiver<()>,
    /// The shard that was looked at last. It goes round, so that none is looked at twice before all others were.
    hand: usize,
}

impl Evictor {
    pub(super) fn new(folder: Arc<Folder>, woken: Receiver<()>) -> Evictor {
        Evictor { folder, woken, hand: Uuid::new_v4().as_u128() as usize % SHARDS }
    }

    /// Until nobody can wake it any more.
    pub(super) fn run(mut self) {
        for shard in 0..SHARDS {
            if self.woken.try_recv() == Err(TryRecvError::Disconnected) {
                return;
            }
            let begun = Instant::now();
            self.attempt(|evictor| evictor.folder.look(shard).map(drop));
            self.attempt(Evictor::make_room);
            // As long as it took: half of the disk's time is for others.
            std::thread::sleep(begun.elapsed());
        }
        while self.woken.recv().is_ok() {
            self.attempt(Evictor::make_room);
        }
    }

    fn attempt(&mut self, work: impl FnOnce(&mut Evictor) -> io::Result<()>) {
        if let Err(error) = work(self) {
            tracing::warn!(%error, "the cache of variants can't be tidied up");
        }
    }

    fn make_room(&mut self) -> io::Result<()> {
        if !self.folder.is_crowded() {
            return Ok(());
        }
        let target = self.folder.target();
        let mut fruitless = 0;
        // Once round without a removal: all that can be removed is.
        while self.folder.used() > target && fruitless < SHARDS {
            let (mut sample, mut looked) = (Vec::new(), 0);
            while sample.len() < SAMPLE && looked < SHARDS {
                self.hand = (self.hand + 1) % SHARDS;
                looked += 1;
                if !self.folder.is_empty(self.hand) {
                    sample.extend(self.folder.look(self.hand)?);
                }
            }
            sample.sort_unstable_by_key(|entry| entry.used);
            // A sample of everything needs no care.
            let most = if looked == SHARDS { sample.len() } else { sample.len().div_ceil(PART) };
            let mut removed = 0;
            for entry in &sample[..most] {
                if self.folder.used() <= target {
                    break;
                }
                removed += usize::from(self.folder.remove(entry)?);
            }
            fruitless = if removed > 0 { 0 } else { fruitless + looked };
        }
        Ok(())
    }
}
