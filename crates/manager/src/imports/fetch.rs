//! The bytes of an import, however often that takes.
//!
//! What may pass is tried again, further and further apart; where the source offers ranges and says which version they are
//! of, a try goes on where the last one broke off.

use std::time::{Duration, SystemTime};

use contract::failures::{Failure, Reason};
use outbound::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_RANGE, ETAG, HeaderMap, HeaderValue, IF_RANGE, LAST_MODIFIED, RANGE,
    RETRY_AFTER,
};
use outbound::{Method, Response, StatusCode};
use serde_json::json;
use storage::Staged;
use tokio::time::Instant;

use super::source::Source;
use crate::Manager;
use crate::error::Error;
use crate::jobs::jittered;

/// Waits between tries that brought nothing; after the last one the import has failed.
const WAITS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(4), Duration::from_secs(15), Duration::from_secs(60)];

/// Why there are no bytes.
#[derive(Debug)]
pub(super) enum Ended {
    /// The import has failed for good.
    Failed(Failure),
    /// Something here went wrong: the job will be done again.
    Ours(Error),
}

/// Why a try came to nothing.
enum Trouble {
    /// It would come to nothing again.
    Lasting(Failure),
    /// It may be better next time, though not before a while.
    Passing(Failure, Duration),
    Ours(Error),
}

impl From<storage::Error> for Trouble {
    fn from(error: storage::Error) -> Trouble {
        Trouble::Ours(error.into())
    }
}

fn lasting(reason: Reason, text: impl Into<String>) -> Trouble {
    Trouble::Lasting(Failure::new(reason, text))
}

fn passing(reason: Reason, text: impl Into<String>) -> Trouble {
    Trouble::Passing(Failure::new(reason, text), Duration::ZERO)
}

/// Fetches at most `most` bytes for the file of this number.
pub(super) async fn fetch(manager: &Manager, source: &Source, file: i64, most: u64) -> Result<Staged, Ended> {
    let total = manager.settings().imports.timeout;
    let mut so_far = SoFar { staged: manager.store().stage(), version: None };
    match tokio::time::timeout(total, persist(manager, source, file, most, &mut so_far)).await {
        Ok(Ok(())) => Ok(so_far.staged),
        Ok(Err(ended)) => Err(ended),
        Err(_) => {
            let text = format!("the source took longer than {} seconds", total.as_secs());
            Err(Ended::Failed(Failure::new(Reason::SourceTimedOut, text)))
        }
    }
}

/// What was fetched so far.
struct SoFar {
    staged: Staged,
    /// Which version of the source it is of, if that can be asked for again.
    version: Option<HeaderValue>,
}

/// Tries until everything is here.
async fn persist(
    manager: &Manager,
    source: &Source,
    file: i64,
    most: u64,
    so_far: &mut SoFar,
) -> Result<(), Ended> {
    let patience = manager.settings().imports.retry_for;
    let (mut waits, mut idle_since) = (WAITS.iter(), Instant::now());
    loop {
        let before = so_far.staged.length();
        let (failure, at_least) = match attempt(manager, source, most, so_far).await {
            Ok(()) => return Ok(()),
            Err(Trouble::Passing(failure, at_least)) => (failure, at_least),
            Err(Trouble::Lasting(failure)) => return Err(Ended::Failed(failure)),
            Err(Trouble::Ours(error)) => return Err(Ended::Ours(error)),
        };
        // A source that keeps sending is only slow.
        if so_far.staged.length() > before {
            (waits, idle_since) = (WAITS.iter(), Instant::now());
        }
        let Some(wait) = waits.next() else { return Err(Ended::Failed(failure)) };
        let wait = jittered(*wait, file).max(at_least);
        if idle_since.elapsed() + wait > patience {
            return Err(Ended::Failed(failure));
        }
        tracing::debug!(host = source.host(), code = failure.code, ?wait, "an import is tried again");
        tokio::time::sleep(wait).await;
    }
}

