//! Office documents set as pages, where LibreOffice is beside us: a PDF that is kept with the document, and from then on is what is
//! shown of it.

use catalog::files;
use contract::formats::{self, Format};
use media::child::Fault;
use media::inspect::Error as Unseen;
use media::office::sets;
use storage::BlobKey;

use super::inspect::inspect;
use super::workbench::{self, Part, discard, keep, ours, site_of};
use crate::Manager;
use crate::error::{Error, Result, internal};
use crate::files::change_facts;
use crate::jobs::{Held, end};

/// The key of the PDF's asset.
pub(crate) const PDF: &str = "document.pdf";

/// Whether documents of this format are set here.
pub(super) fn is_set(manager: &Manager, format: &Format) -> bool {
    manager.inner.tools.office.is_some() && sets(format)
}

/// Sets a document. One that can't be set is shown as it was.
pub(crate) async fn typeset(manager: &Manager, held: &Held, num: i64) -> Result<()> {
    let found = manager.catalog().read(move |tx| {
        let Some(file) = files::by_num(tx, num)? else { return Ok::<_, catalog::Error>(None) };
        let original = files::assets(tx, num)?.into_iter().find(|asset| asset.key == "src");
        Ok(original.map(|original| (file, original)))
    });
    let (Some((file, original)), Some(office)) = (found.await?, manager.inner.tools.office.clone()) else {
        return end(manager, held).await;
    };
    let folder = workbench::folder(manager).await?;
    let path = manager.store().path(&BlobKey::parse(&original.blob).map_err(internal)?);
    let (format, to) = (file.format, folder.path().to_owned());
    let part = Part { stage: "pages".to_owned(), from: 0.0, to: 1.0, seconds: 0.0 };
    let set =
        workbench::run(manager, held, &file, part, move |stop, _| office.to_pdf(&path, format, &to, stop));
    let pdf = match set.await? {
        Ok(pdf) => pdf,
        Err(Fault::Stopped) => return Err(ours(Fault::Stopped)),
        Err(fault) => {
            tracing::info!(file = %file.id, %fault, "a document could not be set as pages");
            return end(manager, held).await;
        }
    };
    let size = tokio::fs::metadata(&pdf).await.map_err(internal)?.len();
    let seen = {
        let pdf = pdf.clone();
        inspect(manager, &formats::PDF, size, move |inspector, stop| {
            inspector.look(&pdf, &formats::PDF, 0, stop)
        })
    };
    let seen = match seen.await? {
        Ok(seen) => seen.facts,
        Err(Unseen::Fault(fault)) => return Err(ours(fault)),
        Err(error) => {
            tracing::info!(file = %file.id, %error, "the pages of a document can't be shown");
            return end(manager, held).await;
        }
    };
    let site_id = site_of(manager, &file).await?;
    let asset = keep(manager, &site_id, &file, PDF, formats::PDF.mime, &pdf).await?;
    let blob = asset.blob.clone();
    let held = held.lock().await;
    let (job, now) = (held.clone(), manager.now());
    let added = manager.catalog().write(move |tx| {
        let file = files::by_num(tx, num)?;
        let (true, Some(file)) = (catalog::jobs::complete(tx, &job)?, file) else { return Ok(false) };
        files::put_assets(tx, &file, std::slice::from_ref(&asset))?;
        change_facts(tx, &file, None, now, |facts| {
            facts.picture = seen.picture;
            if let (Some(known), Some(set)) = (&mut facts.document, &seen.document) {
                known.pages = set.pages;
                known.page_size = set.page_size;
            }
            Ok(())
        })?;
        Ok::<_, Error>(true)
    });
    if !added.await? {
        discard(manager, [blob]).await?;
    }
    Ok(())
}
