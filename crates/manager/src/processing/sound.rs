//! What is made of a sound: forms that play everywhere, its cover, its waveform.

use std::path::Path;

use catalog::files::{self, Asset, FileRecord, NewAsset, Status};
use catalog::jobs;
use contract::failures::{Failure, Reason};
use contract::files::ExternalInfo;
use contract::formats;
use facts::{Facts, ImageFacts, SoundFacts, VideoFacts};
use media::av::limits;
use media::av::sound::{Heard, Listening, cover};
use media::child::Fault;
use media::probe;
use storage::BlobKey;

use super::look::{Finding, probe_limits};
use super::run::settle;
use super::workbench::{self, Part, discard, keep, ours, site_of};
use crate::Manager;
use crate::error::{Error, Result, internal};
use crate::files::facts_of;
use crate::jobs::{Held, end};

/// Bits a second of the largest thing that is made.
const MOST_BITS: u64 = 400_000;
/// The key of the cover's asset.
const COVER: &str = "cover.jpg";

/// Makes everything of a sound, and with it the file READY.
pub(crate) async fn listen(
    manager: &Manager,
    held: &Held,
    num: i64,
    external_info: Option<ExternalInfo>,
) -> Result<()> {
    let found = manager.catalog().read(move |tx| {
        let Some(file) = files::by_num(tx, num)? else { return Ok::<_, catalog::Error>(None) };
        let original = files::assets(tx, num)?.into_iter().find(|asset| asset.key == "src");
        Ok(original.map(|original| (file, original)))
    });
    let pending = found.await?.filter(|(file, _)| file.status == Status::Pending);
    let Some((file, original)) = pending else { return end(manager, held).await };
    let sound = facts_of(&file)?.sound.ok_or_else(|| internal("nobody has looked at the sound"))?;
    let folder = workbench::folder(manager).await?;
    let (finding, assets) = match hear(manager, held, &file, &original, &sound, folder.path()).await? {
        Ok((heard, cover)) => {
            let assets = kept(manager, &file, &heard, cover.is_some(), folder.path()).await?;
            let facts = Facts { sound: Some(known(sound, heard, cover)), ..Facts::default() };
            (Finding::facts(facts), assets)
        }
        Err(fault @ (Fault::Stopped | Fault::Io(_))) => return Err(ours(fault)),
        Err(Fault::Limited(how)) => {
            let text = format!("making it playable {how}");
            (Finding::Broken(Failure::new(Reason::ProcessingFailed, text)), Vec::new())
        }
        Err(Fault::Failed(..)) => {
            let text = "there is no sound in it that can be decoded";
            (Finding::Broken(Failure::new(Reason::UnreadableFile, text)), Vec::new())
        }
    };
    finish(manager, held, num, finding, assets, external_info).await
}

/// Runs the encoder; what it has made lies in `folder`.
async fn hear(
    manager: &Manager,
    held: &Held,
    file: &FileRecord,
    original: &Asset,
    sound: &SoundFacts,
    folder: &Path,
) -> Result<Result<(Heard, Option<ImageFacts>), Fault>> {
    let settings = &manager.settings().video;
    let film = manager.inner.tools.film.clone().ok_or_else(|| internal("ffmpeg is gone"))?;
    let like = VideoFacts { duration: sound.duration, ..VideoFacts::default() };
    let limits = limits(&like, settings.memory, settings.time_limit, MOST_BITS);
    let path = manager.store().path(&BlobKey::parse(&original.blob).map_err(internal)?);
    let (format, to, known) = (file.format, folder.to_owned(), sound.clone());
    let (looks, tools) = (probe_limits(manager), manager.inner.tools.clone());
    let part = Part { stage: "sound".to_owned(), from: 0.0, to: 1.0, seconds: sound.duration };
    let run = workbench::run(manager, held, file, part, move |stop, progress| {
        let listening = Listening { film: &film, path: &path, format, sound: &known, folder: &to, limits };
        let heard = listening.run(stop, progress)?;
        let picture = to.join(COVER);
        let cover = cover(&listening, &picture, stop)?
            .then(|| probe::probe(&picture, &formats::JPEG, &looks, &tools).ok()?.image)
            .flatten();
        Ok((heard, cover))
    });
    run.await
}

/// Takes what was made into the storage.
async fn kept(
    manager: &Manager,
    file: &FileRecord,
    heard: &Heard,
    has_cover: bool,
    folder: &Path,
) -> Result<Vec<NewAsset>> {
    let site = site_of(manager, file).await?;
    let mut assets = Vec::new();
    for (rendition, path) in &heard.renditions {
        let mime = if rendition.format == "mp3" { formats::MP3.mime } else { formats::M4A.mime };
        assets.push(keep(manager, &site, file, &rendition.key(), mime, path).await?);
    }
    for drawn in &heard.drawn {
        let mime = if drawn.key.ends_with(".json") { "application/json" } else { "image/png" };
        assets.push(keep(manager, &site, file, &drawn.key, mime, &drawn.path).await?);
    }
    if has_cover {
        assets.push(keep(manager, &site, file, COVER, "image/jpeg", &folder.join(COVER)).await?);
    }
    Ok(assets)
}

/// What is known of a sound now that all of it was heard.
fn known(sound: SoundFacts, heard: Heard, cover: Option<ImageFacts>) -> SoundFacts {
    SoundFacts {
        duration: if heard.duration > 0.0 { heard.duration } else { sound.duration },
        loudness: heard.loudness,
        renditions: heard.renditions.into_iter().map(|(rendition, _)| rendition).collect(),
        cover,
        waveform: true,
        ..sound
    }
}

/// Writes what came of it, and ends the job, if it is still ours.
async fn finish(
    manager: &Manager,
    held: &Held,
    num: i64,
    finding: Finding,
    assets: Vec<NewAsset>,
    external_info: Option<ExternalInfo>,
) -> Result<()> {
    let blobs: Vec<String> = assets.iter().map(|asset| asset.blob.clone()).collect();
    let held = held.lock().await;
    let (job, now) = (held.clone(), manager.now());
    let added = manager.catalog().write(move |tx| {
        if !jobs::complete(tx, &job)? {
            // Another worker makes the same.
            return Ok::<_, Error>(true);
        }
        let Some(file) = files::by_num(tx, num)? else { return Ok(false) };
        files::put_assets(tx, &file, &assets)?;
        settle(tx, num, &finding, external_info.clone(), now)?;
        Ok(true)
    });
    if !added.await? {
        discard(manager, blobs).await?;
    }
    Ok(())
}
