//! How often somebody may call the API.
//!
//! Each caller has a token bucket, and so has each address from which calls come that show nobody, so that keys can't be
//! guessed at speed. Whoever is refused is refused before anything is looked up.

use std::convert::Infallible;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use contract::errors::Class;
use quick_cache::sync::Cache;

use crate::access::Caller;
use crate::error::{Result, exhausted};
use crate::settings::{Rate, RateLimits};

/// Buckets kept at the most, and credentials. Of more the least used are forgotten, which fills their buckets again.
const MOST: usize = 50_000;

/// The buckets of callers and addresses.
pub struct RateLimiter {
    callers: Option<Buckets<Arc<str>>>,
    addresses: Option<Buckets<IpAddr>>,
    /// Whose credentials were good when they were last seen, by a hash that nobody outside can compute.
    good: Cache<u64, Arc<str>>,
    hasher: RandomState,
}

impl RateLimiter {
    pub(crate) fn new(limits: &RateLimits) -> RateLimiter {
        RateLimiter {
            callers: limits.key.map(Buckets::new),
            addresses: limits.address.map(Buckets::new),
            good: Cache::new(MOST),
            hasher: RandomState::new(),
        }
    }

    /// The caller behind `credentials`, if they may call now. `caller` looks them up, and is asked only if they may, or if the
    /// address may still show credentials that were not good before.
    pub async fn admit(
        &self,
        credentials: &[u8],
        from: IpAddr,
        caller: impl Future<Output = Result<Caller>>,
    ) -> Result<Caller> {
        let credentials = self.hasher.hash_one(credentials);
        let known = self.good.get(&credentials);
        match &known {
            Some(caller) => self.count(caller)?,
            None => self.admit_stranger(from)?,
        }
        let caller = caller.await.inspect_err(|error| {
            if matches!(error.code().class(), Class::Unauthenticated | Class::PermissionDenied) {
                self.good.remove(&credentials);
            }
        })?;
        if known.is_none() {
            // By the key, whoever it acts for: an app can make as many visitors as it likes.
            let id = Arc::from(caller.key.as_ref().unwrap_or(&caller.identity_id).as_str());
            self.count(&id)?;
            self.good.insert(credentials, id);
        }
        Ok(caller)
    }

    fn count(&self, caller: &Arc<str>) -> Result<()> {
        let Some(callers) = &self.callers else { return Ok(()) };
        callers.draw(caller).map_err(|wait| exhausted("this caller calls too often", wait))
    }

    /// Whether a call that shows no caller may come from this address now.
    pub fn admit_stranger(&self, from: IpAddr) -> Result<()> {
        let Some(addresses) = &self.addresses else { return Ok(()) };
        let text = "too many calls without a good key come from this address";
        addresses.draw(&network(from)).map_err(|wait| exhausted(text, wait))
    }
}

/// What is counted as one address: an IPv6 client has a whole /64 to choose from.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
    }
}

/// A token bucket for each `K`. It is kept as one number, the time at which it will be full again (the generic cell rate
/// algorithm), so that a call costs one exchange of that number.
struct Buckets<K> {
    began: Instant,
    /// Nanoseconds in which one token comes.
    step: u64,
    /// Nanoseconds in which an empty bucket is filled.
    depth: u64,
    full_at: Cache<K, Arc<AtomicU64>>,
}

impl<K: Clone + Eq + Hash> Buckets<K> {
    fn new(rate: Rate) -> Buckets<K> {
        let step = 1_000_000_000 / u64::from(rate.per_second);
        let depth = step.saturating_mul(rate.burst.into());
        Buckets { began: Instant::now(), step, depth, full_at: Cache::new(MOST) }
    }

