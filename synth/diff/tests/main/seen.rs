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

#[test]
fn what_a_template_says_does_not_reach_the_terminal() {
    let odd = "\u{1b}[2J\u{9b}1m\u{202e}\n";
    let text = format!(
        r#"{{"Resources": {{{0}: {{"Type": {0}, "Properties": {{{0}: {0}}}}}}}, "Outputs": {{{0}: {{"Value": {0}}}}}}}"#,
        synth_core::Json::from(odd).to_compact(),
    );
    let (odd_one, nothing) = (parse(&text).unwrap(), parse("{}").unwrap());
    for (before, after) in [(&nothing, &odd_one), (&odd_one, &nothing)] {
        let drawn = plain(&draw::stack(odd, &diff(before, after, &Options::default())));
        let hidden = |letter: char| letter != '\n' && letter.is_control() || letter == '\u{202e}';
        assert!(!drawn.contains(hidden), "{drawn:?}");
        assert!(drawn.contains(r"\u{1b}[2J\u{9b}1m\u{202e}"), "{drawn}");
    }
}
