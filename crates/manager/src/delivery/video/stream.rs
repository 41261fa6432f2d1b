//! Streams: playlists and manifests that list what there is when they are asked for, and the tracks that they name.
//!
//! All of it lies below one address, `…/,720p,480p,/mp4/file.mp4.urlset/`, and names its parts relative to that, so that it
//! works behind any proxy. That of a private video has a token in front, which therefore goes with every part.

use std::sync::Arc;

use catalog::files::{Asset, Located, Status};
use contract::errors::Code;
use facts::{Rendition, SoundTrack, VideoFacts};
use media::stream::{Audio, Caption, Stream, Tiles, Video, dash, hls};

use super::link::opens;
use super::{track, video_of};
use crate::Manager;
use crate::delivery::content::Content;
use crate::delivery::original::{asset, etag, find, not_found, serve};
use crate::delivery::policy::{Bearing, decide};
use crate::error::{Result, refused};

/// What a request says.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The video.
    pub id: &'a str,
    /// The token in the path, if there is one.
    pub token: Option<&'a str>,
    /// Qualities between commas, as `,720p,480p,`.
    pub list: &'a str,
    /// The part: `master.m3u8`.
    pub part: &'a str,
    /// Which version of the part a playlist has named, if one did.
    pub version: Option<&'a str>,
}

/// A part of a stream.
pub struct Streamed {
    /// Its bytes.
    pub content: Content,
    /// Its MIME type.
    pub content_type: &'static str,
    /// Strong, with its quotes.
    pub etag: String,
    /// Whether it will never change under this address.
    pub lasts: bool,
    /// Whether it is only for those who have the address.
    pub private: bool,
}

const HLS: &str = "application/vnd.apple.mpegurl";
const DASH: &str = "application/dash+xml";
const WEBVTT: &str = "text/vtt; charset=utf-8";

/// A part of a stream.
pub async fn stream(manager: &Manager, asked: Asked<'_>) -> Result<Streamed> {
    let located = find(manager, "video", asked.id).await?;
    let signed = match asked.token {
        Some(token) => Some(opens(manager.tokens(), &located.file.id, token, manager.now())?),
        None => None,
    };
    decide(&located.file, if signed.is_some() { Bearing::Link } else { Bearing::Address })?;
    let facts = video_of(&located.file)?;
    let wanted = Wanted { manager, located: &located, facts: &facts, list: asked.list };
    let mut part = wanted.part(asked.part, asked.version).await?;
    part.private = located.file.private;
    Ok(part)
}

struct Wanted<'a> {
    manager: &'a Manager,
    located: &'a Arc<Located>,
    facts: &'a VideoFacts,
    list: &'a str,
}