async fn attempt(manager: &Manager, source: &Source, most: u64, so_far: &mut SoFar) -> Result<(), Trouble> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    // The bytes of the file, not some packing of them.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let version = so_far.version.as_ref().filter(|_| so_far.staged.length() > 0);
    let from = version.map_or(0, |_| so_far.staged.length());
    if let Some(version) = version {
        headers.insert(RANGE, HeaderValue::try_from(format!("bytes={from}-")).map_err(ours)?);
        headers.insert(IF_RANGE, version.clone());
    }
    let fetch = source.fetch(Method::GET, headers).map_err(Trouble::Ours)?;
    let mut response = manager.outside().fetch(&fetch).await.map_err(trouble)?;
    let goes_on = from > 0 && response.status() == StatusCode::PARTIAL_CONTENT;
    let behind_end = from > 0 && response.status() == StatusCode::RANGE_NOT_SATISFIABLE;
    if behind_end && ends_at(&response, from) {
        // Only its end was missing.
        return Ok(());
    }
    if behind_end || goes_on && !begins_at(&response, from) {
        so_far.version = None;
        return Err(passing(Reason::SourceFailed, "the source can't go on where it broke off"));
    }
    if !goes_on {
        if let Some(trouble) = wrong(&response) {
            return Err(trouble);
        }
        *so_far = SoFar { staged: manager.store().stage(), version: version_of(&response) };
    }
    let announced = response.content_length().map(|length| so_far.staged.length() + length);
    if announced.is_some_and(|length| length > most) {
        return Err(too_large(most));
    }
    while let Some(chunk) = response.chunk().await.map_err(trouble)? {
        so_far.staged.write(chunk).await?;
        if so_far.staged.length() > most {
            return Err(too_large(most));
        }
    }
    Ok(())
}

fn ours(error: impl Into<crate::error::Cause>) -> Trouble {
    Trouble::Ours(crate::error::internal(error))
}

fn too_large(most: u64) -> Trouble {
    let mut failure =
        Failure::new(Reason::FileSizeOverLimit, format!("the file is larger than {most} bytes"));
    failure.data = Some(json!({ "limit": most.to_string() }));
    Trouble::Lasting(failure)
}

/// What a range can be asked of again: a strong tag, or a date.
fn version_of(response: &Response) -> Option<HeaderValue> {
    let strong = response.headers().get(ETAG).filter(|tag| !tag.as_bytes().starts_with(b"W/"));
    strong.or_else(|| response.headers().get(LAST_MODIFIED)).cloned()
}

fn begins_at(response: &Response, from: u64) -> bool {
    let range = response.header(CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes "));
    range.and_then(|range| range.split('-').next()?.trim().parse().ok()) == Some(from)
}

fn ends_at(response: &Response, from: u64) -> bool {
    let total = response.header(CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes */"));
    total.and_then(|total| total.trim().parse().ok()) == Some(from)
}

/// What is wrong with an answer that isn't the file, and whether it may be better next time.
fn wrong(response: &Response) -> Option<Trouble> {
    let status = response.status();
    let text = format!("the source answered {status}");
    let failed = || {
        let data = Some(json!({ "status": status.as_u16() }));
        Failure { data, ..Failure::new(Reason::SourceFailed, text.clone()) }
    };
    match status.as_u16() {
        200 => None,
        404 | 410 => Some(lasting(Reason::SourceNotFound, text)),
        401 | 403 | 407 | 451 => Some(lasting(Reason::SourceDenied, text)),
        408 | 425 | 429 | 500..=599 => Some(Trouble::Passing(failed(), retry_after(response))),
        _ => Some(Trouble::Lasting(failed())),
    }
}

/// How long the source wants to be left alone: seconds, or until a date.
fn retry_after(response: &Response) -> Duration {
    let Some(text) = response.header(RETRY_AFTER) else { return Duration::ZERO };
    match text.trim().parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => httpdate::parse_http_date(text)
            .ok()
            .and_then(|date| date.duration_since(SystemTime::now()).ok())
            .unwrap_or_default(),
    }
}

fn trouble(error: outbound::Error) -> Trouble {
    use outbound::Error as E;
    let text = error.to_string();
    match error {
        E::Url(_) | E::Refused { .. } => lasting(Reason::SourceNotAllowed, text),
        E::TooManyRedirects => lasting(Reason::TooManyRedirects, text),
        E::Unreachable { .. } => passing(Reason::SourceUnreachable, text),
        E::TimedOut { .. } => passing(Reason::SourceTimedOut, text),
        E::Broken { .. } => passing(Reason::SourceBrokeOff, text),
    }
}
