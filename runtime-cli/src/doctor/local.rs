//! What is looked at on this machine.

use std::path::Path;

use runtime::doctor::{Check, Finding, Verdict};
use runtime_local::Local;

use super::wanted::Around;
use super::{LIMIT, within};
use crate::failure::{Failure, OwnError};
use crate::git::{self, Detection};
use crate::repository::{is_path, without_credentials};

/// Makes the checks, all at once.
pub(super) async fn checks(around: &Around) -> Vec<Finding> {
    let data = around.environment.data_directory();
    let (data, engine, git) = tokio::join!(
        within(
            LIMIT,
            Check::Data,
            blocking(Check::Data, move || self::data(&data))
        ),
        within(LIMIT, Check::Engine, engine()),
        within(LIMIT, Check::Git, git(&around.directory)),
    );
    vec![data, engine, git]
}

/// A failure as a finding. Its causes go with it.
pub(super) fn telling(check: Check, failure: &Failure) -> Finding {
    let data = failure.data();
    let words = |name: &str| data.get(name).and_then(serde_json::Value::as_str);
    let causes = data.get("causes").and_then(serde_json::Value::as_array);
    let causes = causes.into_iter().flatten().filter_map(|it| it.as_str());
    let what = words("message").into_iter().chain(causes);
    let what = what.collect::<Vec<_>>().join(": ");
    let fix = words("hint").map(str::to_owned);
    let fix = fix.or_else(|| Some("mend that, then run `mycli doctor` again".to_owned()));
    Finding::new(check, Verdict::Fail, what, fix)
}

async fn blocking(check: Check, work: impl FnOnce() -> Finding + Send + 'static) -> Finding {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Finding::skipped(check, error.to_string()))
}

/// Whether history can be kept in `directory`. What is not there yet is not made.
fn data(directory: &Path) -> Finding {
    let check = Check::Data;
    let shown = directory.display();
    let there = directory.ancestors().find(|it| it.exists());
    let there = there.unwrap_or(Path::new("."));
    if let Err(error) = tempfile::tempfile_in(there) {
        let failure = OwnError::doing(format!("write to `{}`", there.display()))(error);
        let found = telling(check, &failure.into());
        let fix = "make it writable, or name another directory in MYCLI_DATA_DIR";
        return Finding::fail(check, found.what, fix);
    }
    if !directory.join("history.sqlite3").exists() {
        return Finding::ok(
            check,
            format!("{shown} can be written; there is no history yet"),
        );
    }
    match Local::open(directory, crate::agent::program()) {
        Ok(_) => Finding::ok(check, format!("the history in {shown} opens")),
        Err(error) => telling(check, &error.into()),
    }
}

/// Whether a container engine answers. Commands without an image run without one.
async fn engine() -> Finding {
    let check = Check::Engine;
    match runtime_local::find_engine().await {
        Ok(found) => {
            let name = found.name.filter(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| "a container engine".to_owned());
            let (address, _) = without_credentials(&found.address);
            Finding::ok(check, format!("{name} {} at {address}", found.version))
        }
        Err(error) => {
            let fix = "start the engine, or name its socket in DOCKER_HOST; only `--image` on `local` and publishing images need it";
            Finding::warn(check, error.to_string(), fix)
        }
    }
}

/// Whether the repository around `directory` can be fetched from where it comes from, without a password being asked for.
async fn git(directory: &Path) -> Finding {
    let check = Check::Git;
    let owned = directory.to_owned();
    let detected = tokio::task::spawn_blocking(move || git::detect(&owned)).await;
    let checkout = match detected {
        Ok(Detection::Checkout(checkout)) => checkout,
        Ok(Detection::Nothing(why)) => return Finding::skipped(check, why),
        Err(error) => return Finding::skipped(check, error.to_string()),
    };
    let (origin, _) = without_credentials(&checkout.origin);
    match git::reach_origin(directory).await {
        Ok(()) if is_path(&origin) => {
            let what = format!("{origin} can be reached, by `local` alone: it is of this machine");
            Finding::ok(check, what)
        }
        Ok(()) => Finding::ok(check, format!("{origin} can be reached")),
        Err(said) => {
            let said = said.replace(&checkout.origin, &origin);
            let said = said.trim().lines().next().unwrap_or("git failed");
            let fix = format!(
                "make `git ls-remote {origin}` work: log in with git's credential helper, or add an SSH key to the agent"
            );
            Finding::warn(
                check,
                format!("{origin} cannot be reached: {}", bare(said)),
                fix,
            )
        }
    }
}

/// `text` without the credentials of any URL in it.
fn bare(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let quote = |letter: char| "'\"`".contains(letter);
        let start = word.find(|letter: char| !quote(letter)).unwrap_or_default();
        let (before, url) = word.split_at(start);
        format!("{before}{}", without_credentials(url).0)
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_shows_no_password() {
        let said = "fatal: unable to access 'https://me:secret@host.example/a.git/': no";
        let bare = bare(said);
        assert_eq!(
            bare,
            "fatal: unable to access 'https://host.example/a.git/': no"
        );
    }

    #[test]
    fn a_directory_that_is_not_there_yet_is_not_made() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("a/b");
        assert_eq!(data(&directory).verdict, Verdict::Ok);
        assert!(!home.path().join("a").exists());
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(
            directory.join("history.sqlite3"),
            "no database at all, but text",
        )
        .unwrap();
        let found = data(&directory);
        assert_eq!(found.verdict, Verdict::Fail, "{found:?}");
        assert!(found.what.contains("history.sqlite3"), "{found:?}");
    }
}
