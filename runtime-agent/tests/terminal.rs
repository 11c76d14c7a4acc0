//! A command on a terminal.

use runtime_wire::Order;
use runtime_wire::order::Terminal;

use crate::place::{run, script};

fn on_terminal(text: &str) -> Order {
    let mut order = script(text);
    order.terminal = Some(Terminal {
        rows: 33,
        columns: 101,
        kind: "xterm-256color".to_owned(),
    });
    order
}

#[test]
fn the_command_has_a_window_of_that_size_and_no_keyboard() {
    let left = run(&on_terminal(
        "[ -t 0 ] || echo no keyboard; [ -t 1 ] && [ -t 2 ] && echo a terminal; stty size <&1; \
         echo $TERM; echo err >&2; cat; (: </dev/tty) 2>/dev/null || echo nobody there; exit 4",
    ));
    assert_eq!(
        left.text(),
        "no keyboard\na terminal\n33 101\nxterm-256color\nerr\nnobody there\n"
    );
    assert_eq!((left.stderr().len(), left.exit_code), (0, Some(4)));
}

#[test]
fn all_that_a_terminal_gets_is_kept() {
    let left = run(&on_terminal("seq 100000"));
    let text = left.text();
    assert!(
        text.lines()
            .map(|line| line.parse::<u32>().unwrap())
            .eq(1..=100_000)
    );
}

#[test]
fn the_callers_kind_of_terminal_does_not_count_over_a_variable() {
    let mut order = on_terminal("echo $TERM");
    order.env.insert("TERM".to_owned(), "dumb".to_owned());
    assert_eq!(run(&order).text(), "dumb\n");
}

#[test]
fn progress_is_no_storm_of_frames() {
    let left = run(&on_terminal(
        "i=0; while [ $i -lt 3000 ]; do printf '\\r%d' $i; i=$((i+1)); done; echo",
    ));
    assert!(left.text().ends_with("\r2999\n"));
    assert!(left.frames.len() < 100, "{}", left.frames.len());
}

#[test]
fn without_a_terminal_there_is_none() {
    assert_eq!(run(&script("[ -t 1 ] || echo none")).text(), "none\n");
}
