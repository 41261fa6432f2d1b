//! bulkAnnotateImages: pictures are looked at while the caller waits, each for itself.

use catalog::files::FileRecord;
use contract::errors::Code;
use contract::files::{
    AnnotationType, BulkActionMetadata, BulkAnnotateImagesReply, BulkAnnotateImagesRequest,
    BulkAnnotateImagesResult, ItemMetadata,
};
use contract::formats::Kind;
use contract::validate::unsupported;
use facts::Annotations;
use vision::Wants;

use super::look::{is_seen, look};
use super::write::write;
use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::error::{Error, Result, invalid};
use crate::files::{describe, facts_of, resolve};

/// Looks at pictures, and says of each what became of it.
pub async fn annotate_bulk(
    manager: Manager,
    caller: Caller,
    request: BulkAnnotateImagesRequest,
) -> Result<BulkAnnotateImagesReply> {
    let types = request.annotation_types.unwrap_or_default();
    let known: Vec<&str> = AnnotationType::KNOWN.into_iter().map(AnnotationType::name).collect();
    let unknown = types.iter().enumerate().filter(|(_, kind)| !AnnotationType::KNOWN.contains(kind));
    let wrong: Vec<_> = unknown
        .map(|(index, kind)| {
            unsupported(Code::InvalidValue, format!("annotationTypes[{index}]"), kind.name(), &known)
        })
        .collect();
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let (overwrite, whole) =
        (request.overwrite.unwrap_or_default(), request.return_entity.unwrap_or_default());
    let mut results = Vec::new();
    for (index, id) in (0..).zip(request.file_ids.unwrap_or_default()) {
        let outcome = annotate_one(&manager, &caller, index, id, &types, overwrite).await;
        results.push(result(&manager, &caller, index, outcome, whole)?);
    }
    let bulk_action_metadata = BulkActionMetadata::of(results.iter().map(|result| &result.item_metadata));
    Ok(BulkAnnotateImagesReply { results, bulk_action_metadata })
}

async fn annotate_one(
    manager: &Manager,
    caller: &Caller,
    index: u32,
    id: String,
    types: &[AnnotationType],
    overwrite: bool,
) -> Result<FileRecord> {
    let field = format!("fileIds[{index}]");
    let (reach, named) = (caller.reach.clone(), field.clone());
    let file = manager.catalog().read(move |tx| resolve(tx, &reach, &named, &id)).await?;
    if !is_seen(&file) {
        let what = if file.format.kind == Kind::Image { "can't be used" } else { "is no image" };
        return Err(invalid(Code::InvalidValue, &field, format!("`{}` {what}", file.id)));
    }
    let known = facts_of(&file)?.annotations.unwrap_or_default();
    let wants = wants(types, &known, overwrite);
    if wants == Wants::NONE {
        return Ok(file);
    }
    let unread = || invalid(Code::InvalidValue, &field, format!("`{}` can't be decoded here", file.id));
    let seen = look(manager, &file, wants).await?.ok_or_else(unread)?;
    let (num, by, now) = (file.num, Actor::from(caller), manager.now());
    let written = manager.catalog().write(move |tx| write(tx, num, &seen, Some(&by), now)).await?;
    // Deleted for good meanwhile: it is shown as it was.
    Ok(written.unwrap_or(file))
}

/// What machines have to look for. Colours and whether it moves are known of each image that can be used.
fn wants(types: &[AnnotationType], known: &Annotations, overwrite: bool) -> Wants {
    let asks = |kind: AnnotationType, is_known: bool| types.contains(&kind) && (overwrite || !is_known);
    // A sentence is made of faces and labels.
    let caption = asks(AnnotationType::Caption, known.faces.is_some() && known.labels.is_some());
    let labels = caption || asks(AnnotationType::Labels, known.labels.is_some());
    let faces = caption || asks(AnnotationType::Faces, known.faces.is_some());
    Wants {
        faces,
        labels,
        text: asks(AnnotationType::ContainsText, known.text.is_some()),
        embedding: labels,
        fingerprint: labels,
        caption: faces && labels,
    }
}

fn result(
    manager: &Manager,
    caller: &Caller,
    original_index: u32,
    outcome: Result<FileRecord>,
    whole: bool,
) -> Result<BulkAnnotateImagesResult> {
    let (file, error) = match outcome {
        Ok(file) => (Some(file), None),
        Err(error) => (None, Some(error.in_short())),
    };
    let id = file.as_ref().map(|file| file.id.to_string());
    let item = file.filter(|_| whole).map(|file| describe(manager, &caller.site_id, file)).transpose()?;
    let item_metadata = ItemMetadata { id, original_index, success: error.is_none(), error };
    Ok(BulkAnnotateImagesResult { item_metadata, item })
}
