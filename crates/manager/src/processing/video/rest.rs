//! The other renditions of a video that can be played already.

use std::sync::Arc;

use media::av::Rung;
use media::child::Fault;

use super::encode::{Pass, encode, kept, renditions, segments};
use super::{SAME, STILLS, Work, change};
use crate::Manager;
use crate::error::Result;
use crate::jobs::Held;
use crate::processing::workbench::{Part, ours};

/// The other renditions. Without them the video plays all the same.
pub(super) async fn rest(manager: &Manager, held: &Held, work: &Work) -> Result<()> {
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
    let mut renditions = renditions(work, &made.made);
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