impl Wanted<'_> {
    async fn part(&self, name: &str, version: Option<&str>) -> Result<Streamed> {
        match name {
            "master.m3u8" => Ok(text(hls::master(&self.stream().await?), HLS)),
            "manifest.mpd" => Ok(text(dash::manifest(&self.stream().await?), DASH)),
            "storyboard.jpg" => self.stored(name, "image/jpeg", version).await,
            "storyboard.vtt" => self.stored(name, WEBVTT, version).await,
            _ => match name.rsplit_once('.') {
                Some((stem, "m3u8")) => self.playlist(stem).await,
                Some((stem, "mp4")) => self.track(stem, version).await,
                Some((stem, "vtt")) if self.caption(stem).is_some() => {
                    self.stored(name, WEBVTT, version).await
                }
                _ => Err(not_found()),
            },
        }
    }

    /// What there is of what the address lists.
    async fn stream(&self) -> Result<Stream> {
        let listed: Vec<&str> = self.list.split(',').collect();
        let renditions = self.facts.renditions.iter();
        let renditions: Vec<&Rendition> =
            renditions.filter(|rendition| listed.contains(&rendition.quality.as_str())).collect();
        if renditions.is_empty() {
            return Err(match self.located.file.status {
                Status::Pending => refused(Code::Unavailable, "the video is still being made; try again"),
                _ => not_found(),
            });
        }
        let mut stream =
            Stream { videos: Vec::new(), audios: Vec::new(), captions: Vec::new(), storyboard: None };
        for rendition in renditions {
            let asset = asset(&self.located.assets, &rendition.key())?;
            stream.videos.push(Video {
                name: rendition.name(),
                uri: versioned(&rendition.key(), asset),
                track: (*track(self.manager, asset).await?).clone(),
                frame_rate: rendition.frame_rate,
            });
        }
        for (number, sound) in self.facts.tracks.iter().enumerate() {
            let asset = asset(&self.located.assets, &sound.key)?;
            stream.audios.push(Audio {
                name: stem(sound).to_owned(),
                uri: versioned(&format!("{}.mp4", stem(sound)), asset),
                language: sound.language.as_deref().map(media::av::bcp47),
                label: sound.label.clone(),
                default: number == 0,
                track: (*track(self.manager, asset).await?).clone(),
            });
        }
        for caption in &self.facts.captions {
            let name = format!("captions.{}", caption.language);
            let asset = asset(&self.located.assets, &format!("{name}.vtt"))?;
            stream.captions.push(Caption {
                uri: versioned(&format!("{name}.vtt"), asset),
                name,
                language: caption.language.clone(),
                label: caption.label.clone(),
                default: caption.default,
            });
        }
        let sheet = self.located.assets.iter().find(|asset| asset.key == "storyboard.jpg");
        stream.storyboard =
            self.facts.storyboard.as_ref().zip(sheet).map(|(board, sheet)| Tiles {
                uri: versioned("storyboard.jpg", sheet),
                board: board.clone(),
            });
        Ok(stream)
    }

    /// The asset of a track by the name that it has in a stream, without its extension.
    fn asset_of(&self, stem: &str) -> Result<&Asset> {
        let sound = self.facts.tracks.iter().find(|sound| self::stem(sound) == stem);
        let is_rendition = self.facts.renditions.iter().any(|rendition| rendition.name() == stem);
        match sound {
            Some(sound) => asset(&self.located.assets, &sound.key),
            None if is_rendition => asset(&self.located.assets, &format!("{stem}.mp4")),
            None => Err(not_found()),
        }
    }

    fn caption(&self, stem: &str) -> Option<&facts::Caption> {
        let language = stem.strip_prefix("captions.")?;
        self.facts.captions.iter().find(|caption| caption.language == language)
    }

    async fn playlist(&self, stem: &str) -> Result<Streamed> {
        if self.caption(stem).is_some() {
            let name = format!("{stem}.vtt");
            let uri = versioned(&name, asset(&self.located.assets, &name)?);
            return Ok(text(hls::caption(&uri, self.facts.duration), HLS));
        }
        let asset = self.asset_of(stem)?;
        let track = track(self.manager, asset).await?;
        Ok(text(hls::media(&track, &versioned(&format!("{stem}.mp4"), asset)), HLS))
    }

    async fn track(&self, stem: &str, version: Option<&str>) -> Result<Streamed> {
        let asset = self.asset_of(stem)?;
        let content_type = if asset.mime == "audio/mp4" { "audio/mp4" } else { "video/mp4" };
        self.send(asset, content_type, version).await
    }

    async fn stored(&self, key: &str, content_type: &'static str, version: Option<&str>) -> Result<Streamed> {
        self.send(asset(&self.located.assets, key)?, content_type, version).await
    }

    async fn send(
        &self,
        asset: &Asset,
        content_type: &'static str,
        version: Option<&str>,
    ) -> Result<Streamed> {
        let served = serve(self.manager, &self.located.file, asset).await?;
        let lasts = version.is_some_and(|version| version == self::version(asset));
        Ok(Streamed { content: served.content, content_type, etag: served.etag, lasts, private: false })
    }
}

/// The name of a sound in a stream, without its extension.
fn stem(sound: &SoundTrack) -> &str {
    sound.key.strip_suffix(".m4a").unwrap_or(&sound.key)
}

/// The start of a hash: under an address with it, a part never changes.
fn version(asset: &Asset) -> String {
    asset.hash[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn versioned(name: &str, asset: &Asset) -> String {
    format!("{name}?v={}", version(asset))
}

fn text(text: String, content_type: &'static str) -> Streamed {
    let etag = etag(blake3::hash(text.as_bytes()).as_bytes());
    Streamed { content: Content::memory(text), content_type, etag, lasts: false, private: false }
}
