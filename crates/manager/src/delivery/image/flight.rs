//! One making for all who ask for the same at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};

use crate::error::Error;

/// What comes of it. Errors are shared by those who wait.
pub(super) type Made = Result<Bytes, Arc<Error>>;
type Flight = Shared<BoxFuture<'static, Made>>;

/// What is being made. It is only held by those who wait for it: when all of them leave, it ends where it waits itself.
#[derive(Default)]
pub(super) struct Flights {
    under_way: Mutex<HashMap<String, WeakShared<BoxFuture<'static, Made>>>>,
    /// What was made and isn't kept yet: who asks now gets the same bytes.
    landed: Mutex<HashMap<String, Flight>>,
}

impl Flights {
    /// Holds what was made until it is [dropped](Flights::forget): to be called at the end of the making.
    pub(super) fn hold(&self, name: &str) {
        let under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = under_way.get(name).and_then(WeakShared::upgrade) {
            self.landed.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), flight);
        }
    }

    /// Drops what is kept elsewhere by now.
    pub(super) fn forget(&self, name: &str) {
        let landed = self.landed.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.remove(name);
        drop(under_way);
        drop(landed);
    }

    /// Joins the making of `name`, or begins it.
    pub(super) fn join(&self, name: &str, begin: impl FnOnce() -> BoxFuture<'static, Made>) -> Flight {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = under_way.get(name).and_then(WeakShared::upgrade) {
            return flight;
        }
        // Those that were left by all.
        under_way.retain(|_, flight| flight.upgrade().is_some());
        let flight = begin().shared();
        if let Some(weak) = flight.downgrade() {
            under_way.insert(name.to_owned(), weak);
        }
        flight
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn equal_requests_share_and_one_that_all_left_ends() {
        let (flights, begun, ended) =
            (Flights::default(), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let join = |name: &str, pause: u64| {
            flights.join(name, || {
                let (begun, ended) = (begun.clone(), ended.clone());
                async move {
                    begun.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    ended.fetch_add(1, Ordering::SeqCst);
                    Ok(Bytes::from_static(b"made"))
                }
                .boxed()
            })
        };
        let (one, two, other) = (join("a", 5), join("a", 5), join("b", 5));
        let (one, two, other) = tokio::join!(one, two, other);
        assert!(one.is_ok() && two.is_ok() && other.is_ok());
        assert_eq!(begun.load(Ordering::SeqCst), 2);
        let left = tokio::time::timeout(Duration::from_millis(5), join("c", 60_000)).await;
        assert!(left.is_err());
        assert!(join("c", 1).await.is_ok());
        assert_eq!((begun.load(Ordering::SeqCst), ended.load(Ordering::SeqCst)), (4, 3));
    }
}
