//! One run of the encoder, and what comes of it.

use std::io;
use std::path::PathBuf;

use catalog::files::NewAsset;
use facts::{Rendition, SoundTrack};
use media::av::{
    Encoding, FIRST_SOUND, Rung, Source, Written, key_frames, language_name, limits, sound_keys,
};
use media::child::Fault;
use media::mp4::{self, Shape, Track};

use super::Work;
use crate::Manager;
use crate::error::Result;
use crate::jobs::Held;
use crate::processing::workbench::{self, Part, keep, ours};

/// What one run of the encoder is for; see [`Encoding`].
pub(super) struct Pass {
    pub(super) rungs: Vec<Rung>,
    pub(super) same: bool,
    pub(super) sounds: bool,
    pub(super) key_frames: Option<Vec<f64>>,
}

/// A track that was made, and what is in it.
pub(super) struct Made {
    pub(super) written: Written,
    pub(super) track: Track,
    /// Bytes of the normal MP4 of it, with the first sound where it has pictures.
    size: u64,
}

/// What a run has made.
pub(super) struct Outcome {
    /// Which share of all the work is done with it.
    pub(super) done: f64,
    pub(super) folder: tempfile::TempDir,
    pub(super) made: Vec<Made>,
}

/// Runs the encoder, and reads what it has written: a track without pictures or sound is none.
pub(super) async fn encode(
    manager: &Manager,
    held: &Held,
    work: &Work,
    pass: Pass,
    part: Part,
) -> Result<Result<Outcome, Fault>> {
    let (folder, done) = (workbench::folder(manager).await?, part.to);
    let settings = &manager.settings().video;
    let encoded = pass.rungs.iter().map(|rung| rung.max_rate).max().unwrap_or(0);
    let bits = if pass.same { work.facts.bit_rate.unwrap_or(0).max(encoded) } else { encoded };
    let limits = limits(&work.facts, settings.memory, settings.time_limit, bits);
    let (input, to, preset) = (work.path(manager, "src")?, folder.path().to_owned(), settings.preset.clone());
    let (format, facts, film) = (work.file.format, work.facts.clone(), work.film.clone());
    let before = work.path(manager, FIRST_SOUND).ok();
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
        Ok(read(encoding.run(stop, progress)?, before)?)
    });
    Ok(ran.await?.map(|made| Outcome { folder, made, done }))
}

/// Reads what was written: a track without pictures or sound is none. `sound` is the first one where it was made before.
fn read(written: Vec<Written>, sound: Option<PathBuf>) -> io::Result<Vec<Made>> {
    let heads = written.into_iter().filter_map(|written| {
        let track = mp4::read_head(&written.path).ok().filter(|track| track.duration() > 0.0)?;
        Some((written, track))
    });
    let heads: Vec<(Written, Track)> = heads.collect();
    let here = heads.iter().find(|(written, _)| written.key == FIRST_SOUND);
    let sound = here.map(|(written, _)| written.path.clone()).or(sound);
    let measured = heads.into_iter().map(|(written, track)| {
        let with = sound.as_ref().filter(|_| matches!(track.shape, Shape::Video { .. }));
        let paths: Vec<&PathBuf> = std::iter::once(&written.path).chain(with).collect();
        let size = mp4::compose_files(&paths)?.length();
        Ok(Made { written, track, size })
    });
    measured.collect()
}

/// Where the segments of a video begin that can be taken as it is.
pub(super) async fn segments(manager: &Manager, held: &Held, work: &Work) -> Result<Option<Vec<f64>>> {
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

/// Takes tracks that were made into the storage.
pub(super) async fn kept(manager: &Manager, work: &Work, made: &[Made]) -> Result<Vec<NewAsset>> {
    let mut assets = Vec::new();
    for Made { written, track, .. } in made {
        let mime = if matches!(track.shape, Shape::Video { .. }) { "video/mp4" } else { "audio/mp4" };
        assets.push(keep(manager, &work.site_id, &work.file, &written.key, mime, &written.path).await?);
    }
    Ok(assets)
}

/// The renditions among what was made.
pub(super) fn renditions(work: &Work, made: &[Made]) -> Vec<Rendition> {
    let pictures = made.iter().filter_map(|one| {
        let Shape::Video { width, height } = one.track.shape else { return None };
        let rung = work.plan.all().find(|rung| rung.key() == one.written.key)?;
        let (quality, codec) = (rung.quality.clone(), rung.codec);
        let frame_rate = work.facts.frame_rate.min(60.0);
        Some(Rendition { quality, codec, width, height, frame_rate, size: one.size })
    });
    pictures.collect()
}

/// The sounds among what was made.
pub(super) fn tracks(work: &Work, made: &[Made]) -> Vec<SoundTrack> {
    let keys = sound_keys(&work.facts).into_iter();
    let there = keys.filter(|(key, _)| made.iter().any(|made| made.written.key == *key));
    there
        .enumerate()
        .map(|(number, (key, sound))| SoundTrack {
            key,
            language: sound.language.clone(),
            label: sound.title.clone().unwrap_or_else(|| match &sound.language {
                Some(language) => language_name(language).to_owned(),
                None if number == 0 => "Audio".to_owned(),
                None => format!("Audio {}", number + 1),
            }),
        })
        .collect()
}
