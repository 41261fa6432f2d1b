//! What is made of a sound: forms that play everywhere, its cover, its waveform.

use catalog::files::{self, NewAsset, Status};
use catalog::jobs;
use contract::failures::{Failure, Reason};
use contract::files::ExternalInfo;
use contract::formats;
use media::av::limits;
use media::av::sound::{Listening, cover};
use media::child::Fault;
use media::facts::{Facts, SoundFacts, VideoFacts};
use media::probe;
use storage::BlobKey;

use super::look::{Finding, probe_limits};
use super::run::settle;
use super::workbench::{self, Part, discard, keep, ours, site_of};
use crate::Manager;
use crate::error::{Error, Result, internal};
use crate::jobs::Held;

/// Bits a second of the largest thing that is made.
const MOST_BITS: u64 = 400_000;

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
    if let (Some((file, original)), Some(film)) = (pending, manager.inner.tools.film.clone()) {
        let facts: Facts = serde_json::from_str(file.facts.as_deref().unwrap_or("{}")).map_err(internal)?;
        let mut sound = facts.sound.ok_or_else(|| internal("nobody has looked at the sound"))?;
        let (folder, settings) = (workbench::folder(manager).await?, &manager.settings().video);
        let like = VideoFacts { duration: sound.duration, ..VideoFacts::default() };
        let limits = limits(&like, settings.memory, settings.time_limit, MOST_BITS);
        let (path, format) =
            (manager.store().path(&BlobKey::parse(&original.blob).map_err(internal)?), file.format);
        let (to, known) = (folder.path().to_owned(), sound.clone());
        let (looks, tools) = (probe_limits(manager), manager.inner.tools.clone());
        let part = Part { stage: "sound".to_owned(), from: 0.0, to: 1.0, seconds: sound.duration };
        let heard = workbench::run(manager, held, &file, part, move |stop, progress| {
            let listening =
                Listening { film: &film, path: &path, format, sound: &known, folder: &to, limits };
            let heard = listening.run(stop, progress)?;
            let picture = to.join("cover.jpg");
            let cover = cover(&listening, &picture, stop)?
                .then(|| probe::probe(&picture, &formats::JPEG, &looks, &tools).ok()?.image)
                .flatten();
            Ok((heard, cover))
        });
        let (heard, cover) = match heard.await? {
            Ok(heard) => heard,
            Err(fault @ (Fault::Stopped | Fault::Io(_))) => return Err(ours(fault)),
            Err(fault) => {
                let failure = match fault {
                    Fault::Limited(how) => {
                        Failure::new(Reason::ProcessingFailed, format!("making it playable {how}"))
                    }
                    _ => Failure::new(Reason::UnreadableFile, "there is no sound in it that can be decoded"),
                };
                return end(manager, held, num, Finding::Broken(failure), Vec::new(), external_info).await;
            }
        };
        let site = site_of(manager, &file).await?;
        let mut assets = Vec::new();
        for (rendition, path) in &heard.renditions {
            let mime = if rendition.format == "mp3" { formats::MP3.mime } else { formats::M4A.mime };
            assets.push(keep(manager, &site, &file, &rendition.key(), mime, path).await?);
        }
        for drawn in &heard.drawn {
            let mime = if drawn.key.ends_with(".json") { "application/json" } else { "image/png" };
            assets.push(keep(manager, &site, &file, &drawn.key, mime, &drawn.path).await?);
        }
        if cover.is_some() {
            let path = folder.path().join("cover.jpg");
            assets.push(keep(manager, &site, &file, "cover.jpg", "image/jpeg", &path).await?);
        }
        sound = SoundFacts {
            duration: if heard.duration > 0.0 { heard.duration } else { sound.duration },
            loudness: heard.loudness,
            renditions: heard.renditions.into_iter().map(|(rendition, _)| rendition).collect(),
            cover,
            waveform: true,
            ..sound
        };
        let facts = Box::new(Facts { sound: Some(sound), ..Facts::default() });
        return end(manager, held, num, Finding::Facts(facts), assets, external_info).await;
    }
    let held = held.lock().await;
    let job = held.clone();
    manager.catalog().write(move |tx| jobs::complete(tx, &job)).await?;
    Ok(())
}

/// Writes what came of it, and ends the job, if it is still ours.
async fn end(
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
