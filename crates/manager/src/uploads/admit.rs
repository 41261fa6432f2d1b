//! The one decision whether a file is taken: its type, its size, the site's room. Asked when a URL is issued, when a
//! body begins, while it runs, and once more at its end.

use catalog::{Tx, sites};
use contract::errors::{Code, FieldViolation, ViolatedRule};
use contract::formats::{self, Format};
use contract::validate::broken;
use contract::values::{Int64, Timestamp};
use media::decide::{TypeError, decide};
use media::sniff::{HEAD, sniff};
use serde_json::json;
use storage::Staged;

use crate::error::{Error, Result, internal, invalid};
use crate::settings::Limits;

/// Whether a file of this format and size is taken, as far as the size is known. `field` is what the answer is about.
pub(crate) fn admit(limits: &Limits, field: &str, format: &Format, size: Option<u64>) -> Result<()> {
    if size == Some(0) {
        return Err(invalid(Code::ZeroFileSize, field, "the file is empty"));
    }
    if !limits.takes(format) {
        let text = format!("files of the type {} are not taken here", format.mime);
        return Err(invalid(Code::UnsupportedFileFormat, field, text));
    }
    let most = limits.bytes_of(format.kind);
    if size.is_some_and(|size| size > most) {
        let text = format!("the limit for files of the type {} is {most} bytes", format.kind.name());
        let violation = FieldViolation {
            violated_rule: ViolatedRule::Max,
            data: Some(json!({ "limit": most.to_string() })),
            ..broken(Code::FileSizeOverLimit, field, text)
        };
        return Err(Error::Invalid(vec![violation]));
    }
    Ok(())
}

/// What is said of a file, to which its bytes must be true.
pub(crate) struct Expected<'a> {
    /// What was announced before they came.
    pub(crate) format: &'static Format,
    /// The MIME type that was declared then.
    pub(crate) mime: &'a str,
    /// The one that came with them. Clients send some or other, so only one that names a format of ours must fit.
    pub(crate) also: Option<&'a str>,
    /// What it is called.
    pub(crate) name: Option<&'a str>,
}

/// What bytes that are all here are, and whether such a file is taken.
pub(crate) fn judge(
    limits: &Limits,
    field: &str,
    staged: &Staged,
    expected: &Expected<'_>,
) -> Result<&'static Format> {
    let sniffed = sniff(&staged.head()[..staged.head().len().min(HEAD)]);
    let decided =
        |mime: &str| decide(sniffed, Some(mime), expected.name).map_err(|error| refuse_type(field, error));
    let format = decided(expected.mime)?;
    if let Some(said) = expected.also.filter(|said| formats::by_mime(said).is_some()) {
        decided(said)?;
    }
    if format.kind != expected.format.kind {
        let text = format!(
            "a file of the type {} was announced, but the content is {}",
            expected.format.mime, format.mime
        );
        return Err(invalid(Code::MismatchMimeType, field, text));
    }
    admit(limits, field, format, Some(staged.length()))?;
    Ok(format)
}

/// A type that isn't taken, in the contract's words.
pub(crate) fn refuse_type(field: &str, error: TypeError) -> Error {
    let code = match &error {
        TypeError::Mismatch { .. } => Code::MismatchMimeType,
        TypeError::Unsupported(_) => Code::UnsupportedFileFormat,
    };
    invalid(code, field, error.to_string())
}

/// Whether the site has room for a file of this size, as things stand. Nothing is counted yet.
pub(crate) fn room(tx: &Tx<'_>, site: i64, field: &str, size: u64, now: i64) -> Result<()> {
    let Some(site) = sites::by_num(tx, site)? else { return Err(internal("the caller belongs to no site")) };
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let bytes = site.quota_bytes.filter(|quota| site.used_bytes.saturating_add(size.max(1)) > *quota);
    let files = site.quota_files.filter(|quota| site.used_files >= *quota);
    match bytes.or(files) {
        Some(_) => Err(over_quota(field, site.quota_bytes, now)),
        None => Ok(()),
    }
}

/// Counts a file against the site's room, in the transaction that adds it.
pub(crate) fn charge(tx: &Tx<'_>, site: i64, field: &str, size: u64, now: i64) -> Result<()> {
    let charged = sites::charge(tx, site, i64::try_from(size).unwrap_or(i64::MAX))?;
    if charged { Ok(()) } else { Err(refused_by_quota(tx, site, field, now)?) }
}

/// Counts the bytes of a file that was counted without them, in the transaction that adds them.
pub(crate) fn charge_bytes(tx: &Tx<'_>, site: i64, field: &str, size: u64, now: i64) -> Result<()> {
    let charged = sites::charge_bytes(tx, site, i64::try_from(size).unwrap_or(i64::MAX))?;
    if charged { Ok(()) } else { Err(refused_by_quota(tx, site, field, now)?) }
}

fn refused_by_quota(tx: &Tx<'_>, site: i64, field: &str, now: i64) -> Result<Error> {
    let quota = sites::by_num(tx, site)?.and_then(|site| site.quota_bytes);
    Ok(over_quota(field, quota, now))
}

/// `SiteQuotaExceededError` (CONTRACT 1.4), without the plans that a subscription would have. `storage` is null where the
/// number of files alone is limited.
fn over_quota(field: &str, bytes: Option<i64>, now: i64) -> Error {
    let quota = json!({ "storage": bytes.map(Int64), "timestamp": Timestamp { millis: now } });
    let violation = FieldViolation {
        data: Some(json!({ "quota": quota })),
        ..broken(
            Code::SiteQuotaExceeded,
            field,
            "the site has no room for this file; delete files for good, or raise its quota",
        )
    };
    Error::Invalid(vec![violation])
}
