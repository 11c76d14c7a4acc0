//! What a reviewer sees.

use synth_core::parse;
use synth_diff::{Options, diff, draw};

const BEFORE: &str = include_str!("before.json");
const AFTER: &str = include_str!("after.json");

/// The text without its colours.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut pieces = text.split('\u{1b}');
    plain.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        plain.push_str(piece.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}

#[test]
fn a_reviewer_reads_it_once() {
    let (before, after) = (parse(BEFORE).unwrap(), parse(AFTER).unwrap());
    let changes = diff(&before, &after, &Options::default());
    snapshots::assert_file(
        "synth/diff/shop.txt",
        &plain(&draw::stack("Shop", &changes)),
    );
    let json = changes.to_json().to_pretty(2) + "\n";
    snapshots::assert_file("synth/diff/shop.json", &json);
}
