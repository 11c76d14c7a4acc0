//! What a disk and a database say when they fail, as the port says it.

use std::io::ErrorKind;

use runtime::ProviderError;
use runtime::port::Problem;

const FULL: &str = "make room on the disk, or name another directory in MYCLI_DATA_DIR";
const READ_ONLY: &str =
    "make the data directory writable for you, or name another one in MYCLI_DATA_DIR";

/// What a file system said to `operation`.
pub(crate) fn io(operation: impl Into<String>, error: &std::io::Error) -> ProviderError {
    let failed = |problem| ProviderError::new(problem, operation, error);
    let is = |kinds: &[ErrorKind]| kinds.contains(&error.kind());
    if is(&[ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem]) {
        failed(Problem::Denied)
            .with_code("disk.not-writable")
            .with_hint(READ_ONLY)
    } else if is(&[ErrorKind::StorageFull, ErrorKind::QuotaExceeded]) {
        failed(Problem::NoRoom)
            .with_code("disk.full")
            .with_hint(FULL)
    } else if is(&[ErrorKind::NotFound]) {
        failed(Problem::NotFound)
    } else {
        failed(Problem::Failed)
    }
}

/// What `SQLite` said to `operation`.
pub(crate) fn sqlite(operation: impl Into<String>, error: &rusqlite::Error) -> ProviderError {
    use rusqlite::ErrorCode;

    let failed = |problem| ProviderError::new(problem, operation, error);
    if let rusqlite::Error::FromSqlConversionFailure(..) = error {
        return failed(Problem::Damaged)
            .with_code("history.damaged")
            .with_hint("a newer mycli may have written this row: use that one");
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => failed(Problem::Throttled)
            .with_code("history.locked")
            .with_hint("another program holds the history: end it, then try again"),
        Some(ErrorCode::SystemIoFailure) => failed(Problem::NoRoom)
            .with_code("disk.failed")
            .with_hint("the disk is full or failing: make room on it, then try again"),
        Some(ErrorCode::DiskFull) => failed(Problem::NoRoom)
            .with_code("disk.full")
            .with_hint(FULL),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            failed(Problem::Denied)
                .with_code("disk.not-writable")
                .with_hint(READ_ONLY)
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => failed(Problem::Damaged)
            .with_code("history.damaged")
            .with_hint(
                "move the file aside to begin a new history; `sqlite3 FILE .recover` may save rows",
            ),
        Some(ErrorCode::ConstraintViolation) => failed(Problem::Conflict),
        Some(_) | None => failed(Problem::Failed),
    }
}
