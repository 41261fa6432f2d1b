//! The normal MP4 of a rendition, with its sound: a head from memory, and bytes of two tracks in turn.

use std::sync::Arc;

use catalog::files::{Asset, Located};
use contract::formats::Kind;
use media::mp4::compose_files;
use storage::BlobKey;

use super::{Joined, video_of};
use crate::Manager;
use crate::delivery::content::Content;
use crate::delivery::made::{made, made_of};
use crate::delivery::original::{Original, asset, etag, find, not_found, serve};
use crate::delivery::policy::{Bearing, decide};
use crate::error::{Result, internal};

/// Any asset of a file as it is handed out.
pub(in crate::delivery) async fn asset_content(
    manager: &Manager,
    located: &Arc<Located>,
    key: &str,
) -> Result<Original> {
    if let Some(what) = made_of(&located.file).filter(|what| what.key() == key) {
        return made(manager, located, what).await;
    }
    let one = asset(&located.assets, key)?;
    let is_track = matches!(one.mime.as_str(), "video/mp4" | "audio/mp4") && key != "src";
    if located.file.format.kind != Kind::Video || !is_track {
        let mut served = serve(manager, &located.file, one).await?;
        served.active &= key == "src";
        return Ok(served);
    }
    // A rendition has the first of the sounds; a sound is alone.
    let sound = match one.mime.as_str() {
        "video/mp4" => video_of(&located.file)?
            .tracks
            .first()
            .map(|track| asset(&located.assets, &track.key))
            .transpose()?,
        _ => None,
    };
    let mut original = composed(manager, one, sound).await?;
    original.name.clone_from(&located.file.name);
    Ok(original)
}

/// A rendition of a public video as a normal MP4.
pub async fn rendition(manager: &Manager, id: &str, name: &str) -> Result<Original> {
    let located = find(manager, "video", id).await?;
    decide(&located.file, Bearing::Address)?;
    let facts = video_of(&located.file)?;
    let found = facts.renditions.iter().find(|rendition| rendition.name() == name);
    asset_content(manager, &located, &found.ok_or_else(not_found)?.key()).await
}

async fn composed(manager: &Manager, one: &Asset, sound: Option<&Asset>) -> Result<Original> {
    let tracks: Vec<&Asset> = std::iter::once(one).chain(sound).collect();
    let movie = movie(manager, &tracks).await?;
    let mut blobs = Vec::new();
    for track in &tracks {
        match manager.store().open_blob(&BlobKey::parse(&track.blob).map_err(internal)?).await {
            Err(storage::Error::NotFound) => return Err(not_found()),
            blob => blobs.push(blob?),
        }
    }
    let mut hash = blake3::Hasher::new();
    for track in &tracks {
        hash.update(&track.hash);
    }
    hash.update(movie.head_hash().as_bytes());
    Ok(Original {
        content: Content::joined(movie, blobs),
        content_type: one.mime.clone(),
        etag: etag(hash.finalize().as_bytes()),
        name: String::new(),
        active: false,
    })
}

async fn movie(manager: &Manager, tracks: &[&Asset]) -> Result<Arc<Joined>> {
    let blob = |number: usize| tracks.get(number).map(|track| track.blob.clone()).unwrap_or_default();
    let (key, movies) = ([blob(0), blob(1)], &manager.inner.videos.movies);
    if let Some(movie) = movies.get(&key) {
        return Ok(movie);
    }
    let keys = tracks.iter().map(|track| BlobKey::parse(&track.blob).map_err(internal));
    let paths: Vec<_> = keys.map(|key| Ok(manager.store().path(&key?))).collect::<Result<_>>()?;
    let composed = tokio::task::spawn_blocking(move || compose_files(&paths)).await.map_err(internal)?;
    let movie = Arc::new(Joined::from(composed.map_err(internal)?));
    movies.insert(key, movie.clone());
    Ok(movie)
}
