//! What is made of a video, in three parts that each can be lost and done again: the optimal rendition with its sounds and the
//! posters, with which the file is READY; the other renditions; a storyboard and a preview.

use std::path::PathBuf;
use std::sync::Arc;

use catalog::files::{self, Asset, FileRecord, NewAsset, Status};
use catalog::jobs;
use contract::failures::{Failure, Reason};
use contract::files::ExternalInfo;
use contract::formats;
use media::av::stills::{self, Moving};
use media::av::{Encoding, Film, Plan, Rung, Source, Written, key_frames, limits, sound_keys};
use media::child::{Fault, Stop};
use media::facts::{Facts, ImageFacts, Rendition, SoundTrack, VideoFacts};
use media::mp4::{self, Shape, Track};
use media::probe;
use storage::BlobKey;

use super::look::{Finding, probe_limits};
use super::run::settle;
use super::workbench::{self, Part, discard, keep, ours, site_of};
use crate::Manager;
use crate::error::{Error, Result, internal};
use crate::events::{Happened, tell};
use crate::jobs::Held;

/// Which share of the work the pictures of a video are, at its end.
const STILLS: f64 = 0.02;
/// Which share of the work a rendition is that is taken as it is.
const SAME: f64 = 0.03;

/// A video that is worked on.
struct Work {
    file: FileRecord,
    site_id: String,
    assets: Vec<Asset>,
    facts: VideoFacts,
    plan: Plan,
    film: Film,
}

impl Work {
    /// The video as it is now; `None` when there is nothing to work on any more.
    async fn load(manager: &Manager, num: i64) -> Result<Option<Work>> {
        let found = manager.catalog().read(move |tx| {
            let Some(file) = files::by_num(tx, num)? else { return Ok::<_, catalog::Error>(None) };
            Ok(Some((files::assets(tx, num)?, file)))
        });
        let (Some((assets, file)), Some(film)) = (found.await?, manager.inner.tools.film.clone()) else {
            return Ok(None);
        };
        let facts: Facts = file
            .facts
            .as_deref()
            .map(serde_json::from_str)
            .transpose()
            .map_err(internal)?
            .unwrap_or_default();
        let Some(facts) = facts.video else { return Ok(None) };
        let plan = Plan::new(&facts, manager.settings().video.most);
        Ok(Some(Work { site_id: site_of(manager, &file).await?, file, assets, facts, plan, film }))
    }

    fn path(&self, manager: &Manager, key: &str) -> Result<PathBuf> {
        let asset = self.assets.iter().find(|asset| asset.key == key);
        let asset = asset.ok_or_else(|| internal(format!("the video has no {key}")))?;
        Ok(manager.store().path(&BlobKey::parse(&asset.blob).map_err(internal)?))
    }

    /// All the work on renditions; what it is measured in means nothing by itself.
    fn whole(&self) -> f64 {
        self.plan.rungs.iter().map(Rung::work).sum()
    }
}

/// Makes everything of a video that isn't there yet.
pub(crate) async fn transcode(
    manager: &Manager,
    held: &Held,
    num: i64,
    external_info: Option<ExternalInfo>,
) -> Result<()> {
    if let Some(work) = Work::load(manager, num).await?.filter(|work| work.file.status == Status::Pending) {
        first(manager, held, &work, external_info).await?;
    }
    let playable = |work: &Work| work.file.status == Status::Ready && !work.facts.renditions.is_empty();
    if let Some(work) = Work::load(manager, num).await?.filter(playable)
        && !work.facts.pending.is_empty()
    {
        rest(manager, held, &work).await?;
    }
    if let Some(work) = Work::load(manager, num).await?.filter(playable)
        && work.facts.storyboard.is_none()
    {
        pictures(manager, held, &work).await?;
    }
    let held = held.lock().await;
    let job = held.clone();
    manager.catalog().write(move |tx| jobs::complete(tx, &job)).await?;
    Ok(())
}

/// What one run of the encoder is for.
struct Pass {
    rungs: Vec<Rung>,
    same: bool,
    sounds: bool,
    key_frames: Option<Vec<f64>>,
}

/// A track that was made, and what is in it.
struct Made {
    written: Written,
    track: Track,
}

