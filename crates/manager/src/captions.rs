//! Texts to read along with a video: kept as clean WebVTT, and named by every stream from then on.

use catalog::Tx;
use catalog::files::{FileRecord, NewAsset, put_assets, remove_asset};
use contract::captions::{ListCaptionsReply, ListCaptionsRequest, RemoveCaptionsRequest, SetCaptionsRequest};
use contract::descriptor::VideoCaption;
use contract::errors::Code;
use contract::files::EmptyReply;
use facts::Caption;
use media::captions::to_webvtt;
use storage::BlobKey;
use uuid::Uuid;

use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::error::{Error, Result, internal, invalid};
use crate::files::{asset, caption_of, change_facts, facts_of, resolve};
use crate::processing::discard;

/// Languages of captions that one video may have.
const MOST: usize = 100;

/// Gives a video captions in a language.
pub async fn set(manager: Manager, caller: Caller, request: SetCaptionsRequest) -> Result<VideoCaption> {
    let language = request.language.unwrap_or_default();
    let text = request.text.unwrap_or_default();
    let vtt = to_webvtt(text.as_bytes())
        .map_err(|error| invalid(Code::InvalidValue, "text", format!("`text` can't be read: {error}")))?;
    let label = request.label.filter(|label| !label.trim().is_empty()).unwrap_or_else(|| language.clone());
    let caption = Caption { language, label, default: request.default.unwrap_or_default() };
    let id = request.file_id.unwrap_or_default();
    let (reach, wanted) = (caller.reach.clone(), id.clone());
    let file = manager.catalog().read(move |tx| resolve(tx, &reach, "fileId", &wanted)).await?;
    let asset = keep(&manager, &caller.site_id, &file, &caption, vtt).await?;
    let (reach, by, now) = (caller.reach.clone(), Actor::from(&caller), manager.now());
    let (added, kept) = (caption.clone(), asset.blob.clone());
    let changed = manager.catalog().write(move |tx| {
        let file = resolve(tx, &reach, "fileId", &id)?;
        change(tx, &file, &by, now, |captions| {
            captions.retain(|caption| caption.language != added.language);
            if captions.len() >= MOST {
                let text = format!("`{id}` has captions in {MOST} languages, and can have no more");
                return Err(invalid(Code::InvalidValue, "language", text));
            }
            if added.default {
                captions.iter_mut().for_each(|caption| caption.default = false);
            }
            captions.push(added.clone());
            Ok(())
        })?;
        Ok::<_, Error>((put_assets(tx, &file, std::slice::from_ref(&asset))?, file))
    });
    match changed.await {
        Ok((replaced, file)) => {
            discard(&manager, replaced).await?;
            Ok(caption_of(&manager, &file, &caption))
        }
        Err(error) => {
            discard(&manager, [kept]).await?;
            Err(error)
        }
    }
}

/// Takes captions from a video.
pub async fn remove(manager: Manager, caller: Caller, request: RemoveCaptionsRequest) -> Result<EmptyReply> {
    let (id, language) = (request.file_id.unwrap_or_default(), request.language.unwrap_or_default());
    let (reach, by, now) = (caller.reach.clone(), Actor::from(&caller), manager.now());
    let removed = manager.catalog().write(move |tx| {
        let file = resolve(tx, &reach, "fileId", &id)?;
        change(tx, &file, &by, now, |captions| {
            let before = captions.len();
            captions.retain(|caption| caption.language != language);
            if captions.len() == before {
                let text = format!("`{id}` has no captions in `{language}`");
                return Err(invalid(Code::ResourceNotFound, "language", text));
            }
            Ok(())
        })?;
        Ok::<_, Error>(remove_asset(tx, &file, &key(&language))?)
    });
    let removed = removed.await?;
    discard(&manager, removed).await?;
    Ok(EmptyReply {})
}

/// The captions of a video.
pub async fn list(
    manager: Manager,
    caller: Caller,
    request: ListCaptionsRequest,
) -> Result<ListCaptionsReply> {
    let (reach, id) = (caller.reach, request.file_id.unwrap_or_default());
    let file = manager.catalog().read(move |tx| resolve(tx, &reach, "fileId", &id)).await?;
    let captions = facts_of(&file)?.video.map(|video| video.captions).unwrap_or_default();
    Ok(ListCaptionsReply {
        captions: captions.iter().map(|caption| caption_of(&manager, &file, caption)).collect(),
    })
}

fn key(language: &str) -> String {
    format!("captions.{language}.vtt")
}

/// Edits the captions of a video that can be streamed, and tells it.
fn change(
    tx: &Tx<'_>,
    file: &FileRecord,
    by: &Actor,
    now: i64,
    edit: impl FnOnce(&mut Vec<Caption>) -> Result<()>,
) -> Result<()> {
    change_facts(tx, file, Some(by), now, |facts| {
        let video = facts.video.as_mut().filter(|video| !video.renditions.is_empty());
        let video = video.ok_or_else(|| {
            let text = format!("`{}` has no stream to read along with", file.id);
            invalid(Code::FileHasNoStream, "fileId", text)
        })?;
        edit(&mut video.captions)
    })
}

/// Keeps a text under a name that no other one had: who still reads the one before reads it to its end.
async fn keep(
    manager: &Manager,
    site_id: &str,
    file: &FileRecord,
    caption: &Caption,
    vtt: String,
) -> Result<NewAsset> {
    let key = key(&caption.language);
    let name = format!("{}.{}", &Uuid::new_v4().simple().to_string()[..8], key);
    let blob = BlobKey::new(&[site_id, file.id.as_str(), &name]).map_err(internal)?;
    let mut staged = manager.store().stage();
    staged.write(vtt.into()).await?;
    let digest = staged.commit(&blob).await?;
    Ok(asset(&key, &blob, "text/vtt", &digest))
}
