//! How much of one site runs at the same time, so that no site takes what others need.
//!
//! What is beyond the limit waits in a queue of its own, first come first served, where it holds nothing that others wait
//! for; who waits for long, or finds a long queue, is told to come back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::{Result, exhausted, internal};

/// How long something waits for its place.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many may wait for each place.
const QUEUED: usize = 4;
/// When to come back.
const LATER: Duration = Duration::from_secs(1);

/// The places of each site.
pub(crate) struct Places {
    /// How many a site has; none: as many as it likes.
    most: Option<usize>,
    /// What takes them, in the plural.
    what: &'static str,
    /// By the catalog's number of the site; there are as many as there are sites.
    sites: RwLock<HashMap<i64, Arc<Site>>>,
}

struct Site {
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub struct Place {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Places {
    pub(crate) fn new(most: Option<usize>, what: &'static str) -> Places {
        let most = most.map(|most| most.min(Semaphore::MAX_PERMITS));
        Places { most, what, sites: RwLock::default() }
    }

    /// A place among those of a site, as soon as one is free.
    pub(crate) async fn take(&self, site: i64) -> Result<Place> {
        let Some(most) = self.most else { return Ok(Place { _permit: None }) };
        let site = self.site(site, most);
        if let Ok(free) = site.free.clone().try_acquire_owned() {
            return Ok(Place { _permit: Some(free) });
        }
        let full = || {
            let text = format!("this site has {most} {} running, which is its limit", self.what);
            exhausted(&text, LATER)
        };
        let _waiting = Waiting::among(&site.waiting, most.saturating_mul(QUEUED)).ok_or_else(full)?;
        let free = timeout(PATIENCE, site.free.clone().acquire_owned()).await.map_err(|_| full())?;
        Ok(Place { _permit: Some(free.map_err(internal)?) })
    }

    fn site(&self, site: i64, most: usize) -> Arc<Site> {
        let known = self.sites.read().unwrap_or_else(PoisonError::into_inner).get(&site).cloned();
        known.unwrap_or_else(|| {
            let mut sites = self.sites.write().unwrap_or_else(PoisonError::into_inner);
            let new = || Site { free: Arc::new(Semaphore::new(most)), waiting: AtomicUsize::new(0) };
            sites.entry(site).or_insert_with(|| Arc::new(new())).clone()
        })
    }
}

/// Somebody who waits, until they have their place or leave.
struct Waiting<'a>(&'a AtomicUsize);

impl Waiting<'_> {
    fn among(waiting: &AtomicUsize, most: usize) -> Option<Waiting<'_>> {
        let counted = Waiting(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < most).then_some(counted)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_beyond_the_limit_waits_in_order_and_other_sites_do_not() {
        let places = Places::new(Some(2), "calls");
        let first = places.take(1).await.expect("a free place");
        let _second = places.take(1).await.expect("a free place");
        let other = timeout(Duration::ZERO, places.take(2)).await;
        assert!(other.is_ok_and(|taken| taken.is_ok()), "another site doesn't wait");
        let (taken, ()) = tokio::join!(places.take(1), async {
            tokio::time::sleep(PATIENCE / 2).await;
            drop(first);
        });
        let _third = taken.expect("a place that was left");
        let refused = places.take(1).await.expect_err("nobody leaves");
        assert_eq!(refused.code().name(), "RESOURCE_EXHAUSTED");
    }

    #[tokio::test]
    async fn a_queue_that_is_long_is_not_joined() {
        let places = Places::new(Some(1), "uploads");
        let _place = places.take(1).await.expect("a free place");
        let began = tokio::time::Instant::now();
        let waits = (0..=QUEUED).map(|_| async {
            places.take(1).await.expect_err("nobody leaves");
            began.elapsed() >= PATIENCE
        });
        let waited = futures::future::join_all(waits).await;
        assert_eq!(waited, [true, true, true, true, false]);
    }
}
