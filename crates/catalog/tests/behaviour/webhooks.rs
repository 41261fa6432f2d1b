use catalog::deliveries::{self, Attempt, Delivery, State};
use catalog::events::{self, Event};
use catalog::webhooks::{self, SigningKey, Webhook};
use catalog::{Catalog, Tx};

use crate::fixture::fixture;

fn event(number: i64, kind: &str, entity: &str) -> Event {
    Event {
        seq: 0,
        id: format!("e{number}"),
        site: 1,
        kind: kind.into(),
        entity: entity.into(),
        sequence: number,
        time: number,
        body: "{}".into(),
    }
}

fn add(tx: &Tx<'_>, id: &str, kinds: &[&str]) -> catalog::Result<i64> {
    let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    let (url, created) = ("https://a.example/".to_owned(), 0);
    let webhook = Webhook {
        num: 0,
        id: id.into(),
        site: 1,
        url,
        kinds,
        created,
        failing: None,
        disabled: None,
        note: None,
        missed: None,
    };
    webhooks::add(tx, &webhook)
}

async fn tell(catalog: &Catalog, number: i64, kind: &'static str, entity: &'static str) {
    catalog.write(move |tx| events::append(tx, &event(number, kind, entity))).await.unwrap();
}

async fn claim(catalog: &Catalog, webhook: i64, now: i64) -> Vec<Delivery> {
    catalog.write(move |tx| deliveries::claim(tx, webhook, 10, now, now + 100)).await.unwrap()
}

async fn note(catalog: &Catalog, delivery: &Delivery, state: State, due: i64) -> bool {
    let (delivery, attempt) = (delivery.clone(), Attempt { state, due, status: Some(200), error: None });
    catalog.write(move |tx| deliveries::note(tx, &delivery, &attempt, 50)).await.unwrap()
}

#[tokio::test]
async fn an_event_goes_to_those_who_want_its_kind() {
    let catalog = fixture().await.catalog;
    let ready = catalog.write(|tx| add(tx, "a", &["file_ready"])).await.unwrap();
    let both = catalog.write(|tx| add(tx, "b", &["file_ready", "file_failed"])).await.unwrap();
    let told = catalog.events();
    tell(&catalog, 1, "file_ready", "f").await;
    tell(&catalog, 2, "file_failed", "g").await;
    tell(&catalog, 3, "file", "h").await;
    assert!(told.has_changed().unwrap());
    assert_eq!(catalog.read(|tx| deliveries::due(tx, 9)).await.unwrap(), [ready, both]);
    assert_eq!(claim(&catalog, ready, 9).await.len(), 1);
    assert_eq!(claim(&catalog, both, 9).await.len(), 2);
    assert_eq!(claim(&catalog, both, 9).await.len(), 0, "leased");
}

#[tokio::test]
async fn what_is_told_of_one_entity_goes_in_order_and_others_do_not_wait() {
    let catalog = fixture().await.catalog;
    let webhook = catalog.write(|tx| add(tx, "a", &["file_ready"])).await.unwrap();
    for (number, entity) in [(1, "f"), (2, "f"), (3, "g")] {
        tell(&catalog, number, "file_ready", entity).await;
    }
    let first = claim(&catalog, webhook, 5).await;
    assert_eq!(first.iter().map(|delivery| delivery.event).collect::<Vec<_>>(), [1, 3]);
    assert!(note(&catalog, &first[0], State::Waiting, 1000).await);
    assert!(claim(&catalog, webhook, 20).await.is_empty(), "the second of f waits for the first");
    let again = claim(&catalog, webhook, 1000).await;
    assert_eq!(
        again.iter().map(|delivery| (delivery.event, delivery.attempts)).collect::<Vec<_>>(),
        [(1, 2), (3, 2)]
    );
    assert!(!note(&catalog, &first[1], State::Delivered, 0).await, "the lease was lost");
    assert!(note(&catalog, &again[0], State::Delivered, 0).await);
    assert_eq!(claim(&catalog, webhook, 1000).await[0].event, 2);
}

#[tokio::test]
async fn a_webhook_that_was_off_catches_up() {
    let catalog = fixture().await.catalog;
    let webhook = catalog.write(|tx| add(tx, "a", &["file_ready"])).await.unwrap();
    tell(&catalog, 1, "file_ready", "f").await;
    catalog.write(move |tx| webhooks::failed(tx, webhook, 7)).await.unwrap();
    assert_eq!(
        catalog.write(move |tx| webhooks::failed(tx, webhook, 9)).await.unwrap(),
        7,
        "since the first"
    );
    catalog
        .write(move |tx| {
            webhooks::disable(tx, webhook, "no answer", 9)?;
            deliveries::give_up(tx, webhook, 9)
        })
        .await
        .unwrap();
    tell(&catalog, 2, "file_ready", "f").await;
    assert!(claim(&catalog, webhook, 99).await.is_empty());
    let off = catalog.read(move |tx| webhooks::by_num(tx, webhook)).await.unwrap().unwrap();
    assert_eq!((off.disabled, off.missed, off.note.as_deref()), (Some(9), Some(1), Some("no answer")));
    catalog
        .write(move |tx| {
            webhooks::enable(tx, webhook)?;
            assert_eq!(deliveries::again_given_up(tx, webhook, 10, 20)?, 1);
            assert_eq!(deliveries::catch_up(tx, &off, 1, 10)?, (1, Some(2)));
            deliveries::catch_up(tx, &off, 0, 10)
        })
        .await
        .map(|repeated| assert_eq!(repeated.0, 0, "nothing is sent twice"))
        .unwrap();
    assert_eq!(claim(&catalog, webhook, 20).await[0].event, 1);
    let listed = catalog.read(move |tx| deliveries::list(tx, webhook, i64::MAX, 10)).await.unwrap();
    assert_eq!(listed.iter().map(|(delivery, _)| delivery.event).collect::<Vec<_>>(), [2, 1]);
}

#[tokio::test]
async fn the_next_key_waits_until_it_is_its_turn() {
    let catalog = fixture().await.catalog;
    let webhook = catalog.write(|tx| add(tx, "a", &["file_ready"])).await.unwrap();
    let key = |id: &str| SigningKey { id: id.into(), secret: vec![1], public: "PEM".into(), created: 0 };
    let (first, second, third) = (key("k1"), key("k2"), key("k3"));
    let signing = catalog
        .write(move |tx| {
            assert!(!webhooks::activate_key(tx, webhook)?, "none waits");
            webhooks::add_key(tx, webhook, &first)?;
            assert!(webhooks::activate_key(tx, webhook)?);
            webhooks::add_key(tx, webhook, &second)?;
            webhooks::add_key(tx, webhook, &third)?;
            assert_eq!(webhooks::signing_key(tx, webhook)?.map(|key| key.id).as_deref(), Some("k1"));
            assert!(webhooks::activate_key(tx, webhook)?);
            assert_eq!(webhooks::next_key(tx, webhook)?, None);
            webhooks::signing_key(tx, webhook)
        })
        .await
        .unwrap();
    assert_eq!(signing.map(|key| key.id).as_deref(), Some("k3"));
}
