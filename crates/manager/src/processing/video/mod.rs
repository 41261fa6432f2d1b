//! What is made of a video, in parts that each can be lost and done again: the optimal rendition with its sounds and the
//! posters, with which the file is READY; the other renditions; a storyboard and a preview; all of them in a second codec.

mod encode;
mod first;
mod pictures;
mod rest;

use std::path::PathBuf;

use catalog::files::{self, Asset, FileRecord, NewAsset, Status};
use catalog::jobs;
use contract::files::ExternalInfo;
use facts::VideoFacts;
use media::av::{Film, Plan, Rung};
use storage::BlobKey;

use super::run::lane_of;
use super::workbench::{Part, discard, site_of};
use crate::Manager;
use crate::error::{Error, Result, internal};
use crate::files::{change_facts, facts_of};
use crate::jobs::{Held, Work as Queued, end, enqueue};
use first::first;
use pictures::pictures;
use rest::{rest, second};

/// Which share of the work the pictures of a video are, at its end.
const STILLS: f64 = 0.02;

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
        let Some((assets, file)) = found.await? else { return Ok(None) };
        let film = manager.inner.tools.film.clone().ok_or_else(|| internal("ffmpeg is gone"))?;
        let Some(facts) = facts_of(&file)?.video else { return Ok(None) };
        let plan = Plan::new(&facts, manager.settings().video.most, film.second);
        Ok(Some(Work { site_id: site_of(manager, &file).await?, file, assets, facts, plan, film }))
    }

    fn path(&self, manager: &Manager, key: &str) -> Result<PathBuf> {
        let asset = self.assets.iter().find(|asset| asset.key == key);
        let asset = asset.ok_or_else(|| internal(format!("the video has no {key}")))?;
        Ok(manager.store().path(&BlobKey::parse(&asset.blob).map_err(internal)?))
    }

    fn is_playable(&self) -> bool {
        self.file.status == Status::Ready && !self.facts.renditions.is_empty()
    }

    /// Whether a rendition is still to be made of a video that can be played.
    fn awaits(&self, rung: &Rung) -> bool {
        self.facts.pending.contains(&rung.name())
    }

    /// Renditions as a part of all that is made, after those that are there.
    fn part(&self, rungs: &[Rung]) -> Part {
        let share = |work: f64| work / self.plan.all().map(Rung::work).sum::<f64>();
        let now = share(rungs.iter().map(Rung::work).sum());
        let (is_first, stills) =
            (self.facts.renditions.is_empty(), if self.facts.finished { STILLS } else { 0.0 });
        let left = if is_first {
            1.0
        } else {
            share(self.plan.all().filter(|rung| self.awaits(rung)).map(Rung::work).sum())
        };
        let at = |share: f64| share * (1.0 - STILLS) + stills;
        Part {
            stage: rungs.iter().map(Rung::name).collect::<Vec<_>>().join(","),
            from: at(1.0 - left),
            to: at(1.0 - left + now),
            seconds: self.facts.duration,
        }
    }
}

/// Makes a video playable, and leaves the rest to another job: others want to be played, too.
pub(crate) async fn transcode(
    manager: &Manager,
    held: &Held,
    num: i64,
    external_info: Option<ExternalInfo>,
) -> Result<()> {
    if let Some(work) = Work::load(manager, num).await?.filter(|work| work.file.status == Status::Pending) {
        first(manager, held, &work, external_info).await?;
    }
    let left = Work::load(manager, num).await?.filter(Work::is_playable);
    let next = left.map(|work| Queued::Improve {
        file: num,
        lane: lane_of(manager, work.facts.duration).into(),
        seconds: work.facts.duration,
    });
    hand_on(manager, held, next).await
}

/// Makes what a video that can be played doesn't have yet, and leaves the second codec to another job.
pub(crate) async fn improve(manager: &Manager, held: &Held, num: i64) -> Result<()> {
    if let Some(work) = Work::load(manager, num).await?.filter(Work::is_playable) {
        rest(manager, held, &work).await?;
    }
    if let Some(work) = Work::load(manager, num).await?.filter(Work::is_playable)
        && !work.facts.finished
    {
        pictures(manager, held, &work).await?;
    }
    let left = Work::load(manager, num).await?.filter(|work| !work.facts.pending.is_empty());
    let next = left.map(|work| Queued::Recode {
        file: num,
        lane: lane_of(manager, work.facts.duration).into(),
        seconds: work.facts.duration,
    });
    hand_on(manager, held, next).await
}

/// Makes all sizes of a video in the second codec.
pub(crate) async fn recode(manager: &Manager, held: &Held, num: i64) -> Result<()> {
    // Each by itself, as each takes long: what was made stays if the server dies.
    while let Some(work) = Work::load(manager, num).await?.filter(|work| !work.facts.pending.is_empty()) {
        second(manager, held, &work).await?;
    }
    end(manager, held).await
}

/// Ends a job, and puts the one that follows it into the queue.
async fn hand_on(manager: &Manager, held: &Held, next: Option<Queued>) -> Result<()> {
    let held = held.lock().await;
    let (job, now) = (held.clone(), manager.now());
    let lane = next.as_ref().map(Queued::lane);
    let ended = manager.catalog().write(move |tx| {
        if jobs::complete(tx, &job)?
            && let Some(next) = &next
        {
            enqueue(tx, next, now)?;
        }
        Ok::<_, Error>(())
    });
    ended.await?;
    if let Some(lane) = lane {
        manager.catalog().wake_workers(lane);
    }
    Ok(())
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
        files::put_assets(tx, &file, &assets)?;
        // As it is now: somebody may have added captions meanwhile.
        change_facts(tx, &file, None, now, |facts| {
            facts.video.as_mut().map(&edit);
            Ok(())
        })?;
        Ok(true)
    });
    if !changed.await? {
        discard(manager, blobs).await?;
    }
    Ok(())
}
