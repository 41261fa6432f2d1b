//! A storyboard and a preview.

use std::path::Path;

use media::av::Film;
use media::av::stills::{self, Moving};
use media::child::{Fault, Stop};
use media::mp4;

use super::{STILLS, Work, change};
use crate::Manager;
use crate::error::Result;
use crate::jobs::Held;
use crate::processing::workbench::{self, Part, keep, ours};

/// A storyboard and a preview, of the smallest rendition that is large enough.
pub(super) async fn pictures(manager: &Manager, held: &Held, work: &Work) -> Result<()> {
    let folder = workbench::folder(manager).await?;
    let large_enough =
        work.facts.renditions.iter().filter(|rendition| rendition.width.max(rendition.height) >= 320);
    let chosen = large_enough.min_by_key(|rendition| rendition.width).or(work.facts.renditions.first());
    let Some(rendition) = chosen.cloned() else { return Ok(()) };
    let path = work.path(manager, &rendition.key())?;
    let (film, to) = (work.film.clone(), folder.path().to_owned());
    let from = work.part(&[]).from;
    let part = Part { stage: "stills".to_owned(), from, to: from + STILLS, seconds: work.facts.duration };
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
            return change(manager, work, Vec::new(), |video| video.finished = true).await;
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
        video.finished = true;
    })
    .await
}

fn draw(film: &Film, of: &Moving<'_>, to: &Path, stop: &Stop) -> Result<facts::Storyboard, Fault> {
    let board = stills::storyboard(film, of, &to.join("storyboard.jpg"), stop)?;
    let cues = stills::storyboard_cues(&board, of.duration, "storyboard.jpg");
    std::fs::write(to.join("storyboard.vtt"), cues)?;
    stills::preview(film, of, &to.join("preview.webp"), stop)?;
    Ok(board)
}