/// Runs the encoder, and reads what it has written: a track without pictures or sound is none.
async fn encode(
    manager: &Manager,
    held: &Held,
    work: &Work,
    pass: Pass,
    part: Part,
) -> Result<Result<Outcome, Fault>> {
    let folder = workbench::folder(manager).await?;
    let settings = &manager.settings().video;
    let bits = pass.rungs.iter().map(|rung| rung.max_rate).max().unwrap_or(0).max(if pass.same {
        work.facts.bit_rate.unwrap_or(0)
    } else {
        0
    });
    let limits = limits(&work.facts, settings.memory, settings.time_limit, bits);
    let (input, to, preset) = (work.path(manager, "src")?, folder.path().to_owned(), settings.preset.clone());
    let (format, facts, film) = (work.file.format, work.facts.clone(), work.film.clone());
    let ran = workbench::run(manager, held, &work.file, part, move |stop, progress| {
        let source = Source { path: &input, format, video: &facts };
        let mut rungs: Vec<&Rung> = pass.rungs.iter().collect();
        rungs.sort_by_key(|rung| std::cmp::Reverse(rung.width * rung.height));
        let encoding = Encoding {
            film: &film,
            source,
            rungs: &rungs,
            sounds: pass.sounds,
            key_frames: pass.key_frames.as_deref(),
            same: pass.same,
            preset: &preset,
            folder: &to,
            limits,
        };
        let written = encoding.run(stop, progress)?;
        Ok(written.into_iter().filter_map(read).collect::<Vec<_>>())
    });
    Ok(ran.await?.map(|made| Outcome { folder, made }))
}

struct Outcome {
    folder: tempfile::TempDir,
    made: Vec<Made>,
}

fn read(written: Written) -> Option<Made> {
    let track = mp4::read_head(&written.path).ok().filter(|track| track.duration() > 0.0)?;
    Some(Made { written, track })
}

/// The optimal rendition, sounds and posters. A file of which nothing can be made is FAILED.
async fn first(
    manager: &Manager,
    held: &Held,
    work: &Work,
    external_info: Option<ExternalInfo>,
) -> Result<()> {
    let mut last = None;
    for pass in tries(manager, held, work).await? {
        let to = pass.rungs.iter().map(Rung::work).sum::<f64>() / work.whole() * (1.0 - STILLS);
        let part = Part {
            stage: pass.rungs.iter().map(|rung| rung.quality.as_str()).collect::<Vec<_>>().join(","),
            from: 0.0,
            to: if pass.same { SAME } else { to },
            seconds: work.facts.duration,
        };
        match encode(manager, held, work, pass, part).await? {
            Ok(outcome)
                if outcome.made.iter().any(|made| matches!(made.track.shape, Shape::Video { .. })) =>
            {
                return ready(manager, held, work, outcome, external_info).await;
            }
            Ok(_) => last = None,
            Err(fault @ (Fault::Stopped | Fault::Io(_))) => return Err(ours(fault)),
            Err(fault) => {
                tracing::debug!(file = %work.file.id, %fault, "a try to encode a video failed");
                last = Some(fault);
            }
        }
    }
    let failure = match last {
        Some(Fault::Limited(how)) => {
            Failure::new(Reason::ProcessingFailed, format!("making it playable {how}"))
        }
        _ => Failure::new(Reason::UnreadableFile, "there are no pictures in it that can be decoded"),
    };
    let (num, now) = (work.file.num, manager.now());
    let failed = manager
        .catalog()
        .write(move |tx| settle(tx, num, &Finding::Broken(failure.clone()), external_info.clone(), now));
    failed.await
}

/// Ways to the first rendition, the best one first: the pictures as they are; encoded; without sounds that can't be decoded.
async fn tries(manager: &Manager, held: &Held, work: &Work) -> Result<Vec<Pass>> {
    let mut passes = Vec::new();
    if let Some(times) = segments(manager, held, work).await? {
        let same = work.plan.rungs.iter().filter(|rung| Some(&rung.quality) == work.plan.same.as_ref());
        passes.push(Pass {
            rungs: same.cloned().collect(),
            same: true,
            sounds: true,
            key_frames: Some(times),
        });
    }
    let optimal: Vec<Rung> = work.plan.rungs.iter().take(1).cloned().collect();
    passes.push(Pass { rungs: optimal.clone(), same: false, sounds: true, key_frames: None });
    if !work.facts.sounds.is_empty() {
        passes.push(Pass { rungs: optimal, same: false, sounds: false, key_frames: None });
    }
    Ok(passes)
}

