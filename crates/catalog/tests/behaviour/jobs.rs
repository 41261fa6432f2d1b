use catalog::jobs::{Lane, NewJob};
use catalog::{events, jobs, uploads};

use crate::fixture::fixture;

fn job(lane: Lane, weight: i64) -> NewJob<'static> {
    NewJob { lane, kind: "work", payload: "{}", file: None, weight }
}

#[tokio::test]
async fn light_jobs_go_before_heavy_ones_but_not_for_ever() {
    let fixture = fixture().await;
    let catalog = fixture.catalog;
    let add = |weight: i64, now: i64| {
        catalog.write(move |tx| jobs::enqueue(tx, &job(Lane::Film, weight), now, now))
    };
    let (heavy, light, late) =
        (add(100, 0).await.unwrap(), add(5, 50).await.unwrap(), add(5, 200).await.unwrap());
    let mut taken = Vec::new();
    for _ in 0..3 {
        let claimed = catalog.write(|tx| jobs::claim(tx, Lane::Film, 300, 1000)).await.unwrap();
        taken.push(claimed.unwrap().num);
    }
    assert_eq!(taken, [light, heavy, late]);
    assert_eq!(catalog.write(|tx| jobs::claim(tx, Lane::Clip, 300, 1000)).await.unwrap(), None);
}

#[tokio::test]
async fn a_leased_job_is_nobody_elses_until_the_lease_ends() {
    let fixture = fixture().await;
    let catalog = fixture.catalog;
    catalog.write(|tx| jobs::enqueue(tx, &job(Lane::Work, 0), 10, 0)).await.unwrap();
    assert_eq!(catalog.write(|tx| jobs::claim(tx, Lane::Work, 9, 99)).await.unwrap(), None, "not due yet");
    let first = catalog.write(|tx| jobs::claim(tx, Lane::Work, 10, 100)).await.unwrap().unwrap();
    assert_eq!(catalog.write(|tx| jobs::claim(tx, Lane::Work, 99, 200)).await.unwrap(), None, "leased");
    let second = catalog.write(|tx| jobs::claim(tx, Lane::Work, 100, 200)).await.unwrap().unwrap();
    assert_eq!((first.num, first.attempts, second.num, second.attempts), (second.num, 1, first.num, 2));
    // The first worker comes back from the dead: the job is no longer its own.
    let late = first.clone();
    assert!(!catalog.write(move |tx| jobs::complete(tx, &late)).await.unwrap());
    assert_eq!(catalog.write(move |tx| jobs::renew(tx, &first, 300)).await.unwrap(), None);
    let renewed = catalog.write(move |tx| jobs::renew(tx, &second, 300)).await.unwrap().unwrap();
    assert!(catalog.write(move |tx| jobs::complete(tx, &renewed)).await.unwrap());
    assert_eq!(catalog.read(jobs::count).await.unwrap(), jobs::Counts { open: 0, dead: 0 });
}

#[tokio::test]
async fn a_failed_job_comes_back_later_and_a_hopeless_one_is_kept_aside() {
    let fixture = fixture().await;
    let catalog = fixture.catalog;
    catalog.write(|tx| jobs::enqueue(tx, &job(Lane::Work, 0), 0, 0)).await.unwrap();
    let job = catalog.write(|tx| jobs::claim(tx, Lane::Work, 0, 50)).await.unwrap().unwrap();
    catalog.write(move |tx| jobs::retry(tx, &job, 1000, "no luck")).await.unwrap();
    assert_eq!(catalog.write(|tx| jobs::claim(tx, Lane::Work, 999, 2000)).await.unwrap(), None);
    let job = catalog.write(|tx| jobs::claim(tx, Lane::Work, 1000, 2000)).await.unwrap().unwrap();
    catalog.write(move |tx| jobs::bury(tx, &job, "never")).await.unwrap();
    assert_eq!(catalog.write(|tx| jobs::claim(tx, Lane::Work, 9999, 10_000)).await.unwrap(), None);
    assert_eq!(catalog.read(jobs::count).await.unwrap(), jobs::Counts { open: 0, dead: 1 });
}

#[tokio::test]
async fn an_upload_session_is_spent_once() {
    let fixture = fixture().await;
    let session = uploads::Upload {
        id: "u1".into(),
        site: 1,
        file: "f".into(),
        spec: "{}".into(),
        expires: 100,
        finished: None,
    };
    let kept = session.clone();
    fixture.catalog.write(move |tx| uploads::create(tx, &kept, 1)).await.unwrap();
    assert_eq!(fixture.catalog.read(|tx| uploads::get(tx, "u1")).await.unwrap(), Some(session));
    assert!(fixture.catalog.write(|tx| uploads::finish(tx, "u1", 5)).await.unwrap());
    assert!(!fixture.catalog.write(|tx| uploads::finish(tx, "u1", 6)).await.unwrap());
    assert_eq!(fixture.catalog.write(|tx| uploads::sweep(tx, 101, 10)).await.unwrap(), 1);
    assert_eq!(fixture.catalog.read(|tx| uploads::get(tx, "u1")).await.unwrap(), None);
}

#[tokio::test]
async fn events_are_read_in_the_order_of_their_commits() {
    let fixture = fixture().await;
    for number in 0..5 {
        let event = events::Event {
            seq: 0,
            id: format!("e{number}"),
            site: 1,
            kind: "file_ready".into(),
            entity: "f".into(),
            sequence: number,
            time: number,
            body: "{}".into(),
        };
        fixture.catalog.write(move |tx| events::append(tx, &event)).await.unwrap();
    }
    let ids = |events: Vec<events::Event>| events.into_iter().map(|event| event.id).collect::<Vec<_>>();
    let first = fixture.catalog.read(|tx| events::since(tx, 0, 2)).await.unwrap();
    let seq = first[1].seq;
    assert_eq!(ids(first), ["e0", "e1"]);
    assert_eq!(
        ids(fixture.catalog.read(move |tx| events::since(tx, seq, 9)).await.unwrap()),
        ["e2", "e3", "e4"]
    );
    assert_eq!(fixture.catalog.write(|tx| events::sweep(tx, 3, 10)).await.unwrap(), 3);
    assert_eq!(ids(fixture.catalog.read(|tx| events::since(tx, 0, 9)).await.unwrap()), ["e3", "e4"]);
}
