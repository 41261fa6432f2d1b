//! Administration of presets and strict mode by a caller of the API, for the caller's own site.

use contract::files::EmptyReply;
use contract::presets as wire;

use super::administer;
use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::error::Result;

/// [`administer::set`] for the caller's site.
pub async fn set(manager: Manager, caller: Caller, request: wire::SetPresetRequest) -> Result<wire::Preset> {
    let (by, most) = (Actor::from(&caller), Some(manager.settings().images.presets));
    administer::set(manager.catalog(), caller.site_id, request, most, by, manager.now()).await
}

/// [`administer::list`] for the caller's site.
pub async fn list(
    manager: Manager,
    caller: Caller,
    _: wire::ListPresetsRequest,
) -> Result<wire::ListPresetsReply> {
    administer::list(manager.catalog(), caller.site_id).await
}

/// [`administer::get`] for the caller's site.
pub async fn get(manager: Manager, caller: Caller, request: wire::PresetRequest) -> Result<wire::Preset> {
    administer::get(manager.catalog(), caller.site_id, request.name.unwrap_or_default()).await
}

/// [`administer::remove`] for the caller's site.
pub async fn remove(manager: Manager, caller: Caller, request: wire::PresetRequest) -> Result<EmptyReply> {
    let (by, name) = (Actor::from(&caller), request.name.unwrap_or_default());
    administer::remove(manager.catalog(), caller.site_id, name, by, manager.now()).await
}

/// [`administer::policy`] of the caller's site.
pub async fn policy(
    manager: Manager,
    caller: Caller,
    _: wire::GetImagePolicyRequest,
) -> Result<wire::ImagePolicyReply> {
    administer::policy(manager.catalog(), caller.site_id).await
}

/// [`administer::set_policy`] for the caller's site.
pub async fn set_policy(
    manager: Manager,
    caller: Caller,
    request: wire::SetImagePolicyRequest,
) -> Result<wire::ImagePolicyReply> {
    let (by, strict) = (Actor::from(&caller), request.strict.unwrap_or_default());
    administer::set_policy(manager.catalog(), caller.site_id, strict, by, manager.now()).await
}
