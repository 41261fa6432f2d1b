//! Which files are taken, as [`Limits`](crate::Limits) admits them.

use contract::formats::{self, Format, Kind};
use contract::types::{ListTypesReply, ListTypesRequest, TakenFormat, TakenType};
use contract::values::Int64;

use crate::Manager;
use crate::access::Caller;
use crate::error::Result;

/// Lists the media types and formats of which files are taken, with their limits.
pub async fn list(manager: Manager, _: Caller, _: ListTypesRequest) -> Result<ListTypesReply> {
    let limits = &manager.settings().limits;
    let number = |number: u64| Int64(i64::try_from(number).unwrap_or(i64::MAX));
    let taken = |kind: &Kind| TakenType {
        media_type: kind.media_type(),
        max_size_in_bytes: number(limits.bytes_of(*kind)),
        max_pixels: (*kind == Kind::Image).then(|| number(limits.pixels)),
        formats: formats::ALL
            .iter()
            .filter(|format| format.kind == *kind && limits.takes(format))
            .map(|format| shown(format))
            .collect(),
    };
    let types = Kind::ALL.iter().map(taken).filter(|taken| !taken.formats.is_empty()).collect();
    Ok(ListTypesReply { types })
}

fn shown(format: &Format) -> TakenFormat {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    TakenFormat {
        name: format.name.to_owned(),
        mime_types: texts(&[&[format.mime], format.also].concat()),
        extensions: texts(format.extensions),
    }
}
