//! generateVideoStreamingUrl, and the tokens in addresses of private streams.

use catalog::files::{FileRecord, Status};
use contract::errors::Code;
use contract::files::{
    DownloadUrl, GenerateVideoStreamingUrlReply, GenerateVideoStreamingUrlRequest, StreamFormat,
};
use contract::formats::Kind;
use contract::ids::FileId;
use media::av::QUALITIES;
use media::facts::{Facts, VideoFacts};
use serde::{Deserialize, Serialize};

use crate::Manager;
use crate::access::Caller;
use crate::delivery::link::note_link;
use crate::error::{Error, Result, internal, invalid, refused};
use crate::files::resolve;
use crate::tokens::Purpose;

/// How long an address is good when the request doesn't say, in minutes.
const USUAL_MINUTES: i64 = 1440;

/// What a token allows: all parts of the stream of one video, and nothing else of it.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: String,
}

/// Whether a token opens the stream of this video.
pub(super) fn opens(manager: &Manager, id: &FileId, token: &str) -> Result<()> {
    let read = manager.tokens().read::<Claims>(Purpose::Stream, token).ok();
    let read = read.filter(|read| read.claims.sub == id.as_str());
    let read = read.ok_or_else(|| {
        refused(Code::LinkInvalid, "the address of the stream is not valid; ask for a new one")
    })?;
    if read.has_expired(manager.now()) {
        return Err(refused(Code::LinkExpired, "the address of the stream is too old; ask for a new one"));
    }
    Ok(())
}

/// Where a public video is streamed from.
pub(crate) fn stream_url(
    manager: &Manager,
    file: &FileRecord,
    facts: &VideoFacts,
    format: StreamFormat,
) -> String {
    address(manager, file, facts, None, format)
}

fn address(
    manager: &Manager,
    file: &FileRecord,
    facts: &VideoFacts,
    token: Option<&str>,
    format: StreamFormat,
) -> String {
    let made = facts.renditions.iter().map(|rendition| rendition.quality.as_str());
    let mut qualities: Vec<&str> = made.chain(facts.pending.iter().map(String::as_str)).collect();
    if qualities.is_empty() {
        // Nobody has looked at it yet: whatever it will have.
        qualities.extend(QUALITIES);
    }
    let origin = &manager.settings().content_url;
    let token = token.map(|token| format!("s/{token}/")).unwrap_or_default();
    let part = if format == StreamFormat::Dash { "manifest.mpd" } else { "master.m3u8" };
    format!("{origin}/video/{}/{token},{},/mp4/file.mp4.urlset/{part}", file.id, qualities.join(","))
}

/// Makes an address. One of a video that is still being made gets better with it.
pub async fn link_stream(
    manager: Manager,
    caller: Caller,
    request: GenerateVideoStreamingUrlRequest,
) -> Result<GenerateVideoStreamingUrlReply> {
    let (reach, id) = (caller.reach.clone(), request.file_id.unwrap_or_default());
    let file = manager.catalog().read(move |tx| resolve(tx, &reach, "fileId", &id)).await?;
    let facts = file.facts.as_deref().map(serde_json::from_str::<Facts>).transpose().map_err(internal)?;
    let facts = facts.and_then(|facts| facts.video).unwrap_or_default();
    let comes = file.status == Status::Pending && manager.inner.tools.film.is_some();
    if file.format.kind != Kind::Video || (facts.renditions.is_empty() && !comes) {
        return Err(no_stream(&file));
    }
    let format = match request.format {
        Some(StreamFormat::Dash) => StreamFormat::Dash,
        _ => StreamFormat::Hls,
    };
    let token = match file.private {
        true => {
            note_link(&manager, &caller, &file).await?;
            let expires = manager.now() + request.expiration_in_minutes.unwrap_or(USUAL_MINUTES) * 60_000;
            Some(manager.tokens().sign(
                Purpose::Stream,
                Some(expires),
                Claims { sub: file.id.to_string() },
            )?)
        }
        false => None,
    };
    let url = address(&manager, &file, &facts, token.as_deref(), format);
    let asset_key = if format == StreamFormat::Dash { "DASH" } else { "HLS" }.to_owned();
    Ok(GenerateVideoStreamingUrlReply { download_url: DownloadUrl { url, asset_key } })
}

fn no_stream(file: &FileRecord) -> Error {
    invalid(Code::FileHasNoStream, "fileId", format!("`{}` has no stream", file.id))
}
