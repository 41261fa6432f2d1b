//! How many different forms of one file are made in a minute: who asks for thousands wants the work, not the pictures.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use contract::ids::FileId;

use crate::error::{Result, exhausted};

const MINUTE: Duration = Duration::from_secs(60);

/// Counts forms by file, in minutes that begin with the first form of any.
pub(super) struct Flood {
    most: Option<u32>,
    counted: Mutex<(Instant, HashMap<FileId, u32>)>,
}

impl Flood {
    /// None: as many as anybody likes.
    pub(super) fn new(most: Option<u32>) -> Flood {
        Flood { most, counted: Mutex::new((Instant::now(), HashMap::new())) }
    }

    /// Counts one more form of a file, or says when to come back.
    pub(super) fn count(&self, file: &FileId) -> Result<()> {
        let Some(most) = self.most else { return Ok(()) };
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if now.duration_since(counted.0) >= MINUTE {
            *counted = (now, HashMap::new());
        }
        let left = MINUTE.saturating_sub(now.duration_since(counted.0));
        let count = counted.1.entry(file.clone()).or_default();
        if *count >= most {
            let text =
                format!("{most} new forms of this image were made within a minute, which is the limit");
            return Err(exhausted(&text, left));
        }
        *count += 1;
        Ok(())
    }
}
