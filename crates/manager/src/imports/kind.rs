//! What an import will be: by what the caller says, by names, and only then by asking the source.

use contract::enums::MediaType;
use contract::errors::Code;
use contract::formats::{self, Format};
use contract::validate::unsupported;
use media::decide::expected;
use outbound::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap};
use outbound::{Method, Response};
use tokio::time::{Instant, timeout_at};

use super::source::{Source, file_name};
use crate::Manager;
use crate::error::{Error, Result, invalid};
use crate::uploads::refuse_type;

/// Says nothing.
const ANYTHING: &str = "application/octet-stream";

/// What is known before the bytes.
pub(super) struct Expected {
    pub(super) format: &'static Format,
    /// Bytes, where the source was asked and said so.
    pub(super) size: Option<u64>,
}

/// What a caller says about the type.
pub(super) struct Said<'a> {
    pub(super) mime: Option<&'a str>,
    pub(super) media_type: Option<MediaType>,
    pub(super) name: Option<&'a str>,
}

/// Settles the type. The source is asked only where nothing else tells, and not beyond `deadline`.
pub(super) async fn settle(
    manager: &Manager,
    said: Said<'_>,
    source: &Source,
    deadline: Instant,
) -> Result<Expected> {
    if said.media_type.is_some_and(|kind| !MediaType::FILTERABLE.contains(&kind)) {
        let allowed = MediaType::FILTERABLE.map(MediaType::name);
        let given = said.media_type.map_or("", MediaType::name);
        let violation = unsupported(Code::UnsupportedMediaType, "mediaType", given, &allowed);
        return Err(Error::Invalid(vec![violation]));
    }
    let settled = match told(&said, source)? {
        Some(format) => Expected { format, size: None },
        None => asked(manager, source, deadline).await.ok_or_else(|| {
            let text = "nothing tells what the file is; send `mimeType`, or a name with an extension";
            invalid(Code::UnsupportedFileFormat, "url", text)
        })??,
    };
    let kind = settled.format.kind.media_type();
    match said.media_type {
        Some(wanted) if wanted != kind => {
            let text = format!(
                "a file of the type {} was asked for, and this is {}",
                wanted.name(),
                settled.format.mime
            );
            Err(invalid(Code::MismatchMimeType, "mediaType", text))
        }
        _ => Ok(settled),
    }
}

/// What MIME type and names tell.
fn told(said: &Said<'_>, source: &Source) -> Result<Option<&'static Format>> {
    let mime = said.mime.map(str::trim).filter(|mime| !mime.is_empty());
    if let Some(mime) = mime.filter(|mime| !mime.eq_ignore_ascii_case(ANYTHING)) {
        return expected(mime, said.name).map(Some).map_err(|error| refuse_type("mimeType", error));
    }
    let named = said.name.and_then(formats::by_file_name);
    let format = named.or_else(|| source.file_name().and_then(|name| formats::by_file_name(&name)));
    // A media type that was asked for counts more than an extension.
    Ok(format.filter(|format| said.media_type.is_none_or(|kind| kind == format.kind.media_type())))
}

/// What the source tells; `None` when that is nothing.
async fn asked(manager: &Manager, source: &Source, deadline: Instant) -> Option<Result<Expected>> {
    // Not every source answers HEAD: links that are signed for GET don't, for example.
    for method in [Method::HEAD, Method::GET] {
        let fetch = source.fetch(method, HeaderMap::new()).ok()?;
        let response = match timeout_at(deadline, manager.outside().fetch(&fetch)).await.ok()? {
            Ok(response) if response.status().is_success() => response,
            Ok(_) | Err(outbound::Error::Broken { .. }) => continue,
            Err(_) => return None,
        };
        return read(&response);
    }
    None
}

/// What the head of an answer tells of the type. A type that isn't taken is an error, none at all is `None`.
fn read(response: &Response) -> Option<Result<Expected>> {
    let size = response.content_length().filter(|size| *size > 0);
    let mime = response.header(CONTENT_TYPE).map(|mime| mime.split(';').next().unwrap_or_default().trim());
    if let Some(mime) = mime.filter(|mime| !mime.is_empty() && !mime.eq_ignore_ascii_case(ANYTHING)) {
        let format = expected(mime, None).map_err(|error| refuse_type("url", error));
        return Some(format.map(|format| Expected { format, size }));
    }
    let disposition = response.header(CONTENT_DISPOSITION).unwrap_or_default();
    let called = disposition.split(';').find_map(|part| part.trim().strip_prefix("filename="));
    let called = called.map(|name| name.trim_matches('"').to_owned());
    let format =
        called.or_else(|| file_name(response.url())).and_then(|name| formats::by_file_name(&name))?;
    Some(Ok(Expected { format, size }))
}
