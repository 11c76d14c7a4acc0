use std::fmt::Write as _;

use runtime::find::{FindError, find};
use runtime::{Diagnosis as _, ExecutionId, State};

use super::fake::Fake;

async fn found(fake: &Fake, text: &str) -> Result<ExecutionId, FindError> {
    Ok(find(fake.site(), text).await?.id)
}

#[tokio::test]
async fn an_id_is_found_by_any_beginning_that_is_its_own_and_by_its_age() {
    let fake = Fake::default();
    // Spelled five bits a letter, the lowest first: 10000000, 21000000, 31000000, 41…, 51….
    let ids: Vec<ExecutionId> = [1, 34, 35, 36, 37]
        .map(|number| fake.put(number, State::Failed).id)
        .into();
    assert_eq!(found(&fake, "10000000").await.unwrap(), ids[0]);
    assert_eq!(found(&fake, "2").await.unwrap(), ids[1]);
    assert_eq!(found(&fake, "@last").await.unwrap(), ids[4]);
    assert_eq!(found(&fake, "@-1").await.unwrap(), ids[4]);
    assert_eq!(found(&fake, "@-4").await.unwrap(), ids[1]);
}

#[tokio::test]
async fn what_cannot_be_found_is_explained() {
    let fake = Fake::default();
    for number in 0..7 {
        fake.put(number << 5 | 1, State::Failed);
    }
    let mut explained = String::new();
    for text in ["1", "2", "@-9", "@0", "Oh no", "123456789"] {
        let error = found(&fake, text).await.unwrap_err();
        assert_eq!(error.blame().exit_code(), 2);
        let hint = error.hint().unwrap();
        writeln!(explained, "{}: {error} -> {hint}", error.code()).unwrap();
    }
    insta::assert_snapshot!(explained, @"
    find.ambiguous: `1` is the beginning of `10000000`, `11000000`, `12000000`, `13000000`, `14000000` and others -> give more of the id
    find.no-such-execution: there is no execution `2` -> see `mycli list`
    find.too-far-back: `@-9` is not there: history holds 7 executions -> see `mycli list`
    find.not-an-id: `@0` is not the id of an execution -> give an id, the beginning of one, `@last` or `@-2`; see `mycli list`
    find.not-an-id: `Oh no` is not the id of an execution -> give an id, the beginning of one, `@last` or `@-2`; see `mycli list`
    find.not-an-id: `123456789` is not the id of an execution -> give an id, the beginning of one, `@last` or `@-2`; see `mycli list`
    ");
}
