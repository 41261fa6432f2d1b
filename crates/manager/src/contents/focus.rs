//! The point of a picture that matters, as somebody has chosen it.

use contract::contents::{RemoveFocalPointRequest, SetFocalPointRequest};
use contract::errors::Code;
use contract::files::FileReply;

use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::error::{Error, Result, invalid};
use crate::files::{change_facts, describe, facts_of, resolve};

/// Chooses it: forms that are filled show it from now on.
pub async fn set_focus(manager: Manager, caller: Caller, request: SetFocalPointRequest) -> Result<FileReply> {
    let share = |percent: Option<f32>| percent.unwrap_or_default() / 100.0;
    let chosen = [share(request.x), share(request.y)];
    choose(manager, caller, request.file_id.unwrap_or_default(), Some(chosen)).await
}

/// Leaves it to faces, and to what draws the eye.
pub async fn remove_focus(
    manager: Manager,
    caller: Caller,
    request: RemoveFocalPointRequest,
) -> Result<FileReply> {
    choose(manager, caller, request.file_id.unwrap_or_default(), None).await
}

async fn choose(manager: Manager, caller: Caller, id: String, chosen: Option<[f32; 2]>) -> Result<FileReply> {
    let (reach, by, now) = (caller.reach.clone(), Actor::from(&caller), manager.now());
    let changed = manager.catalog().write(move |tx| {
        let file = resolve(tx, &reach, "fileId", &id)?;
        if facts_of(&file)?.image.is_none() {
            let text = format!("`{}` is no picture of which anything is known", file.id);
            return Err(invalid(Code::InvalidValue, "fileId", text));
        }
        change_facts(tx, &file, Some(&by), now, |facts| {
            facts.chosen_focus = chosen;
            Ok(())
        })?;
        resolve(tx, &reach, "fileId", &id)
    });
    let file = changed.await.map_err(|error: Error| error)?;
    Ok(FileReply { file: describe(&manager, &caller.site_id, file)? })
}
