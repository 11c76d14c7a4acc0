//! How the generated text is laid out.
//!
//! As rustfmt would, but for one thing: what fits on one line of thought stays on one line. Rustfmt itself takes longer
//! over all of it than the compiler does, and breaks it into a third more text.

/// Indents every line by the braces that are open before it. Doc comments and attributes are lines of their own.
pub(super) fn indent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut depth = 0_usize;
    for line in text.lines() {
        let is_comment = line.starts_with("//");
        if !is_comment && line.starts_with('}') {
            depth = depth.saturating_sub(1);
        }
        if !line.is_empty() {
            out.extend(std::iter::repeat_n("    ", depth));
            out.push_str(line);
        }
        out.push('\n');
        if !is_comment && line.ends_with('{') {
            depth += 1;
        }
    }
    out
}
