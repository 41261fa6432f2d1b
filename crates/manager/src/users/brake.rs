//! Slows down whoever guesses passwords: an account and an address each have some attempts free; after that each failed one
//! doubles the wait for the next.
//!
//! An account's wait stays short, so that its owner can't be kept out for long by somebody else.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What attempts are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Counted {
    Account(String),
    /// Of IPv6 the network that one customer has (/64).
    Address(IpAddr),
}

impl Counted {
    fn address(address: IpAddr) -> Counted {
        Counted::Address(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !(u128::MAX >> 64)).into()),
        })
    }

    /// Attempts that may fail without a wait.
    fn free(&self) -> u32 {
        match self {
            Counted::Account(_) => 5,
            Counted::Address(_) => 20,
        }
    }

    /// The longest wait, in milliseconds.
    fn longest(&self) -> i64 {
        match self {
            Counted::Account(_) => 60_000,
            Counted::Address(_) => 15 * 60_000,
        }
    }

    fn wait(&self, failures: u32) -> i64 {
        match failures.checked_sub(self.free()) {
            None => 0,
            Some(over) => self.longest().min(1000 << over.min(20)),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: i64,
}

/// Failures are forgotten after an hour without another.
const FORGET: i64 = 3_600_000;
/// Accounts and addresses remembered at the most.
const MOST: usize = 20_000;

/// Counts failed attempts.
#[derive(Default)]
pub(super) struct Brake(Mutex<HashMap<Counted, Failures>>);

impl Brake {
    /// Counts an attempt, which has failed until [`Brake::release`] says otherwise, so that many at once count too. `Err`:
    /// how long to wait before the next one.
    pub(super) fn press(&self, account: &str, address: IpAddr, now: i64) -> Result<(), Duration> {
        let mut counts = self.counts();
        let counted = [Counted::Account(account.to_owned()), Counted::address(address)];
        let until = counted.iter().filter_map(|counted| {
            let failures = counts.get(counted)?;
            Some(failures.last + counted.wait(failures.count))
        });
        let wait = until.max().unwrap_or(now) - now;
        if wait > 0 {
            return Err(Duration::from_millis(wait.unsigned_abs()));
        }
        for counted in counted {
            let failures = counts.entry(counted).or_insert(Failures { count: 0, last: now });
            if failures.last + FORGET < now {
                failures.count = 0;
            }
            *failures = Failures { count: failures.count.saturating_add(1), last: now };
        }
        if counts.len() > MOST {
            make_room(&mut counts, now);
        }
        Ok(())
    }

    /// The attempt was a good one.
    pub(super) fn release(&self, account: &str, address: IpAddr) {
        let mut counts = self.counts();
        counts.remove(&Counted::Account(account.to_owned()));
        // Who knows one password may still be guessing others.
        if let Some(failures) = counts.get_mut(&Counted::address(address)) {
            failures.count = failures.count.saturating_sub(1);
        }
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Counted, Failures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what is old, and if that is not enough the older half.
fn make_room(counts: &mut HashMap<Counted, Failures>, now: i64) {
    counts.retain(|_, failures| failures.last + FORGET >= now);
    if counts.len() > MOST {
        let mut times: Vec<i64> = counts.values().map(|failures| failures.last).collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        counts.retain(|_, failures| failures.last > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn an_account_waits_longer_after_each_failure_and_never_more_than_a_minute() {
        let (brake, mut now, mut waits) = (Brake::default(), 0, Vec::new());
        for _ in 0..14 {
            // From another address each time.
            let address = IpAddr::from([10, 0, 0, waits.len() as u8]);
            if let Err(wait) = brake.press("ada", address, now) {
                waits.push(wait.as_secs());
                now += wait.as_millis() as i64;
                brake.press("ada", address, now).expect("after the wait");
            }
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert!(brake.press("bob", HERE, now).is_ok(), "others don't wait");
        brake.release("ada", HERE);
        assert!(brake.press("ada", HERE, now).is_ok(), "a good attempt ends it");
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits_too() {
        let brake = Brake::default();
        for account in 0..20 {
            brake.press(&account.to_string(), "2001:db8::1".parse().expect("an address"), 0).expect("free");
        }
        assert!(brake.press("x", "2001:db8::2".parse().expect("an address"), 0).is_err(), "the same network");
        assert!(brake.press("x", "2001:db8:0:1::2".parse().expect("an address"), 0).is_ok());
    }

    #[test]
    fn what_is_remembered_is_bounded_and_forgotten_in_time() {
        let brake = Brake::default();
        for number in 0..3 * MOST as u32 {
            let _ = brake.press(&number.to_string(), IpAddr::from(number.to_be_bytes()), i64::from(number));
            assert!(brake.counts().len() <= MOST);
        }
        let later = 10 * FORGET;
        (0..5).for_each(|_| brake.press("ada", HERE, later).expect("free"));
        assert!(brake.press("ada", HERE, later).is_err());
        assert!(brake.press("ada", HERE, later + 2 * FORGET).is_ok());
        assert!(brake.press("ada", HERE, later + 2 * FORGET).is_ok(), "counted anew");
    }
}
