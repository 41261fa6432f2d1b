//! Whether a site's images are annotated by themselves, for the command line and the API alike.

use catalog::{Catalog, sites};
use contract::contents::{AnnotationPolicyReply, GetAnnotationPolicyRequest, SetAnnotationPolicyRequest};
use serde_json::json;

use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::error::{Error, Result};

/// What the caller's site wants.
pub async fn policy(
    manager: Manager,
    caller: Caller,
    _: GetAnnotationPolicyRequest,
) -> Result<AnnotationPolicyReply> {
    let found = manager.catalog().read(move |tx| crate::sites::site(tx, &caller.site_id));
    Ok(AnnotationPolicyReply { automatic: found.await?.annotates })
}

/// [`set_automatic`] for the caller's site.
pub async fn set_policy(
    manager: Manager,
    caller: Caller,
    request: SetAnnotationPolicyRequest,
) -> Result<AnnotationPolicyReply> {
    let (by, automatic) = (Actor::from(&caller), request.automatic.unwrap_or_default());
    set_automatic(manager.catalog(), caller.site_id, automatic, by, manager.now()).await
}

/// Has a site's images annotated after their upload, or not any more.
pub async fn set_automatic(
    catalog: &Catalog,
    site_id: String,
    automatic: bool,
    by: Actor,
    now: i64,
) -> Result<AnnotationPolicyReply> {
    let set = catalog.write(move |tx| {
        let site = crate::sites::site(tx, &site_id)?.num;
        let detail = json!({ "automatic": automatic });
        note(tx, Some(site), Action::SiteAnnotationPolicy, &site_id, detail, &by, now)?;
        Ok::<_, Error>(sites::set_annotates(tx, site, automatic)?)
    });
    set.await.map(|()| AnnotationPolicyReply { automatic })
}
