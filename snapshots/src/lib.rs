//! Expected documents as plain files, which reviewers and other programs read as they are.
//!
//! `cargo xtask snapshots` writes them anew; a changed one is reviewed like code.

use std::path::Path;

/// Set by `cargo xtask snapshots`: documents are written instead of compared.
pub const UPDATE: &str = "UPDATE_SNAPSHOTS";

/// Panics unless the file `name` below `snapshots/` holds exactly `actual`.
///
/// # Panics
///
/// With the first line that differs, and how to accept the new document.
#[track_caller]
#[expect(clippy::panic, reason = "a failed assertion is a panic")]
pub fn assert_file(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os(UPDATE).is_some() {
        let written = path
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&path, actual));
        if let Err(error) = written {
            panic!("could not write {}: {error}", path.display());
        }
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected == actual {
        return;
    }
    let same = expected
        .lines()
        .zip(actual.lines())
        .take_while(|(one, other)| one == other)
        .count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(the end)").to_owned();
    panic!(
        "snapshots/{name} differs from line {}:\n- {}\n+ {}\n`cargo xtask snapshots` accepts it",
        same + 1,
        line(&expected),
        line(actual)
    );
}
