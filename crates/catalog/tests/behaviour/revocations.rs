//! Tokens that were revoked.

use catalog::revocations::{is_revoked, revoke, sweep};

use crate::fixture::fixture;

#[tokio::test]
async fn a_session_stays_revoked_until_the_last_of_its_tokens_has_ended() {
    let fixture = fixture().await;
    let done = fixture.catalog.write(|tx| {
        revoke(tx, "long", 200)?;
        revoke(tx, "short", 100)?;
        revoke(tx, "long", 50)?;
        let revoked = |tx: &catalog::Tx<'_>| {
            Ok::<_, catalog::Error>((is_revoked(tx, "long")?, is_revoked(tx, "short")?))
        };
        assert!(!is_revoked(tx, "other")?);
        sweep(tx, 99, 10)?;
        assert_eq!(revoked(tx)?, (true, true));
        sweep(tx, 100, 10)?;
        assert_eq!(revoked(tx)?, (true, false), "once more has not shortened it");
        sweep(tx, 200, 10)?;
        assert_eq!(revoked(tx)?, (false, false));
        Ok::<_, catalog::Error>(())
    });
    done.await.unwrap();
}
