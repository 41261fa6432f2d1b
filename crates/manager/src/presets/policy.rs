//! What delivery asks for with every image.

use std::collections::HashMap;
use std::sync::Arc;

use catalog::{Catalog, Topic, presets, sites};

use crate::Manager;
use crate::copies::Copies;
use crate::error::Result;

/// Sites whose policies are kept in memory.
const KEPT: usize = 1000;

/// How a site wants its images to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImagePolicy {
    /// Whether only presets and signed addresses say what is made of an image.
    pub strict: bool,
    /// Transformations by the names of their presets.
    pub presets: HashMap<String, String>,
}

/// How the site with this number wants its images to be made: as it was answered last, wherever on this node; as far as
/// other processes change it, within a second.
pub async fn image_policy(manager: &Manager, site: i64) -> Result<Arc<ImagePolicy>> {
    manager.inner.image_policies.of(manager.catalog(), site).await
}

/// The policies of sites that were asked for lately, by the site's number.
pub(crate) struct ImagePolicies(Copies<i64, Arc<ImagePolicy>>);

impl ImagePolicies {
    pub(crate) fn new() -> ImagePolicies {
        ImagePolicies(Copies::new(KEPT))
    }

    async fn of(&self, catalog: &Catalog, site: i64) -> Result<Arc<ImagePolicy>> {
        let version = catalog.version(Topic::Presets);
        if let Some(policy) = self.0.get(&site, version) {
            return Ok(policy);
        }
        let policy = catalog.read(move |tx| {
            let presets = presets::list(tx, site)?;
            Ok::<_, catalog::Error>(ImagePolicy {
                strict: sites::by_num(tx, site)?.is_some_and(|site| site.strict_images),
                presets: presets.into_iter().map(|preset| (preset.name, preset.transformation)).collect(),
            })
        });
        let policy = Arc::new(policy.await?);
        self.0.keep(site, version, policy.clone());
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use catalog::Options;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_policy_is_as_old_as_its_last_change_here_and_a_second_behind_other_processes() {
        let dir = tempfile::TempDir::new().expect("a folder");
        let open = || {
            let options = Options { path: dir.path().join("catalog.db"), readers: 1, exclusive: false };
            Catalog::open(&options).expect("a catalog")
        };
        let (catalog, elsewhere) = (open(), open());
        let made = catalog.write(|tx| {
            let site = sites::create(tx, "a", "A", "aaaaaa", 1)?;
            sites::create(tx, "b", "B", "bbbbbb", 1)?;
            Ok::<_, catalog::Error>(site.num)
        });
        let site = made.await.expect("sites");
        let policies = ImagePolicies::new();
        let first = policies.of(&catalog, site).await.expect("a policy");
        assert_eq!(*first, ImagePolicy::default());
        let again = policies.of(&catalog, site).await.expect("a policy");
        assert!(Arc::ptr_eq(&first, &again), "it is kept");

        for text in ["fit/w_1,h_1", "fit/w_2,h_2"] {
            catalog.write(move |tx| presets::put(tx, site, "card", text, 1)).await.expect("a preset");
            let policy = policies.of(&catalog, site).await.expect("a policy");
            assert_eq!(policy.presets, HashMap::from([("card".to_owned(), text.to_owned())]));
        }
        catalog.write(move |tx| sites::set_strict_images(tx, site, true)).await.expect("a strict site");
        assert!(policies.of(&catalog, site).await.expect("a policy").strict);
        assert_eq!(*policies.of(&catalog, site + 1).await.expect("a policy"), ImagePolicy::default());

        elsewhere.write(move |tx| presets::remove(tx, site, "card")).await.expect("it is removed");
        let removed = Instant::now();
        while !policies.of(&catalog, site).await.expect("a policy").presets.is_empty() {
            assert!(removed.elapsed() < Duration::from_secs(1), "it is still there");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
