use std::fmt::Write as _;
use std::path::Path;

use runtime::State;
use runtime::transition::allows;

/// The table of what may follow what, as people review it.
fn table() -> String {
    let mut table = format!("{:14}", "from \\ to");
    for to in State::ALL {
        write!(table, "{to:14}").unwrap();
    }
    for from in State::ALL {
        write!(table, "\n{from:14}").unwrap();
        for to in State::ALL {
            write!(table, "{:14}", if allows(from, to) { "yes" } else { "-" }).unwrap();
        }
    }
    let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

#[test]
fn the_table_of_transitions_is_the_reviewed_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshots/runtime/transitions.txt");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|how| how == "always") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, table()).unwrap();
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        reviewed == table(),
        "the table is not that of {}; INSTA_UPDATE=always writes it anew:\n{}",
        path.display(),
        table()
    );
}

#[test]
fn nothing_follows_an_end_and_an_end_may_follow_everything_else() {
    for from in State::ALL {
        for to in State::ALL {
            if from.is_final() {
                assert!(!allows(from, to), "{from} to {to}");
            } else if to.is_final() {
                assert!(allows(from, to), "{from} to {to}");
            }
        }
    }
}
