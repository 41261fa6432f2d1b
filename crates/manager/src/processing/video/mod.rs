//! What is made of a video, in three parts that each can be lost and done again: the optimal rendition with its sounds and the
//! posters, with which the file is READY; the other renditions; a storyboard and a preview.

mod encode;
mod first;
mod pictures;
mod rest;

use std::path::PathBuf;

use catalog::files::{self, Asset, FileRecord, NewAsset, Status};
use catalog::jobs;
use contract::files::ExternalInfo;
use media::av::{Film, Plan, Rung};
use media::facts::VideoFacts;
use storage::BlobKey;

use super::run::lane_of;
use super::workbench::{discard, site_of};
use crate::Manager;
use crate::error::{Error, Result, internal};
use crate::files::{change_facts, facts_of};
use crate::jobs::{Held, Work as Queued, end, enqueue};
use first::first;
use pictures::pictures;
use rest::rest;

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
        let Some((assets, file)) = found.await? else { return Ok(None) };
        let film = manager.inner.tools.film.clone().ok_or_else(|| internal("ffmpeg is gone"))?;
        let Some(facts) = facts_of(&file)?.video else { return Ok(None) };
        let plan = Plan::new(&facts, manager.settings().video.most);
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

    /// All the work on renditions; what it is measured in means nothing by itself.
    fn whole(&self) -> f64 {
        self.plan.rungs.iter().map(Rung::work).sum()
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
    let seconds = left.map(|work| work.facts.duration);
    let lane = lane_of(manager, seconds.unwrap_or_default());
    let held = held.lock().await;
    let (job, now) = (held.clone(), manager.now());
    let ended = manager.catalog().write(move |tx| {
        if jobs::complete(tx, &job)?
            && let Some(seconds) = seconds
        {
            enqueue(tx, &Queued::Improve { file: num, lane: lane.into(), seconds }, now)?;
        }
        Ok::<_, Error>(())
    });
    ended.await?;
    manager.catalog().wake_workers(lane);
    Ok(())
}

/// Makes what a video that can be played doesn't have yet.
pub(crate) async fn improve(manager: &Manager, held: &Held, num: i64) -> Result<()> {
    if let Some(work) = Work::load(manager, num).await?.filter(Work::is_playable)
        && !work.facts.pending.is_empty()
    {
        rest(manager, held, &work).await?;
    }
    if let Some(work) = Work::load(manager, num).await?.filter(Work::is_playable)
        && !work.facts.finished
    {
        pictures(manager, held, &work).await?;
    }
    end(manager, held).await
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
