//! Administration of presets and strict mode, for the command line and the API alike.

use catalog::{Catalog, presets, sites};
use contract::errors::Code;
use contract::files::EmptyReply;
use contract::presets as wire;
use contract::validate::violations;
use contract::values::{Timestamp, shortened};
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::error::{Error, Result, invalid, refused};

/// Makes or changes a preset of a site, which may have at most `most` of them; none: any number.
pub async fn set(
    catalog: &Catalog,
    site_id: String,
    request: wire::SetPresetRequest,
    most: Option<u64>,
    by: Actor,
    now: i64,
) -> Result<wire::Preset> {
    let wrong = violations(&request);
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let (name, text) = (request.name.unwrap_or_default(), request.transformation.unwrap_or_default());
    let set = catalog.write(move |tx| {
        let site = crate::sites::site(tx, &site_id)?.num;
        if let Some(most) = most
            && presets::by_name(tx, site, &name)?.is_none()
            && presets::count(tx, site)? >= i64::try_from(most).unwrap_or(i64::MAX)
        {
            let text = format!("the site has {most} presets, which is as many as it may have");
            return Err(invalid(Code::TooManyPresets, "name", text));
        }
        note(tx, Some(site), Action::PresetSet, &name, json!({ "transformation": text }), &by, now)?;
        Ok(presets::put(tx, site, &name, &text, now)?)
    });
    Ok(shown(set.await?))
}

/// The presets of a site.
pub async fn list(catalog: &Catalog, site_id: String) -> Result<wire::ListPresetsReply> {
    let listed = catalog.read(move |tx| {
        let site = crate::sites::site(tx, &site_id)?.num;
        Ok::<_, Error>(presets::list(tx, site)?)
    });
    Ok(wire::ListPresetsReply { presets: listed.await?.into_iter().map(shown).collect() })
}

/// One preset of a site.
pub async fn get(catalog: &Catalog, site_id: String, name: String) -> Result<wire::Preset> {
    let found = catalog.read(move |tx| {
        let site = crate::sites::site(tx, &site_id)?.num;
        presets::by_name(tx, site, &name)?.ok_or_else(|| no_such_preset(&name))
    });
    found.await.map(shown)
}

/// Removes a preset; its addresses answer nothing any more.
pub async fn remove(
    catalog: &Catalog,
    site_id: String,
    name: String,
    by: Actor,
    now: i64,
) -> Result<EmptyReply> {
    let removed = catalog.write(move |tx| {
        let site = crate::sites::site(tx, &site_id)?.num;
        if !presets::remove(tx, site, &name)? {
            return Err(no_such_preset(&name));
        }
        note(tx, Some(site), Action::PresetRemove, &name, Value::Null, &by, now)
    });
    removed.await.map(|()| EmptyReply {})
}

/// Whether a site is strict about its images.
pub async fn policy(catalog: &Catalog, site_id: String) -> Result<wire::ImagePolicyReply> {
    let found = catalog.read(move |tx| crate::sites::site(tx, &site_id));
    Ok(wire::ImagePolicyReply { strict: found.await?.strict_images })
}

/// Makes a site strict about its images, or lets it take any transformation again.
pub async fn set_policy(
    catalog: &Catalog,
    site_id: String,
    strict: bool,
    by: Actor,
    now: i64,
) -> Result<wire::ImagePolicyReply> {
    let set = catalog.write(move |tx| {
        let site = crate::sites::site(tx, &site_id)?.num;
        note(tx, Some(site), Action::SiteImagePolicy, &site_id, json!({ "strict": strict }), &by, now)?;
        Ok::<_, Error>(sites::set_strict_images(tx, site, strict)?)
    });
    set.await.map(|()| wire::ImagePolicyReply { strict })
}

fn shown(preset: presets::Preset) -> wire::Preset {
    wire::Preset {
        name: preset.name,
        transformation: preset.transformation,
        created_date: Timestamp { millis: preset.created },
        updated_date: Timestamp { millis: preset.updated },
    }
}

fn no_such_preset(name: &str) -> Error {
    let text = format!("there is no preset `{}` on this site; list those there are", shortened(name));
    refused(Code::PresetNotFound, text)
}
