use std::time::Duration;

use catalog::files::{self, Change};
use catalog::{Catalog, Error, Options, Topic, keys, sites};
use contract::formats::JPEG;

use crate::fixture::{file, fixture, folder, id, options};

#[tokio::test(flavor = "multi_thread")]
async fn one_failed_operation_of_a_group_is_undone_alone() {
    let fixture = fixture().await;
    let writes = (0..200).map(|number| {
        let catalog = fixture.catalog.clone();
        tokio::spawn(async move {
            catalog
                .write(move |tx| {
                    sites::create(tx, &format!("group-{number}"), "x", &format!("{number:06x}"), 1)?;
                    if number % 3 == 0 { Err(Error::Conflict("on purpose".into())) } else { Ok(()) }
                })
                .await
        })
    });
    for (number, write) in writes.collect::<Vec<_>>().into_iter().enumerate() {
        assert_eq!(write.await.unwrap().is_err(), number % 3 == 0);
    }
    let sites = fixture.catalog.read(sites::list).await.unwrap();
    assert_eq!(sites.len(), 1 + 200 - 67);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_an_operation_is_an_error_for_its_caller_alone() {
    let fixture = fixture().await;
    let failed = fixture.catalog.write(|_| -> Result<(), Error> { panic!("on purpose") }).await;
    assert!(matches!(failed, Err(Error::Unavailable(_))));
    let failed = fixture.catalog.read(|_| -> Result<(), Error> { panic!("on purpose") }).await;
    assert!(matches!(failed, Err(Error::Unavailable(_))));
    assert_eq!(fixture.catalog.read(sites::list).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_sees_every_write_that_was_answered_before() {
    let fixture = fixture().await;
    for number in 0..300 {
        fixture.catalog.write(move |tx| sites::set_quota(tx, 1, Some(number), None)).await.unwrap();
        let site = fixture.catalog.read(|tx| sites::by_num(tx, 1)).await.unwrap().unwrap();
        assert_eq!(site.quota_bytes, Some(number));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_another_process_are_noticed_and_own_ones_are_not() {
    let fixture = fixture().await;
    let mut changes = fixture.catalog.foreign_changes();
    fixture.catalog.write(|tx| sites::set_quota(tx, 1, Some(1), None)).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(600), changes.changed()).await.is_err());
    let other = Catalog::open(&options(&fixture.dir)).unwrap();
    other.write(|tx| sites::set_quota(tx, 1, Some(2), None)).await.unwrap();
    tokio::time::timeout(Duration::from_millis(1000), changes.changed()).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_version_of_what_changes_moves_before_the_change_is_answered() {
    let fixture = fixture().await;
    let (mine, other) = (id(1, &JPEG), id(2, &JPEG));
    let versions =
        || [Topic::File(&mine), Topic::File(&other), Topic::Keys].map(|topic| fixture.catalog.version(topic));
    let add =
        |tx: &catalog::Tx<'_>| files::insert(tx, &file(1, folder(tx, 1, "media-root")?, 1, "a.jpg", &[]), 1);
    let added = fixture.catalog.write(add).await.unwrap();
    let num = added.num;
    let [before, neighbour, keys] = versions();
    let rename = move |tx: &catalog::Tx<'_>| {
        let file = files::by_num(tx, num)?.expect("it stays");
        files::update(tx, file, &Change { name: Some("b.jpg".into()), ..Change::default() }, 2)
    };
    fixture.catalog.write(rename).await.unwrap();
    assert_eq!(versions(), [before + 1, neighbour, keys]);
    fixture.catalog.write(|tx| keys::revoke(tx, "none", 1)).await.unwrap();
    assert_eq!(versions(), [before + 1, neighbour, keys + 1]);
    let another = Catalog::open(&options(&fixture.dir)).unwrap();
    another.write(rename).await.unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(versions().iter().zip([before + 1, neighbour, keys + 1]).all(|(now, then)| *now > then));
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let dir = tempfile::TempDir::new().unwrap();
    let exclusive = Options { exclusive: true, ..options(&dir) };
    let first = Catalog::open(&exclusive).unwrap();
    assert!(matches!(Catalog::open(&exclusive), Err(Error::InUse(_))));
    assert!(Catalog::open(&options(&dir)).is_ok(), "a command may work beside the server");
    drop(first);
    assert!(Catalog::open(&exclusive).is_ok());
}

#[test]
fn a_schema_from_the_future_is_refused_in_words() {
    let dir = tempfile::TempDir::new().unwrap();
    drop(Catalog::open(&options(&dir)).unwrap());
    let connection = rusqlite::Connection::open(options(&dir).path).unwrap();
    connection.pragma_update(None, "user_version", 999).unwrap();
    drop(connection);
    let Err(error) = Catalog::open(&options(&dir)) else { panic!("it was opened") };
    assert!(error.to_string().contains("version 999"), "{error}");
}
