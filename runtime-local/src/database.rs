//! The rows of history, in one `SQLite` file.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use runtime::port::{Listing, Page, Problem};
use runtime::tag::tags;
use runtime::{Execution, ExecutionId, ProviderError};
use rusqlite::{Connection, OptionalExtension as _, params, params_from_iter};

use crate::{failure, locked, place};

/// Marks a file as ours: `mycl`, read as a number.
const APPLICATION_ID: i64 = 0x6d79_636c;

/// Version of the tables below.
const VERSION: i64 = 2;

/// How long a write waits for another program's.
const PATIENCE: Duration = Duration::from_secs(5);

const TABLES: &str = "
    CREATE TABLE executions (
        id TEXT PRIMARY KEY,
        created_at_ms INTEGER NOT NULL,
        state TEXT NOT NULL,
        execution TEXT NOT NULL,
        revision INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX executions_by_age ON executions (created_at_ms DESC, id DESC);
    CREATE INDEX executions_by_state ON executions (state, created_at_ms DESC, id DESC);
    CREATE TABLE tags (
        tag TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        id TEXT NOT NULL,
        PRIMARY KEY (tag, created_at_ms, id)
    ) STRICT, WITHOUT ROWID;
";

/// What brings the tables of version 1 to version 2. Executions that were recorded before are found by no tag.
const TO_VERSION_2: &str = "
    ALTER TABLE executions ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE tags (
        tag TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        id TEXT NOT NULL,
        PRIMARY KEY (tag, created_at_ms, id)
    ) STRICT, WITHOUT ROWID;
";

/// The rows of history.
pub(crate) struct Database {
    connection: Mutex<Connection>,
    name: String,
}

impl Database {
    /// Opens the file, and makes it where there is none.
    pub(crate) fn open(path: &Path) -> Result<Self, ProviderError> {
        let name = path.display().to_string();
        let operation = || format!("open the history {name}");
        // First by hand, so that it is readable to its owner only; SQLite's own files copy that.
        place::append(path).map_err(|error| failure::io(operation(), &error))?;
        // While the file changes to a write-ahead log SQLite refuses others instead of letting them
        // wait, so they wait here. A file of its own, as closing the database's drops its locks.
        let turn = place::append(&path.with_extension("lock"))
            .and_then(|turn| turn.lock().map(|()| turn))
            .map_err(|error| failure::io(operation(), &error))?;
        let connection = Connection::open(path);
        let connection = connection.map_err(|error| failure::sqlite(operation(), &error))?;
        prepare(&connection).map_err(|error| match error {
            Unfit::Failed(error) => failure::sqlite(operation(), &error),
            Unfit::Foreign => ProviderError::new(
                Problem::Damaged,
                operation(),
                "it is a database of another program",
            )
            .with_code("history.foreign")
            .with_hint("move the file aside, or name another directory in MYCLI_DATA_DIR"),
            Unfit::Newer(version) => ProviderError::new(
                Problem::Invalid,
                operation(),
                format!("it has version {version}, and this program knows up to {VERSION}"),
            )
            .with_code("history.newer")
            .with_hint("use the newer mycli that wrote it"),
        })?;
        drop(turn);
        Ok(Self {
            connection: Mutex::new(connection),
            name,
        })
    }

    /// Keeps a new row.
    pub(crate) fn record(&self, execution: &Execution) -> Result<(), ProviderError> {
        let id = &execution.id;
        let created = number(execution.created_at_ms);
        self.ask(
            || format!("record the execution `{id}`"),
            |connection| {
                // Rolled back when it is dropped on an error.
                let change = connection.unchecked_transaction()?;
                change
                    .prepare_cached("INSERT INTO executions VALUES (?1, ?2, ?3, ?4, ?5)")?
                    .execute(params![
                        id.as_str(),
                        created,
                        execution.state.name(),
                        json(execution)?,
                        number(execution.revision),
                    ])?;
                for tag in tags(execution) {
                    change
                        .prepare_cached("INSERT INTO tags VALUES (?1, ?2, ?3)")?
                        .execute(params![tag.as_str(), created, id.as_str()])?;
                }
                change.commit()
            },
        )
    }

    /// The row of `id`, if there is one.
    pub(crate) fn read(&self, id: &ExecutionId) -> Result<Option<Execution>, ProviderError> {
        self.ask(
            || format!("read the execution `{id}`"),
            |connection| {
                connection
                    .prepare_cached("SELECT execution FROM executions WHERE id = ?1")?
                    .query_row([id.as_str()], row)
                    .optional()
            },
        )
    }

    /// Puts a row in the place of the one that has the revision before its own.
    pub(crate) fn replace(&self, execution: &Execution) -> Result<bool, ProviderError> {
        let id = &execution.id;
        let changed = self.ask(
            || format!("change the execution `{id}`"),
            |connection| {
                connection
                    .prepare_cached(
                        "UPDATE executions SET state = ?2, execution = ?3, revision = ?4 \
                         WHERE id = ?1 AND revision = ?4 - 1",
                    )?
                    .execute(params![
                        id.as_str(),
                        execution.state.name(),
                        json(execution)?,
                        number(execution.revision),
                    ])
            },
        )?;
        Ok(changed > 0)
    }

    /// Ids that begin with `prefix`.
    pub(crate) fn find(
        &self,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<ExecutionId>, ProviderError> {
        // `~` comes after every letter of an id.
        let end = format!("{prefix}~");
        self.ask(|| format!("look for the execution `{prefix}`"), |connection| {
            connection
                .prepare_cached(
                    "SELECT execution FROM executions WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3",
                )?
                .query_map(params![prefix, end, count(limit)], row)?
                .map(|execution| Ok(execution?.id))
                .collect()
        })
    }

    /// Rows, youngest first.
    pub(crate) fn list(&self, page: &Page) -> Result<Listing, ProviderError> {
        let operation = || "list the executions".to_owned();
        let (age, id) = match page.token.as_deref().map(place_of) {
            None => (i64::MAX, "~"),
            Some(Some(place)) => place,
            Some(None) => {
                let message = "the page token is not one of this history's";
                return Err(ProviderError::new(Problem::Invalid, operation(), message));
            }
        };
        let limit = page.limit.max(1);
        let (query, mut values) = query(page);
        values.extend([
            age.into(),
            id.to_owned().into(),
            count(limit.saturating_add(1)).into(),
        ]);
        let mut executions: Vec<Execution> = self.ask(operation, |connection| {
            connection
                .prepare_cached(&query)?
                .query_map(params_from_iter(values), row)?
                .collect()
        })?;
        let more = executions.len() > limit;
        executions.truncate(limit);
        let next = executions.last().filter(|_| more).map(token);
        Ok(Listing { executions, next })
    }

    /// Forgets rows that ended before `before_ms`, the oldest first.
    pub(crate) fn forget(
        &self,
        before_ms: u64,
        limit: usize,
    ) -> Result<Vec<Execution>, ProviderError> {
        self.ask(
            || "forget old executions".to_owned(),
            |connection| {
                let change = connection.unchecked_transaction()?;
                let old: Vec<Execution> = change
                    .prepare_cached(
                        "SELECT execution FROM executions WHERE created_at_ms < ?1 \
                         AND json_extract(execution, '$.ended_at_ms') < ?1 \
                         ORDER BY created_at_ms, id LIMIT ?2",
                    )?
                    .query_map(params![number(before_ms), count(limit)], row)?
                    .collect::<Result<_, _>>()?;
                for execution in &old {
                    let created = number(execution.created_at_ms);
                    change
                        .prepare_cached("DELETE FROM executions WHERE id = ?1")?
                        .execute([execution.id.as_str()])?;
                    for tag in tags(execution) {
                        change
                            .prepare_cached(
                                "DELETE FROM tags WHERE tag = ?1 AND created_at_ms = ?2 AND id = ?3",
                            )?
                            .execute(params![tag.as_str(), created, execution.id.as_str()])?;
                    }
                }
                change.commit()?;
                Ok(old)
            },
        )
    }

    fn ask<T>(
        &self,
        operation: impl Fn() -> String,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, ProviderError> {
        question(&locked(&self.connection)).map_err(|error| {
            let error = failure::sqlite(operation(), &error);
            ProviderError {
                operation: format!("{} in {}", error.operation, self.name),
                ..error
            }
        })
    }
}

/// Why a file cannot be the history.
enum Unfit {
    Failed(rusqlite::Error),
    Foreign,
    Newer(i64),
}

impl From<rusqlite::Error> for Unfit {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

fn prepare(connection: &Connection) -> Result<(), Unfit> {
    connection.busy_timeout(PATIENCE)?;
    if version(connection)? != VERSION {
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        match version(connection)? {
            0 => connection.execute_batch(TABLES)?,
            1 => connection.execute_batch(TO_VERSION_2)?,
            _ => {}
        }
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.pragma_update(None, "user_version", VERSION)?;
        connection.execute_batch("COMMIT")?;
    }
    // With a write-ahead log this loses nothing but, with the machine's power, the last moments.
    connection.pragma_update(None, "synchronous", "normal")?;
    Ok(())
}

/// Which version of a history the file is, up to ours; 0 when it is new.
fn version(connection: &Connection) -> Result<i64, Unfit> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    match (pragma("application_id")?, pragma("user_version")?) {
        (APPLICATION_ID, version @ 1..=VERSION) => Ok(version),
        (APPLICATION_ID, version) => Err(Unfit::Newer(version)),
        (0, 0) => {
            let query = "SELECT count(*) FROM sqlite_schema";
            let tables: i64 = connection.query_row(query, [], |row| row.get(0))?;
            if tables == 0 {
                Ok(0)
            } else {
                Err(Unfit::Foreign)
            }
        }
        _ => Err(Unfit::Foreign),
    }
}

/// The query of a page, and what it begins with: the words and states that are asked for, and the time.
///
/// The first word, or each state, leads through an index that has the order of the page, so that a page costs the same however
/// long the history is.
fn query(page: &Page) -> (String, Vec<rusqlite::types::Value>) {
    let mut values: Vec<rusqlite::types::Value> = Vec::new();
    let mut tables = "executions AS e";
    let mut place = "(e.created_at_ms, e.id)";
    let mut conditions = Vec::new();
    let mut words = page.tags.iter();
    if let Some(first) = words.next() {
        // CROSS keeps the order of the tables: by the index of words, newest first.
        tables = "tags AS t CROSS JOIN executions AS e ON e.id = t.id";
        place = "(t.created_at_ms, t.id)";
        conditions.push("t.tag = ?".to_owned());
        values.push(first.as_str().to_owned().into());
    }
    for word in words {
        conditions.push(
            "EXISTS (SELECT 1 FROM tags AS o WHERE o.tag = ? \
             AND o.created_at_ms = e.created_at_ms AND o.id = e.id)"
                .to_owned(),
        );
        values.push(word.as_str().to_owned().into());
    }
    if !page.states.is_empty() {
        let marks = vec!["?"; page.states.len()].join(", ");
        conditions.push(format!("e.state IN ({marks})"));
        let states = page.states.iter();
        values.extend(states.map(|state| state.name().to_owned().into()));
    }
    let created = if page.tags.is_empty() { "e" } else { "t" };
    if let Some(since_ms) = page.since_ms {
        conditions.push(format!("{created}.created_at_ms >= ?"));
        values.push(number(since_ms).into());
    }
    if let Some(until_ms) = page.until_ms {
        conditions.push(format!("{created}.created_at_ms < ?"));
        values.push(number(until_ms).into());
    }
    conditions.push(format!("{place} < (?, ?)"));
    let query = format!(
        "SELECT e.execution FROM {tables} WHERE {} \
         ORDER BY {created}.created_at_ms DESC, {created}.id DESC LIMIT ?",
        conditions.join(" AND ")
    );
    (query, values)
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Execution> {
    let text: String = row.get(0)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn json(execution: &Execution) -> rusqlite::Result<String> {
    serde_json::to_string(execution)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn token(execution: &Execution) -> String {
    format!("{}-{}", execution.created_at_ms, execution.id)
}

fn place_of(token: &str) -> Option<(i64, &str)> {
    let (age, id) = token.split_once('-')?;
    Some((age.parse().ok()?, id))
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn count(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