    /// Takes a token; how long until there is one, if there is none.
    fn draw(&self, key: &K) -> Result<(), Duration> {
        self.draw_at(key, u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    fn draw_at(&self, key: &K, now: u64) -> Result<(), Duration> {
        let made = self.full_at.get_or_insert_with(key, || Ok::<_, Infallible>(Arc::default()));
        let Ok(bucket) = made;
        let drawn = |full_at: u64| full_at.max(now).saturating_add(self.step);
        let latest = now.saturating_add(self.depth);
        let taken = bucket.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
            Some(drawn(full_at)).filter(|then| *then <= latest)
        });
        taken.map(drop).map_err(|full_at| Duration::from_nanos(drawn(full_at) - latest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_burst_is_taken_then_one_call_for_each_step_and_each_has_a_bucket_of_its_own() {
        let buckets = Buckets::new(Rate { per_second: 10, burst: 5 });
        let taken =
            |key: &str, at: u64| (0..100).filter(|_| buckets.draw_at(&key.to_owned(), at).is_ok()).count();
        assert_eq!(taken("a", SECOND), 5);
        assert_eq!(taken("b", SECOND), 5);
        assert_eq!(buckets.draw_at(&"a".to_owned(), SECOND), Err(Duration::from_millis(100)));
        assert_eq!(taken("a", SECOND + SECOND / 5), 2);
        assert_eq!(taken("a", 100 * SECOND), 5, "no more than the burst is saved up");
    }

    #[test]
    fn buckets_are_bounded_and_a_busy_one_stays() {
        let buckets = Buckets::new(Rate { per_second: 1, burst: 2 });
        for other in 0..10 * MOST {
            let _ = buckets.draw_at(&usize::MAX, SECOND);
            buckets.draw_at(&other, SECOND).expect("a new one is full");
        }
        assert!(buckets.full_at.len() <= MOST);
        assert!(buckets.draw_at(&usize::MAX, SECOND).is_err());
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        let of = |address: &str| network(address.parse().expect("an address")).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
    }

    fn caller() -> Caller {
        Caller {
            site: 1,
            site_id: String::new(),
            site_prefix: String::new(),
            identity: contract::enums::IdentityType::App,
            identity_id: "app".to_owned(),
            key: None,
            rights: crate::access::Rights::None,
            origin: crate::Origin::default(),
            reach: crate::access::Reach::nothing(1),
        }
    }

    #[tokio::test]
    async fn a_caller_is_counted_over_all_of_its_credentials_and_not_looked_up_when_refused() {
        let limiter = RateLimiter::new(&RateLimits {
            key: Some(Rate { per_second: 1, burst: 3 }),
            address: Some(Rate { per_second: 1, burst: 100 }),
        });
        let here: IpAddr = "192.0.2.1".parse().expect("an address");
        let call = async |credentials: &[u8]| limiter.admit(credentials, here, async { Ok(caller()) }).await;
        for credentials in [b"a", b"b", b"a"] {
            call(credentials).await.expect("within the burst");
        }
        let refused = limiter.admit(b"a", here, async { unreachable!("nothing is looked up") }).await;
        assert_eq!(refused.expect_err("too many").code().name(), "RESOURCE_EXHAUSTED");
        assert!(call(b"c").await.is_err());
    }

    #[tokio::test]
    async fn guesses_are_slow_and_harm_nobody_whose_key_is_good() {
        let limiter =
            RateLimiter::new(&RateLimits { key: None, address: Some(Rate { per_second: 1, burst: 3 }) });
        let here: IpAddr = "192.0.2.1".parse().expect("an address");
        let known = async || limiter.admit(b"good", here, async { Ok(caller()) }).await;
        known().await.expect("the first call");
        let wrong = || crate::error::refused(contract::errors::Code::Unauthenticated, "");
        let guess = async |key: u8| limiter.admit(&[key], here, async { Err(wrong()) }).await;
        let mut codes = Vec::new();
        for key in 0..4 {
            codes.push(guess(key).await.expect_err("a guess").code().name());
        }
        assert_eq!(codes, ["UNAUTHENTICATED", "UNAUTHENTICATED", "RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED"]);
        let asked = limiter.admit(b"x", here, async { unreachable!("nothing is looked up") }).await;
        assert!(asked.is_err());
        for _ in 0..10 {
            known().await.expect("a key that was good");
        }
        limiter.admit(b"good", here, async { Err(wrong()) }).await.expect_err("it was revoked");
        assert_eq!(known().await.expect_err("it counts as a guess now").code().name(), "RESOURCE_EXHAUSTED");
    }
}
