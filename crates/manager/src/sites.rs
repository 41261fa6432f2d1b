//! Administration of sites and their limits, for the command line.

use catalog::{Catalog, Tx};
use contract::errors::Code;
use serde_json::json;
use uuid::Uuid;

pub use catalog::sites::Site;

use crate::Manager;
use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::error::{Error, Result, refused};

/// Adds a site. The prefix of its file ids is the start of its own id, or another where that is taken.
pub(crate) fn insert(tx: &Tx<'_>, id: &str, name: &str, now: i64) -> catalog::Result<Site> {
    let taken = catalog::sites::list(tx)?;
    let digest = |round: u32| blake3::hash(format!("{id}{round}").as_bytes()).to_hex();
    let hex: String =
        id.chars().filter(char::is_ascii_hexdigit).take(6).collect::<String>().to_ascii_lowercase();
    let own = (hex.len() == 6).then_some(hex);
    let others = (0..).map(|round| digest(round)[..6].to_owned());
    let free = own.into_iter().chain(others).find(|prefix| taken.iter().all(|site| site.prefix != *prefix));
    catalog::sites::create(tx, id, name, &free.unwrap_or_default(), now)
}

/// Makes a site.
pub async fn create(catalog: &Catalog, name: String, by: Actor, now: i64) -> Result<Site> {
    let id = Uuid::new_v4().to_string();
    let made = catalog.write(move |tx| {
        let site = insert(tx, &id, &name, now)?;
        note(tx, Some(site.num), Action::SiteCreate, &site.id, json!({ "name": site.name }), &by, now)?;
        Ok::<_, Error>(site)
    });
    made.await
}

/// All sites.
pub async fn list(catalog: &Catalog) -> Result<Vec<Site>> {
    Ok(catalog.read(catalog::sites::list).await?)
}

/// Sets the limits of a site; `None` lifts one.
pub async fn set_quota(
    catalog: &Catalog,
    site_id: String,
    bytes: Option<i64>,
    files: Option<i64>,
    by: Actor,
    now: i64,
) -> Result<Site> {
    let set = catalog.write(move |tx| {
        let num = site(tx, &site_id)?.num;
        let limits = json!({ "bytes": bytes.map(|bytes| bytes.to_string()), "files": files });
        note(tx, Some(num), Action::SiteQuota, &site_id, limits, &by, now)?;
        catalog::sites::set_quota(tx, num, bytes, files)?;
        site(tx, &site_id)
    });
    set.await
}

/// The site with this id.
pub async fn get(catalog: &Catalog, site_id: String) -> Result<Site> {
    catalog.read(move |tx| site(tx, &site_id)).await
}

/// What is counted for a site, and what its files come to at the same moment.
#[derive(Debug, Clone)]
pub struct Usage {
    /// The site, with what is counted.
    pub site: Site,
    /// Bytes of its originals.
    pub bytes: i64,
    /// Its files.
    pub files: i64,
}

impl Usage {
    /// Whether both are the same.
    pub fn is_right(&self) -> bool {
        (self.site.used_bytes, self.site.used_files) == (self.bytes, self.files)
    }
}

/// Counts the files of a site again.
pub async fn usage(catalog: &Catalog, site_id: String) -> Result<Usage> {
    let counted = catalog.read(move |tx| {
        let site = site(tx, &site_id)?;
        let (bytes, files) = catalog::sites::found(tx, site.num)?;
        Ok(Usage { site, bytes, files })
    });
    counted.await
}

/// Corrects what is counted for a site by what is wrong with it. What came in or went since `usage` was counted has moved
/// both numbers alike, so the difference holds while a server runs; only two corrections at once would be one too many.
pub async fn correct_usage(catalog: &Catalog, usage: Usage) -> Result<()> {
    let Usage { site, bytes, files } = usage;
    let (bytes, files) = (bytes - site.used_bytes, files - site.used_files);
    Ok(catalog.write(move |tx| catalog::sites::correct(tx, site.num, bytes, files)).await?)
}

impl Manager {
    /// The sites that use most bytes, with their limits; at most `most`.
    pub async fn largest_sites(&self, most: i64) -> Result<Vec<Site>> {
        Ok(self.catalog().read(move |tx| catalog::sites::largest(tx, most)).await?)
    }
}

pub(crate) fn site(tx: &Tx<'_>, id: &str) -> Result<Site> {
    let found = catalog::sites::by_id(tx, id)?;
    found.ok_or_else(|| refused(Code::ResourceNotFound, format!("there is no site `{id}`; see `sites list`")))
}
