use catalog::{Topic, presets, sites};

use crate::fixture::fixture;

#[tokio::test]
async fn a_name_is_unique_on_its_site_and_what_it_stands_for_is_replaced() {
    let catalog = fixture().await.catalog;
    let other = catalog.write(|tx| sites::create(tx, "site-2", "Two", "bbbbbb", 1)).await.unwrap().num;
    let put = |site, name: &'static str, text: &'static str, now| {
        catalog.write(move |tx| presets::put(tx, site, name, text, now))
    };
    put(1, "small", "fit/w_1,h_1", 10).await.unwrap();
    put(1, "card", "fit/w_2,h_2", 20).await.unwrap();
    put(other, "small", "fit/w_3,h_3", 30).await.unwrap();
    let replaced = put(1, "small", "fit/w_4,h_4", 40).await.unwrap();
    assert_eq!((replaced.created, replaced.updated), (10, 40));

    let listed = catalog.read(|tx| presets::list(tx, 1)).await.unwrap();
    let texts: Vec<_> = listed.iter().map(|preset| (&preset.name[..], &preset.transformation[..])).collect();
    assert_eq!(texts, [("card", "fit/w_2,h_2"), ("small", "fit/w_4,h_4")]);
    assert_eq!(catalog.read(|tx| presets::count(tx, 1)).await.unwrap(), 2);
    let found = catalog.read(move |tx| presets::by_name(tx, other, "small")).await.unwrap().unwrap();
    assert_eq!(found.transformation, "fit/w_3,h_3");
    assert_eq!(catalog.read(move |tx| presets::by_name(tx, other, "card")).await.unwrap(), None);

    assert!(catalog.write(|tx| presets::remove(tx, 1, "small")).await.unwrap());
    assert!(!catalog.write(|tx| presets::remove(tx, 1, "small")).await.unwrap());
    assert_eq!(catalog.read(move |tx| presets::list(tx, other)).await.unwrap(), [found]);
}

#[tokio::test]
async fn every_change_makes_copies_old() {
    let catalog = fixture().await.catalog;
    let mut before = catalog.version(Topic::Presets);
    let mut moved = |what: &str| {
        let now = catalog.version(Topic::Presets);
        assert!(now > before, "{what}");
        before = now;
    };
    catalog.write(|tx| presets::put(tx, 1, "a", "fit/w_1,h_1", 1)).await.unwrap();
    moved("made");
    catalog.write(|tx| presets::put(tx, 1, "a", "fit/w_2,h_2", 1)).await.unwrap();
    moved("changed");
    catalog.write(|tx| presets::remove(tx, 1, "a")).await.unwrap();
    moved("removed");
    catalog.write(|tx| sites::set_strict_images(tx, 1, true)).await.unwrap();
    moved("strict");
    assert!(catalog.read(|tx| sites::by_num(tx, 1)).await.unwrap().unwrap().strict_images);
    let keys = catalog.version(Topic::Keys);
    catalog.write(|tx| sites::set_strict_images(tx, 1, false)).await.unwrap();
    moved("not any more");
    assert_eq!(catalog.version(Topic::Keys), keys, "nothing else is old");
}
