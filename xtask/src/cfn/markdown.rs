//! AWS's documentation as rustdoc takes it: nothing in it may become a link, a tag or a test by accident.

/// Widest line of a comment, before its indent and slashes.
const WIDTH: usize = 90;

/// Lines of a doc comment, without slashes. None is the last line's end, and no two empty ones follow each other.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut fenced = false;
    for line in text.replace('\r', "").replace('\t', "    ").lines() {
        if line.trim_start().starts_with("```") {
            lines.push(if fenced { "```" } else { "```text" }.to_owned());
            fenced = !fenced;
        } else if fenced {
            lines.push(line.trim_end().to_owned());
        } else {
            wrap(line, &mut lines);
        }
    }
    if fenced {
        lines.push("```".to_owned());
    }
    lines.dedup_by(|next, last| next.is_empty() && last.is_empty());
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Adds one line of the source as lines of at most [`WIDTH`].
fn wrap(line: &str, lines: &mut Vec<String>) {
    // Four spaces at the start make a test of what follows, so only the depth of a list is kept.
    let depth = line.len() - line.trim_start().len();
    let body = line.trim();
    let marker = ["- ", "* ", "> - ", "> "]
        .into_iter()
        .find(|marker| body.starts_with(marker));
    let indent = if marker.is_some_and(|marker| marker != "> ") {
        " ".repeat(depth.min(2))
    } else {
        String::new()
    };
    let follow = match marker {
        Some("> ") => "> ".to_owned(),
        Some("> - ") => ">   ".to_owned(),
        Some(_) => format!("{indent}  "),
        None => String::new(),
    };
    let mut current = indent;
    let mut is_start = true;
    for word in pieces(&escape(&close_up(body))) {
        let full = current.len() + 1 + word.len() > WIDTH && !starts_markup(&word);
        if full && !is_start {
            lines.push(
                std::mem::replace(&mut current, follow.clone())
                    .trim_end()
                    .to_owned(),
            );
            is_start = true;
        }
        if !is_start {
            current.push(' ');
        }
        current.push_str(&word);
        is_start = false;
    }
    lines.push(current.trim_end().to_owned());
}

/// AWS leaves a space after what is set off, before the full stop: "`false` ."
fn close_up(text: &str) -> String {
    let mut text = text.to_owned();
    for end in ["`", "*", ")"] {
        for stop in [".", ",", ";", ":"] {
            text = text.replace(&format!("{end} {stop}"), &format!("{end}{stop}"));
        }
    }
    text
}

/// Words that may begin a line; a code span stays in one piece.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut is_open = false;
    for word in text.split_whitespace() {
        match pieces.last_mut() {
            Some(last) if is_open => {
                last.push(' ');
                last.push_str(word);
            }
            _ => pieces.push(word.to_owned()),
        }
        is_open ^= word.replace("\\`", "").matches('`').count() % 2 == 1;
    }
    pieces
}

/// Whether a line that starts with this word would be a heading, a list, a quotation or a rule.
fn starts_markup(word: &str) -> bool {
    let number = word.trim_end_matches(['.', ')']);
    word.starts_with(['#', '>', '-', '+', '*', '=', '|', '~'])
        || (number.len() < word.len() && number.chars().all(|symbol| symbol.is_ascii_digit()))
}

/// Escapes what rustdoc would read as a tag or a link, and marks bare addresses as such.
fn escape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(symbol) = rest.chars().next() {
        let (piece, length) = match symbol {
            '`' => code_span(rest),
            '[' => link(rest),
            'h' if rest.starts_with("http://") || rest.starts_with("https://") => address(rest),
            '<' | ']' => (format!("\\{symbol}"), 1),
            '\\' => ("\\\\".to_owned(), 1),
            other => (other.to_string(), other.len_utf8()),
        };
        out.push_str(&piece);
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

fn code_span(text: &str) -> (String, usize) {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let (open, inside) = text.split_at(ticks);
    match inside.find(open) {
        Some(end) => {
            let length = ticks + end + ticks;
            (text.get(..length).unwrap_or_default().to_owned(), length)
        }
        None => ("\\`".repeat(ticks), ticks),
    }
}

/// A link to a page of the web stays one; any other pair of brackets is text.
fn link(text: &str) -> (String, usize) {
    let parts = text.find("](").and_then(|middle| {
        let label = text.get(1..middle)?;
        let target = text.get(middle + 2..)?;
        let target = target.get(..target.find(')')?)?;
        let is_plain = !label.contains(['[', ']']) && !label.contains("http");
        let is_page = target.starts_with("http") && !target.contains([' ', '<', '>']);
        is_plain.then_some((label, target, is_page))
    });
    let Some((label, target, is_page)) = parts else {
        return ("\\[".to_owned(), 1);
    };
    let length = label.len() + target.len() + 4;
    let label = escape(label);
    (
        if is_page {
            format!("[{label}]({target})")
        } else {
            label
        },
        length,
    )
}

fn address(text: &str) -> (String, usize) {
    let stops = |symbol: char| symbol.is_whitespace() || "<>\"`[]*'{}|".contains(symbol);
    let address = text
        .get(..text.find(stops).unwrap_or(text.len()))
        .unwrap_or_default();
    let address = address.trim_end_matches(['.', ',', ';', ':', ')', '!', '?']);
    (format!("<{address}>"), address.len())
}
