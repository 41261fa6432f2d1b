//! generateVideoStreamingUrl, and the tokens in addresses of private streams.

use catalog::files::{FileRecord, Status};
use contract::errors::Code;
use contract::files::{
    DownloadUrl, GenerateVideoStreamingUrlReply, GenerateVideoStreamingUrlRequest, StreamFormat,
};
use contract::formats::Kind;
use contract::ids::FileId;
use facts::{Codec, VideoFacts};
use media::av::QUALITIES;
use serde::{Deserialize, Serialize};

use super::video_of;
use crate::Manager;
use crate::access::Caller;
use crate::delivery::link::note_link;
use crate::error::{Error, Result, invalid, refused};
use crate::files::resolve;
use crate::tokens::{Purpose, Tokens};

/// How long an address is good when the request doesn't say, in minutes.
const USUAL_MINUTES: i64 = 1440;

/// What a token allows: all parts of the stream of one video, and nothing else of it.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: String,
}

/// Whether a token opens the stream of this video.
pub(super) fn opens(tokens: &Tokens, id: &FileId, token: &str, now: i64) -> Result<()> {
    let read = tokens.read::<Claims>(Purpose::Stream, token).ok();
    let read = read.filter(|read| read.claims.sub == id.as_str()).ok_or_else(|| {
        refused(Code::LinkInvalid, "the address of the stream is not valid; ask for a new one")
    })?;
    if read.has_expired(now) {
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
    // A quality stands for its renditions in all codecs; there is none without one in H.264.
    let made = facts.renditions.iter().filter(|rendition| rendition.codec == Codec::H264);
    let made = made.map(|rendition| rendition.quality.as_str());
    let comes = facts.pending.iter().map(String::as_str).filter(|name| QUALITIES.contains(name));
    let mut qualities: Vec<&str> = made.chain(comes).collect();
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
    let facts = video_of(&file)?;
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_token_opens_one_stream_until_it_ends() {
        let clock = Clock::default();
        let tokens = Tokens::new(clock.clone());
        tokens.replace(&[("k1".into(), vec![7; 32])]);
        let id = |end: &str| FileId::parse(&format!("4acbb8_{}{end}", "0".repeat(31))).expect("an id");
        let ends = clock.now() + 60 * 60_000;
        let signed = |purpose, id: &FileId| {
            tokens.sign(purpose, Some(ends), Claims { sub: id.to_string() }).expect("a key is known")
        };
        let (one, other) = (id("1"), id("2"));
        let token = signed(Purpose::Stream, &one);
        let code =
            |id: &FileId, token: &str| opens(&tokens, id, token, clock.now()).map_err(|error| error.code());
        assert_eq!(code(&one, &token), Ok(()));
        assert_eq!(code(&other, &token), Err(Code::LinkInvalid));
        assert_eq!(code(&one, &signed(Purpose::Download, &one)), Err(Code::LinkInvalid));
        clock.advance(Duration::from_secs(59 * 60));
        assert_eq!(code(&one, &token), Ok(()));
        clock.advance(Duration::from_secs(61));
        assert_eq!(code(&one, &token), Err(Code::LinkExpired));
    }
}