/// Where the segments of a video begin that can be taken as it is.
async fn segments(manager: &Manager, held: &Held, work: &Work) -> Result<Option<Vec<f64>>> {
    if work.plan.same.is_none() {
        return Ok(None);
    }
    let settings = &manager.settings().video;
    let limits = limits(&work.facts, settings.memory, settings.time_limit, 0);
    let (input, format) = (work.path(manager, "src")?, work.file.format);
    let (facts, film) = (work.facts.clone(), work.film.clone());
    let part = Part { stage: "key frames".to_owned(), from: 0.0, to: 0.01, seconds: work.facts.duration };
    let asked = workbench::run(manager, held, &work.file, part, move |stop, _| {
        key_frames(&film, &Source { path: &input, format, video: &facts }, &limits, stop)
    });
    asked.await?.map_err(ours)
}

/// The first rendition is here: posters of it, and the file can be used.
async fn ready(
    manager: &Manager,
    held: &Held,
    work: &Work,
    outcome: Outcome,
    external_info: Option<ExternalInfo>,
) -> Result<()> {
    let Outcome { folder, made } = outcome;
    let (mut facts, mut assets) = (work.facts.clone(), Vec::new());
    facts.renditions = renditions(work, &made)?;
    facts.tracks = tracks(work, &made);
    facts.pending = work
        .plan
        .rungs
        .iter()
        .map(|rung| rung.quality.clone())
        .filter(|quality| facts.renditions.iter().all(|rendition| rendition.quality != *quality))
        .collect();
    if let Some(longest) = made.iter().map(|made| made.track.start() + made.track.duration()).reduce(f64::max)
    {
        facts.duration = (longest * 1000.0).round() / 1000.0;
    }
    for (number, (path, poster)) in
        posters(manager, held, work, &facts, &made, &folder).await?.into_iter().enumerate()
    {
        assets.push(
            keep(manager, &work.site_id, &work.file, &format!("poster.{number}"), "image/jpeg", &path)
                .await?,
        );
        facts.posters.push(poster);
    }
    assets.extend(kept(manager, work, &made).await?);
    let mime = |asset: &NewAsset| asset.blob.clone();
    let blobs: Vec<String> = assets.iter().map(mime).collect();
    let facts = Box::new(Facts { video: Some(facts), ..Facts::default() });
    let (num, now) = (work.file.num, manager.now());
    let added = manager.catalog().write(move |tx| {
        let Some(file) = files::by_num(tx, num)? else { return Ok::<_, Error>(false) };
        files::put_assets(tx, &file, &assets)?;
        settle(tx, num, &Finding::Facts(facts.clone()), external_info.clone(), now)?;
        Ok(true)
    });
    if !added.await? {
        discard(manager, blobs).await?;
    }
    Ok(())
}

async fn kept(manager: &Manager, work: &Work, made: &[Made]) -> Result<Vec<NewAsset>> {
    let mut assets = Vec::new();
    for Made { written, track } in made {
        let mime = if matches!(track.shape, Shape::Video { .. }) { "video/mp4" } else { "audio/mp4" };
        assets.push(keep(manager, &work.site_id, &work.file, &written.key, mime, &written.path).await?);
    }
    Ok(assets)
}

fn renditions(work: &Work, made: &[Made]) -> Result<Vec<Rendition>> {
    let mut renditions = Vec::new();
    let sound = made.iter().find(|made| made.written.key == "audio.m4a");
    for one in made {
        let Shape::Video { width, height } = one.track.shape else { continue };
        let Some(quality) = one.written.key.strip_suffix(".mp4") else { continue };
        let paths: Vec<&PathBuf> = std::iter::once(one).chain(sound).map(|made| &made.written.path).collect();
        renditions.push(Rendition {
            quality: quality.to_owned(),
            width,
            height,
            frame_rate: work.facts.frame_rate.min(60.0),
            size: mp4::compose_files(&paths).map_err(internal)?.length(),
        });
    }
    Ok(renditions)
}

