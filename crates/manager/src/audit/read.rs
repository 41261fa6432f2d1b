//! The log, read by those who may.

use catalog::Catalog;
use catalog::audit::{Asked, Entry, page};
use contract::audit as wire;
use contract::enums::IdentityType;
use contract::errors::Code;
use contract::files::{Cursors, NextCursor};
use contract::values::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Manager;
use crate::access::Caller;
use crate::error::{Result, internal, invalid};
use crate::lists::paging;
use crate::tokens::Purpose;

/// What a cursor says: the list that it belongs to, and where it has got to. Short names: it travels in a URL.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    /// Tells it from cursors of files.
    c: Audit,
    /// Site.
    s: i64,
    /// Entity.
    e: Option<String>,
    /// Who.
    w: Option<String>,
    /// From.
    f: Option<i64>,
    /// Until.
    u: Option<i64>,
    /// Before.
    at: (i64, i64),
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Audit {
    Audit,
}

/// What was done on the caller's site, the latest first.
pub async fn list(
    manager: Manager,
    caller: Caller,
    request: wire::ListAuditLogRequest,
) -> Result<wire::ListAuditLogReply> {
    let (limit, cursor) = paging(request.paging.as_ref());
    let asked = match cursor {
        Some(cursor) => read(&manager, caller.site, cursor)?,
        None => Asked {
            site: Some(caller.site),
            entity: request.entity_id.filter(|id| !id.is_empty()),
            who: request.identity_id.filter(|id| !id.is_empty()),
            from: request.from.map(|time| time.millis),
            until: request.until.map(|time| time.millis),
            before: None,
        },
    };
    let looked_for = asked.clone();
    let mut found = manager.catalog().read(move |tx| page(tx, &looked_for, limit as i64 + 1)).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| {
        let Asked { entity: e, who: w, from: f, until: u, .. } = asked;
        let claims = Claims { c: Audit::Audit, s: caller.site, e, w, f, u, at: (last.time, last.seq) };
        manager.tokens().sign(Purpose::Cursor, None, claims)
    });
    let cursors = Cursors { next: next.transpose()?.unwrap_or_default(), prev: None };
    let entries = found.into_iter().map(shown).collect::<Result<_>>()?;
    Ok(wire::ListAuditLogReply { entries, next_cursor: NextCursor { cursors, has_next: more } })
}

/// What was done, the latest first, at most `most`; on one site or everywhere, for the command line.
pub async fn list_all(
    catalog: &Catalog,
    site_id: Option<String>,
    entity: Option<String>,
    who: Option<String>,
    most: i64,
) -> Result<Vec<wire::AuditEntry>> {
    let found = catalog.read(move |tx| {
        let site = site_id.as_deref().map(|id| crate::sites::site(tx, id)).transpose()?;
        let asked = Asked {
            site: site.map(|site| site.num),
            entity: entity.clone(),
            who: who.clone(),
            ..Asked::default()
        };
        Ok::<_, crate::Error>(page(tx, &asked, most)?)
    });
    found.await?.into_iter().map(shown).collect()
}

fn read(manager: &Manager, site: i64, cursor: &str) -> Result<Asked> {
    let claims = manager.tokens().read_live::<Claims>(Purpose::Cursor, cursor).ok();
    let Some(claims) = claims.filter(|claims| claims.s == site) else {
        let text = "the cursor is not one that this call gave out on this site; start again without one";
        return Err(invalid(Code::InvalidCursor, "paging.cursor", text));
    };
    let Claims { e: entity, w: who, f: from, u: until, at, .. } = claims;
    Ok(Asked { site: Some(site), entity, who, from, until, before: Some(at) })
}

fn shown(entry: Entry) -> Result<wire::AuditEntry> {
    // Whoever may use the command line has no id.
    let identity = (!entry.who.is_empty()).then(|| wire::AuditIdentity {
        identity_type: IdentityType::by_name(&entry.who_type),
        identity_id: entry.who,
    });
    Ok(wire::AuditEntry {
        id: entry.seq.to_string(),
        time: Timestamp { millis: entry.time },
        action: entry.action,
        entity_id: entry.entity,
        identity,
        key_id: entry.key,
        address: entry.address,
        request_id: entry.request,
        detail: match entry.detail {
            Some(json) => serde_json::from_str(&json).map_err(internal)?,
            None => serde_json::Map::new(),
        },
    })
}
