use catalog::keys::{self, ApiKey};
use catalog::users::{self, User};
use catalog::{Error, Topic, Tx, sessions, sites};
use contract::access::Role;

use crate::fixture::fixture;

fn user(tx: &Tx<'_>, email: &str) -> Result<i64, Error> {
    let user = User {
        num: 0,
        id: format!("id of {email}"),
        email: email.into(),
        name: "Ada".into(),
        password: None,
        created: 1,
    };
    users::create(tx, &user)
}

#[tokio::test]
async fn a_code_signs_in_once_and_before_it_expires() {
    let fixture = fixture().await;
    let done = fixture.catalog.write(|tx| {
        let num = user(tx, "ada@example.org")?;
        for code in [b"a", b"b"] {
            sessions::put_code(tx, code, num, 100)?;
        }
        let taken = |code: &[u8], now| sessions::take_code(tx, code, now).map(|user| user.is_some());
        assert!(taken(b"a", 99)?, "in time");
        assert!(!taken(b"a", 99)?, "used up");
        assert!(!taken(b"b", 100)?, "too late");
        assert!(!taken(b"b", 99)?, "a late try uses it up, too");
        Ok::<_, Error>(())
    });
    done.await.unwrap();
}

#[tokio::test]
async fn a_user_goes_with_its_roles_sessions_and_subjects() {
    let fixture = fixture().await;
    let site = fixture.site.num;
    let done = fixture.catalog.write(move |tx| {
        let num = user(tx, "ada@example.org")?;
        users::grant(tx, num, site, Role::Viewer)?;
        users::grant(tx, num, site, Role::Owner)?;
        assert_eq!(users::role_on(tx, num, site)?, Some(Role::Owner), "the later role counts");
        users::bind_subject(tx, num, "https://issuer", "1")?;
        sessions::create(tx, b"s", num, 1, 100)?;
        sessions::put_code(tx, b"c", num, 100)?;
        users::remove(tx, num)?;
        assert!(sessions::by_hash(tx, b"s")?.is_none());
        assert!(sessions::take_code(tx, b"c", 1)?.is_none());
        assert!(users::by_subject(tx, "https://issuer", "1")?.is_none());
        assert!(users::list(tx, Some(site))?.is_empty());
        Ok::<_, Error>(())
    });
    done.await.unwrap();
}

/// A change of a user on a site.
type Change = fn(&Tx<'_>, i64, i64) -> Result<(), Error>;

#[tokio::test]
async fn whatever_changes_who_may_call_makes_copies_old() {
    let fixture = fixture().await;
    let site = fixture.site.num;
    let num = fixture.catalog.write(|tx| user(tx, "ada@example.org")).await.unwrap();
    let steps: [Change; 5] = [
        |tx, num, site| users::grant(tx, num, site, Role::Viewer),
        |tx, num, site| users::revoke(tx, num, site).map(drop),
        |tx, num, _| sessions::create(tx, b"s", num, 1, 100).and_then(|()| sessions::end(tx, b"s")).map(drop),
        |tx, num, _| sessions::end_all(tx, num),
        |tx, num, _| users::remove(tx, num),
    ];
    for (step, change) in steps.into_iter().enumerate() {
        let before = fixture.catalog.version(Topic::Keys);
        fixture.catalog.write(move |tx| change(tx, num, site)).await.unwrap();
        assert!(fixture.catalog.version(Topic::Keys) > before, "step {step}");
    }
}

#[tokio::test]
async fn expired_sessions_are_swept_and_others_stay() {
    let fixture = fixture().await;
    let done = fixture.catalog.write(|tx| {
        let num = user(tx, "ada@example.org")?;
        for number in 0..10_u8 {
            sessions::create(tx, &[number], num, 1, i64::from(number))?;
        }
        sessions::sweep(tx, 5, 2)?;
        let kept =
            || (0..10_u8).filter(|number| sessions::by_hash(tx, &[*number]).unwrap().is_some()).count();
        assert_eq!(kept(), 8, "a bounded number at a time");
        sessions::sweep(tx, 5, 100)?;
        assert_eq!(kept(), 4);
        Ok::<_, Error>(())
    });
    done.await.unwrap();
}

#[tokio::test]
async fn a_key_loses_one_of_its_sites_and_keeps_the_others() {
    let fixture = fixture().await;
    let first = fixture.site.clone();
    let done = fixture.catalog.write(move |tx| {
        let second = sites::create(tx, "site-2", "Two", "bbbbbb", 1)?;
        let key = ApiKey {
            id: "key".into(),
            sites: vec![first.clone(), second.clone()],
            name: "k".into(),
            scopes: vec!["s".into()],
            created: 1,
            expires: None,
            revoked: None,
        };
        keys::create(tx, &key, b"hash")?;
        assert_eq!(keys::by_hash(tx, b"hash")?.unwrap(), key);
        assert!(keys::unbind(tx, "key", first.num)?);
        assert!(!keys::unbind(tx, "key", first.num)?);
        assert_eq!(keys::by_id(tx, "key")?.unwrap().sites, std::slice::from_ref(&second));
        assert!(keys::list(tx, Some(first.num))?.is_empty());
        assert_eq!(keys::list(tx, Some(second.num))?.len(), 1);
        Ok::<_, Error>(())
    });
    done.await.unwrap();
}