fn tracks(work: &Work, made: &[Made]) -> Vec<SoundTrack> {
    let keys = sound_keys(&work.facts).into_iter();
    let there = keys.filter(|(key, _)| made.iter().any(|made| made.written.key == *key));
    there
        .enumerate()
        .map(|(number, (key, sound))| SoundTrack {
            key,
            language: sound.language.clone(),
            label: sound.title.clone().unwrap_or_else(|| match &sound.language {
                Some(language) => language.clone(),
                None if number == 0 => "Audio".to_owned(),
                None => format!("Audio {}", number + 1),
            }),
        })
        .collect()
}

/// Stills of what was made, and what is known of them.
async fn posters(
    manager: &Manager,
    held: &Held,
    work: &Work,
    facts: &VideoFacts,
    made: &[Made],
    folder: &tempfile::TempDir,
) -> Result<Vec<(PathBuf, ImageFacts)>> {
    let Some((one, Shape::Video { width, height })) =
        made.iter().map(|made| (made, &made.track.shape)).next()
    else {
        return Ok(Vec::new());
    };
    let (path, duration, to) = (one.written.path.clone(), one.track.duration(), folder.path().to_owned());
    let key_frames = one.track.segments.len();
    let (width, height, frame_rate) = (*width, *height, facts.frame_rate);
    let (film, limits, tools) = (work.film.clone(), probe_limits(manager), manager.inner.tools.clone());
    let part = Part { stage: "posters".to_owned(), from: SAME, to: SAME, seconds: facts.duration };
    let run = workbench::run(manager, held, &work.file, part, move |stop, _| {
        let of = Moving { path: &path, width, height, duration, frame_rate, key_frames };
        let paths = stills::posters(&film, &of, &to, stop)?;
        let looked = paths.into_iter().filter_map(|path| {
            let facts = probe::probe(&path, &formats::JPEG, &limits, &tools).ok()?;
            Some((path, facts.image?))
        });
        Ok(looked.collect::<Vec<_>>())
    });
    match run.await? {
        Ok(posters) => Ok(posters),
        Err(fault @ (Fault::Stopped | Fault::Io(_))) => Err(ours(fault)),
        Err(fault) => {
            tracing::warn!(file = %work.file.id, %fault, "a video gets no posters");
            Ok(Vec::new())
        }
    }
}

/// The other renditions. Without them the video plays all the same.
async fn rest(manager: &Manager, held: &Held, work: &Work) -> Result<()> {
    let pending = |rung: &&Rung| work.facts.pending.contains(&rung.quality);
    let rungs: Vec<Rung> = work.plan.rungs.iter().filter(pending).cloned().collect();
    let of_this = rungs.iter().map(Rung::work).sum::<f64>() / work.whole();
    let part = Part {
        stage: work.facts.pending.join(","),
        from: (1.0 - of_this).max(SAME) * (1.0 - STILLS),
        to: 1.0 - STILLS,
        seconds: work.facts.duration,
    };
    let is_same =
        work.facts.renditions.iter().any(|rendition| Some(&rendition.quality) == work.plan.same.as_ref());
    let key_frames = if is_same { segments(manager, held, work).await? } else { None };
    let pass = Pass { rungs, same: false, sounds: false, key_frames };
    let made = match encode(manager, held, work, pass, part).await? {
        Ok(outcome) => outcome,
        Err(fault @ (Fault::Stopped | Fault::Io(_))) => return Err(ours(fault)),
        Err(fault) => {
            tracing::warn!(file = %work.file.id, %fault, "a video has fewer renditions than it could");
            return change(manager, work, Vec::new(), |video| video.pending.clear()).await;
        }
    };
    let assets = kept(manager, work, &made.made).await?;
    let mut renditions = renditions_with(manager, work, &made.made)?;
    renditions.extend(work.facts.renditions.iter().cloned());
    let order: Vec<String> = work.plan.rungs.iter().map(|rung| rung.quality.clone()).collect();
    renditions.sort_by_key(|rendition| {
        let place = order.iter().position(|quality| *quality == rendition.quality).unwrap_or(usize::MAX);
        // The optimal one first, then the largest.
        (place != 0, std::cmp::Reverse(rendition.width * rendition.height))
    });
    let renditions = Arc::new(renditions);
    change(manager, work, assets, move |video| {
        video.renditions = renditions.to_vec();
        video.pending.clear();
    })
    .await
}

