//! Lines and columns of bytes.

/// From a mark to the next there are at most so many bytes.
const FAR: usize = 1024;

/// Where the lines of a text are, for a text that is asked about many times.
///
/// ```
/// let lines = synth_validate::source::Lines::new("é: 1\r\nb: 2");
/// assert_eq!(lines.line_and_column(3), (1, 3));
/// assert_eq!(lines.line_and_column(10), (2, 4));
/// ```
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    text: &'a str,
    /// Every start of a line, and in long lines more.
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    at: usize,
    /// Lines before it.
    lines: usize,
    /// Characters before it in its line.
    characters: usize,
}

impl<'a> Lines<'a> {
    /// Goes through the text once.
    pub fn new(text: &'a str) -> Self {
        let mut marks = vec![Mark::default()];
        let mut now = Mark::default();
        let mut last = 0;
        for (at, byte) in text.bytes().enumerate() {
            now.at = at + 1;
            now.characters += usize::from(is_start(byte));
            if byte == b'\n' {
                now.lines += 1;
                now.characters = 0;
            }
            if byte == b'\n' || now.at - last >= FAR {
                marks.push(now);
                last = now.at;
            }
        }
        Self { text, marks }
    }

    /// The line and the column of a byte, each from 1. Columns count characters.
    pub fn line_and_column(&self, at: usize) -> (usize, usize) {
        let at = at.min(self.text.len());
        let after = self.marks.partition_point(|mark| mark.at <= at);
        let mark = after.checked_sub(1).and_then(|last| self.marks.get(last));
        let mark = mark.copied().unwrap_or_default();
        let between = self.text.as_bytes().get(mark.at..at).unwrap_or_default();
        let between = between.iter().filter(|byte| is_start(**byte)).count();
        (mark.lines + 1, mark.characters + between + 1)
    }
}

/// The line and the column of a byte of `text`, each from 1. Columns count characters. [`Lines`] is for many.
pub fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}

/// Whether a character starts with this byte of UTF-8.
const fn is_start(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn marks_say_what_counting_says(pieces in prop::collection::vec("[a-zé😀\r]{0,700}\n?", 0..8)) {
            let text = pieces.concat();
            let lines = Lines::new(&text);
            for (at, _) in text.char_indices().step_by(97) {
                prop_assert_eq!(lines.line_and_column(at), line_and_column(&text, at));
            }
            prop_assert_eq!(lines.line_and_column(usize::MAX), line_and_column(&text, usize::MAX));
        }
    }
}
