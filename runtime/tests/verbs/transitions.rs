use std::fmt::Write as _;

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
    snapshots::assert_file("runtime/transitions.txt", &table());
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
