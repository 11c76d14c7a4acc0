//! What is on the disk, and what the disk can do to a history.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use runtime::History as _;
use runtime::port::{Page, Problem};
use runtime::{Diagnosis as _, ProviderError};
use runtime_local::Local;
use tempfile::TempDir;

use super::stage::{Stage, script};

fn open(data: &Path) -> Result<Local, ProviderError> {
    Local::open(data, Vec::new())
}

fn refused(data: &Path) -> ProviderError {
    open(data).map(|_| ()).unwrap_err()
}

fn database(data: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(data.join("history.sqlite3")).unwrap()
}

#[tokio::test]
async fn what_is_kept_is_for_its_owner_only() {
    let stage = Stage::new(b"not a program".to_vec());
    let execution = stage.start(&script("true")).await;
    let data = stage.directory.path().join("data");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join("executions")), 0o700);
    assert_eq!(mode(&data.join("agents")), 0o700);
    assert_eq!(mode(&data.join("history.sqlite3")), 0o600);
    assert_eq!(mode(&stage.place(&execution)), 0o700);
    assert_eq!(mode(&stage.place(&execution).join("journal")), 0o600);
}

#[tokio::test]
async fn a_history_is_paged_from_the_youngest_to_the_oldest() {
    let stage = Stage::new(b"not a program".to_vec());
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(stage.start(&script("true")).await.id);
    }
    let mut page = Page {
        limit: 2,
        ..Page::default()
    };
    let mut listed = Vec::new();
    loop {
        let listing = stage.local.list(&page).await.unwrap();
        assert!(listing.executions.len() <= 2);
        let ages = listing.executions.iter().map(|row| row.created_at_ms);
        assert!(ages.is_sorted_by(|older, younger| older >= younger));
        listed.extend(listing.executions.into_iter().map(|row| row.id));
        page.token = listing.next;
        if page.token.is_none() {
            break;
        }
    }
    listed.sort();
    ids.sort();
    assert_eq!(listed, ids);
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("history.sqlite3");
    let text = "not a database, but somebody's notes. ".repeat(100);
    std::fs::write(&file, &text).unwrap();
    let error = refused(directory.path());
    assert_eq!(
        (error.problem, error.code()),
        (Problem::Damaged, "history.damaged")
    );
    assert!(error.to_string().contains("history.sqlite3"), "{error}");
    assert!(error.hint.is_some());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_database_of_another_program_is_left_as_it_is() {
    let directory = TempDir::new().unwrap();
    database(directory.path())
        .execute_batch("CREATE TABLE theirs (a)")
        .unwrap();
    assert_eq!(refused(directory.path()).code(), "history.foreign");
    let query = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = database(directory.path())
        .query_row(query, [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn a_history_of_a_newer_program_is_refused() {
    let directory = TempDir::new().unwrap();
    drop(open(directory.path()).unwrap());
    database(directory.path())
        .pragma_update(None, "user_version", 999)
        .unwrap();
    let error = refused(directory.path());
    assert_eq!(error.code(), "history.newer");
    assert!(error.to_string().contains("version 999"), "{error}");
}

#[tokio::test]
async fn a_damaged_row_is_named_and_others_are_read() {
    let stage = Stage::new(b"not a program".to_vec());
    let (bad, good) = (
        stage.start(&script("a")).await,
        stage.start(&script("b")).await,
    );
    let update = "UPDATE executions SET execution = '{' WHERE id = ?1";
    let connection = database(&stage.directory.path().join("data"));
    connection.execute(update, [bad.id.as_str()]).unwrap();
    let error = stage.local.read(&bad.id).await.unwrap_err();
    assert_eq!(error.code(), "history.damaged");
    assert!(error.to_string().contains(bad.id.as_str()), "{error}");
    assert_eq!(stage.local.read(&good.id).await.unwrap(), Some(good));
}

#[tokio::test]
async fn a_damaged_journal_is_named_with_the_place_of_the_damage() {
    let stage = Stage::new(b"not a program".to_vec());
    let execution = stage.start(&script("true")).await;
    let journal = stage.place(&execution).join("journal");
    std::fs::write(&journal, [0xff; 64]).unwrap();
    let error = stage
        .local
        .frames(&execution.attempt_id(), 0)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "journal.damaged");
    assert!(error.to_string().contains("damaged at byte 0"), "{error}");
}

#[test]
fn a_data_directory_that_is_a_file_is_named() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = refused(&file);
    assert!(error.to_string().contains("/file"), "{error}");
}

#[test]
fn two_programs_may_make_the_same_history_at_once() {
    let directory = TempDir::new().unwrap();
    let data = directory.path().join("data");
    std::thread::scope(|scope| {
        let opened: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| open(&data).map(|_| ())))
            .collect();
        for opened in opened {
            opened.join().unwrap().unwrap();
        }
    });
}