/// Renditions whose sound was made before.
fn renditions_with(manager: &Manager, work: &Work, made: &[Made]) -> Result<Vec<Rendition>> {
    let mut renditions = renditions(work, made)?;
    if let Ok(sound) = work.path(manager, "audio.m4a") {
        for rendition in &mut renditions {
            let one = made.iter().find(|made| made.written.key == format!("{}.mp4", rendition.quality));
            if let Some(one) = one {
                rendition.size = mp4::compose_files(&[&one.written.path, &sound]).map_err(internal)?.length();
            }
        }
    }
    Ok(renditions)
}

/// A storyboard and a preview, of the smallest rendition that is large enough.
async fn pictures(manager: &Manager, held: &Held, work: &Work) -> Result<()> {
    let folder = workbench::folder(manager).await?;
    let large_enough =
        work.facts.renditions.iter().filter(|rendition| rendition.width.max(rendition.height) >= 320);
    let chosen = large_enough.min_by_key(|rendition| rendition.width).or(work.facts.renditions.first());
    let Some(rendition) = chosen.cloned() else { return Ok(()) };
    let path = work.path(manager, &format!("{}.mp4", rendition.quality))?;
    let (film, to) = (work.film.clone(), folder.path().to_owned());
    let part = Part { stage: "stills".to_owned(), from: 1.0 - STILLS, to: 1.0, seconds: work.facts.duration };
    let drawn = workbench::run(manager, held, &work.file, part, move |stop, _| {
        let track = mp4::read_head(&path).map_err(Fault::Io)?;
        let (width, height, frame_rate) = (rendition.width, rendition.height, rendition.frame_rate);
        let (duration, key_frames) = (track.duration(), track.segments.len());
        let of = Moving { path: &path, width, height, duration, frame_rate, key_frames };
        let board = draw(&film, &of, &to, stop)?;
        Ok((board, track.duration()))
    });
    let board = match drawn.await? {
        Ok((board, _)) => board,
        Err(fault @ (Fault::Stopped | Fault::Io(_))) => return Err(ours(fault)),
        Err(fault) => {
            tracing::warn!(file = %work.file.id, %fault, "a video gets no storyboard and no preview");
            return Ok(());
        }
    };
    let mut assets = Vec::new();
    for (key, mime) in
        [("storyboard.jpg", "image/jpeg"), ("storyboard.vtt", "text/vtt"), ("preview.webp", "image/webp")]
    {
        assets.push(keep(manager, &work.site_id, &work.file, key, mime, &folder.path().join(key)).await?);
    }
    change(manager, work, assets, move |video| {
        video.storyboard = Some(board.clone());
        video.preview = true;
    })
    .await
}

fn draw(
    film: &Film,
    of: &Moving<'_>,
    to: &std::path::Path,
    stop: &Stop,
) -> Result<media::facts::Storyboard, Fault> {
    let board = stills::storyboard(film, of, &to.join("storyboard.jpg"), stop)?;
    let cues = stills::storyboard_cues(&board, of.duration, "storyboard.jpg");
    std::fs::write(to.join("storyboard.vtt"), cues)?;
    stills::preview(film, of, &to.join("preview.webp"), stop)?;
    Ok(board)
}

/// Adds to a video that can be used already, and tells it.
async fn change(
    manager: &Manager,
    work: &Work,
    assets: Vec<NewAsset>,
    edit: impl Fn(&mut VideoFacts) + Send + 'static,
) -> Result<()> {
    let (num, now) = (work.file.num, manager.now());
    let blobs: Vec<String> = assets.iter().map(|asset| asset.blob.clone()).collect();
    let changed = manager.catalog().write(move |tx| {
        let Some(file) = files::by_num(tx, num)? else { return Ok::<_, Error>(false) };
        // As it is now: somebody may have added captions meanwhile.
        let mut facts: Facts =
            serde_json::from_str(file.facts.as_deref().unwrap_or("{}")).map_err(internal)?;
        if let Some(video) = &mut facts.video {
            edit(video);
        }
        files::put_assets(tx, &file, &assets)?;
        let facts = serde_json::to_string(&facts).map_err(internal)?;
        if let Some(file) = files::set_outcome(tx, num, file.status, Some(&facts), now)? {
            tell(tx, file.site, Happened::FileUpdated { file: Box::new(file) }, None, now)?;
        }
        Ok(true)
    });
    if !changed.await? {
        discard(manager, blobs).await?;
    }
    Ok(())
}
