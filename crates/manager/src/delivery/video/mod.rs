//! Videos by URL: normal MP4s of a rendition, and streams (CONTRACT 7.5). What is stored are CMAF tracks, one file for each size
//! and each sound; everything else is a view of them, made when it is asked for.

mod composed;
mod joined;
mod link;
mod posters;
mod stream;

pub use link::link_stream;
pub(crate) use link::stream_url;
pub use stream::{Asked as StreamAsked, Streamed, stream};

pub(super) use composed::asset_content;
pub use composed::rendition;
pub(super) use joined::Joined;
pub(super) use posters::poster;

use std::sync::Arc;

use catalog::files::{Asset, FileRecord, Located};
use contract::ids::FileId;
use facts::VideoFacts;
use media::mp4::{Track, TrackError};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use storage::BlobKey;

use super::original::not_found;
use crate::Manager;
use crate::copies::Copies;
use crate::error::{Result, internal};
use crate::files::facts_of;

/// Bytes of a track that are read at first.
const HEAD: usize = 64 << 10;
/// Tracks whose heads are expected in memory.
const TRACKS: usize = 1_000;
/// Posters that are kept ready.
const POSTERS: usize = 1_000;

/// What streaming keeps in memory.
pub(crate) struct Videos {
    /// Heads of tracks, by their key in the storage.
    tracks: Cache<String, Arc<Track>, BySegments>,
    /// Heads of composed MP4s, by the keys of their tracks.
    movies: Cache<[String; 2], Arc<Joined>, ByBytes>,
    /// Posters as files of their own, by the video and their number.
    posters: Copies<(FileId, usize), Arc<Located>>,
}

impl Videos {
    /// With at most `bytes` for heads, half of it for each kind.
    pub(crate) fn new(bytes: u64) -> Videos {
        Videos {
            tracks: Cache::with_weighter(TRACKS, bytes / 2, BySegments),
            movies: Cache::with_weighter(TRACKS / 10, bytes / 2, ByBytes),
            posters: Copies::new(POSTERS),
        }
    }
}

#[derive(Clone)]
struct BySegments;

impl Weighter<String, Arc<Track>> for BySegments {
    fn weight(&self, key: &String, track: &Arc<Track>) -> u64 {
        (key.len() + 256 + track.segments.len() * size_of::<media::mp4::Segment>()) as u64
    }
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<[String; 2], Arc<Joined>> for ByBytes {
    fn weight(&self, key: &[String; 2], movie: &Arc<Joined>) -> u64 {
        (key[0].len() + key[1].len() + 256) as u64 + movie.weight()
    }
}

/// What is known of a video; nothing where it isn't one.
fn video_of(file: &FileRecord) -> Result<VideoFacts> {
    Ok(facts_of(file)?.video.unwrap_or_default())
}

/// The head of a stored track.
async fn track(manager: &Manager, asset: &Asset) -> Result<Arc<Track>> {
    let tracks = &manager.inner.videos.tracks;
    if let Some(track) = tracks.get(&asset.blob) {
        return Ok(track);
    }
    let blob = match manager.store().open_blob(&BlobKey::parse(&asset.blob).map_err(internal)?).await {
        Err(storage::Error::NotFound) => return Err(not_found()),
        blob => blob?,
    };
    let mut needed = HEAD;
    let track = loop {
        match Track::parse(&blob.head(needed).await?) {
            Ok(track) => break Arc::new(track),
            Err(TrackError::NeedsMore(more)) if more > needed && needed < blob.length() as usize => {
                needed = more
            }
            Err(error) => return Err(internal(error)),
        }
    };
    tracks.insert(asset.blob.clone(), track.clone());
    Ok(track)
}
