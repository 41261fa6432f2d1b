//! The renditions of a video that can be played already. Without them it plays all the same.

use std::cmp::Reverse;

use media::av::Rung;
use media::child::Fault;

use super::encode::{Pass, encode, kept, renditions, segments};
use super::{Work, change};
use crate::Manager;
use crate::error::Result;
use crate::jobs::Held;
use crate::processing::workbench::ours;

/// The other sizes, all of one decoding.
pub(super) async fn rest(manager: &Manager, held: &Held, work: &Work) -> Result<()> {
    let rungs: Vec<Rung> = work.plan.rungs.iter().filter(|rung| work.awaits(rung)).cloned().collect();
    if rungs.is_empty() { Ok(()) } else { add(manager, held, work, rungs).await }
}

/// The next size in the second codec.
pub(super) async fn second(manager: &Manager, held: &Held, work: &Work) -> Result<()> {
    match work.plan.second.iter().find(|rung| work.awaits(rung)) {
        Some(rung) => add(manager, held, work, vec![rung.clone()]).await,
        // It was to be made once, and isn't any more.
        None => change(manager, work, Vec::new(), |video| video.pending.clear()).await,
    }
}

async fn add(manager: &Manager, held: &Held, work: &Work, rungs: Vec<Rung>) -> Result<()> {
    let names: Vec<String> = rungs.iter().map(Rung::name).collect();
    let is_same =
        work.facts.renditions.iter().any(|rendition| Some(&rendition.quality) == work.plan.same.as_ref());
    let key_frames = if is_same { segments(manager, held, work).await? } else { None };
    let part = work.part(&rungs);
    let pass = Pass { rungs, same: false, sounds: false, key_frames };
    let (assets, new) = match encode(manager, held, work, pass, part).await? {
        Ok(outcome) => (kept(manager, work, &outcome.made).await?, renditions(work, &outcome.made)),
        Err(fault @ (Fault::Stopped | Fault::Io(_))) => return Err(ours(fault)),
        Err(fault) => {
            tracing::warn!(file = %work.file.id, %fault, "a video has fewer renditions than it could");
            (Vec::new(), Vec::new())
        }
    };
    let optimal = work.plan.rungs.first().map(|rung| rung.quality.clone());
    change(manager, work, assets, move |video| {
        video.pending.retain(|name| !names.contains(name));
        video.renditions.extend(new.iter().cloned());
        // What plays everywhere goes first, the optimal one before the largest.
        video.renditions.sort_by_key(|rendition| {
            let area = rendition.width * rendition.height;
            (rendition.codec, Some(&rendition.quality) != optimal.as_ref(), Reverse(area))
        });
    })
    .await
}
