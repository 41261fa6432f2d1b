//! The first rendition, with which a video is READY.

use std::path::{Path, PathBuf};

use catalog::files::{self, NewAsset};
use contract::captions::is_language_tag;
use contract::failures::{Failure, Reason};
use contract::files::ExternalInfo;
use contract::formats;
use facts::{Caption, Facts, ImageFacts, VideoFacts};
use media::av::stills::{self, Moving};
use media::av::{Rung, bcp47, language_name, text_name};
use media::captions::to_webvtt;
use media::child::Fault;
use media::mp4::Shape;
use media::probe;

use super::Work;
use super::encode::{Made, Outcome, Pass, encode, kept, renditions, segments, tracks};
use crate::Manager;
use crate::error::{Error, Result};
use crate::jobs::Held;
use crate::processing::look::{Finding, probe_limits};
use crate::processing::run::settle;
use crate::processing::workbench::{self, Part, discard, keep, ours};

/// The optimal rendition, sounds and posters. A file of which nothing can be made is FAILED.
pub(super) async fn first(
    manager: &Manager,
    held: &Held,
    work: &Work,
    external_info: Option<ExternalInfo>,
) -> Result<()> {
    let mut last = None;
    for pass in tries(manager, held, work).await? {
        let part = work.part(&pass.rungs);
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
    if !work.facts.sounds.is_empty() || !work.facts.texts.is_empty() {
        passes.push(Pass { rungs: optimal, same: false, sounds: false, key_frames: None });
    }
    Ok(passes)
}

/// The first rendition is here: posters of it, and the file can be used.
async fn ready(
    manager: &Manager,
    held: &Held,
    work: &Work,
    outcome: Outcome,
    external_info: Option<ExternalInfo>,
) -> Result<()> {
    let Outcome { folder, made, done } = outcome;
    let (mut facts, mut assets) = (work.facts.clone(), Vec::new());
    facts.renditions = renditions(work, &made);
    facts.tracks = tracks(work, &made);
    let is_made = |name: &String| facts.renditions.iter().any(|rendition| rendition.name() == *name);
    facts.pending = work.plan.all().map(Rung::name).filter(|name| !is_made(name)).collect();
    if let Some(longest) = made.iter().map(|made| made.track.start() + made.track.duration()).reduce(f64::max)
    {
        facts.duration = (longest * 1000.0).round() / 1000.0;
    }
    for (number, (path, poster)) in
        posters(manager, held, work, &facts, &made, (&folder, done)).await?.into_iter().enumerate()
    {
        assets.push(
            keep(manager, &work.site_id, &work.file, &format!("poster.{number}"), "image/jpeg", &path)
                .await?,
        );
        facts.posters.push(poster);
    }
    assets.extend(kept(manager, work, &made).await?);
    for (caption, path) in captions(&work.facts, folder.path()) {
        let key = format!("captions.{}.vtt", caption.language);
        assets.push(keep(manager, &work.site_id, &work.file, &key, "text/vtt", &path).await?);
        facts.captions.push(caption);
    }
    let mime = |asset: &NewAsset| asset.blob.clone();
    let blobs: Vec<String> = assets.iter().map(mime).collect();
    let finding = Finding::facts(Facts { video: Some(facts), ..Facts::default() });
    let (num, now) = (work.file.num, manager.now());
    let added = manager.catalog().write(move |tx| {
        let Some(file) = files::by_num(tx, num)? else { return Ok::<_, Error>(false) };
        files::put_assets(tx, &file, &assets)?;
        settle(tx, num, &finding, external_info.clone(), now)?;
        Ok(true)
    });
    if !added.await? {
        discard(manager, blobs).await?;
    }
    Ok(())
}

/// The texts of a video that hold something to read, as clean WebVTT.
fn captions(facts: &VideoFacts, folder: &Path) -> Vec<(Caption, PathBuf)> {
    let mut captions: Vec<(Caption, PathBuf)> = Vec::new();
    for (number, text) in facts.texts.iter().enumerate() {
        let path = folder.join(text_name(number));
        let Some(vtt) = std::fs::read(&path).ok().and_then(|text| to_webvtt(&text).ok()) else { continue };
        let mut language = text.language.as_deref().map(bcp47).filter(|tag| is_language_tag(tag));
        if captions.iter().any(|(caption, _)| Some(&caption.language) == language.as_ref()) {
            // A second text in a language, for those who hear badly for example.
            language = language.map(|tag| format!("{tag}-x-{}", number + 1));
        }
        let language = language.unwrap_or_else(|| format!("und-x-{}", number + 1));
        let label = text.title.clone().unwrap_or_else(|| language_name(&language).to_owned());
        if std::fs::write(&path, vtt).is_ok() {
            let default = text.default && captions.iter().all(|(caption, _)| !caption.default);
            captions.push((Caption { language, label, default }, path));
        }
    }
    captions
}

/// Stills of what was made, and what is known of them.
async fn posters(
    manager: &Manager,
    held: &Held,
    work: &Work,
    facts: &VideoFacts,
    made: &[Made],
    (folder, done): (&tempfile::TempDir, f64),
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
    let part = Part { stage: "posters".to_owned(), from: done, to: done, seconds: facts.duration };
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
