//! Parts that are uploaded beside each other and joined in the end.
//!
//! Clients send parts without metadata, so without a token. A part is worth nothing by itself: nothing shows it, and it is
//! gone after a day unless a whole that has a token claims it. What all unclaimed parts come to is limited.

use catalog::resumables::{self, Resumable};
use contract::errors::Code;
use uuid::Uuid;

use super::complete::complete;
use super::resumable::{Announced, Progress, begun, gone, open_ticket, progress, replace};
use super::turn::Turn;
use crate::error::{Error, Result, refused};
use crate::{Manager, Origin};

/// What the smallest part counts as, so that many empty ones are limited too.
const LEAST: i64 = 1 << 20;

/// Begins a part.
pub async fn begin_part(manager: &Manager, length: u64) -> Result<Progress> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let most = i64::try_from(manager.settings().unclaimed_bytes).unwrap_or(i64::MAX);
    let row = Resumable {
        id: Uuid::new_v4().simple().to_string(),
        session: None,
        part: true,
        length: Some(length),
        received: 0,
        metadata: String::new(),
        parts: None,
        expires: manager.now() + manager.settings().upload_lifetime.as_millis() as i64,
    };
    let new = row.clone();
    let kept = manager.catalog().write(move |tx| {
        if resumables::unclaimed(tx, LEAST)?.saturating_add(length.max(LEAST)) > most {
            let text = "too many parts of uploads wait to be joined; try again later, or upload in one";
            return Err(refused(Code::UploadTooLong, text));
        }
        Ok::<_, Error>(resumables::create(tx, &new)?)
    });
    kept.await?;
    Ok(progress(row))
}

/// Joins parts, by their ids in order, to the whole that the token allows, and makes its file.
pub async fn join(
    manager: &Manager,
    announced: Announced,
    parts: Vec<String>,
    origin: Origin,
) -> Result<Progress> {
    let ticket = open_ticket(manager, &announced.metadata).await?.by(origin);
    let mut turns = Vec::new();
    for part in &parts {
        turns.push(Turn::take(manager, part)?);
    }
    let ids = parts.clone();
    let rows = manager.catalog().read(move |tx| {
        ids.iter().map(|id| Ok(resumables::get(tx, id)?.filter(|row| row.part))).collect::<Result<Vec<_>>>()
    });
    let rows: Vec<Resumable> = rows.await?.into_iter().collect::<Option<_>>().ok_or_else(gone)?;
    if rows.is_empty() || rows.iter().any(|row| row.length != Some(row.received)) {
        return Err(refused(
            Code::UploadIncomplete,
            "a part is not complete; send what is missing of it first",
        ));
    }
    let length = rows.iter().map(|row| row.received as u64).sum::<u64>();
    ticket.check(length).await?;
    let announced = Announced { length: Some(length), ..announced };
    let row = begun(&ticket, announced, Some(parts.clone()));
    replace(manager, &row).await?;
    let mut whole = manager.store().grow(&row.id, 0).await?;
    for part in &rows {
        whole.join(&part.id, part.received as u64).await?;
    }
    let received = whole.sync().await? as i64;
    let (id, expires) = (row.id.clone(), row.expires);
    manager.catalog().write(move |tx| resumables::received(tx, &id, received, expires)).await?;
    for part in &parts {
        super::forget(manager, part).await?;
    }
    complete(manager, ticket, whole, &row, None).await?;
    Ok(progress(Resumable { received, ..row }))
}
