//! A value with the lines marked that differ.

use synth_core::Json;

use super::mismatch::Difference;

/// Up to this many characters, a value in which nothing differs stays on one line.
const ONE_LINE: usize = 60;

/// The value over several lines: `!` before those that differ, also where something is missing.
pub(super) fn draw(value: &Json, differences: &[Difference]) -> String {
    let mut drawing = Drawing {
        differences,
        path: Vec::new(),
        lines: Vec::new(),
    };
    drawing.value("", value, "");
    drawing.lines.join("\n")
}

struct Drawing<'a> {
    differences: &'a [Difference],
    path: Vec<String>,
    lines: Vec<String>,
}

impl Drawing<'_> {
    fn value(&mut self, name: &str, value: &Json, comma: &str) {
        let differs = self.differences.iter().any(|one| one.path == self.path);
        let below = self.differences.iter();
        let mut below = below.filter(|one| one.path.starts_with(&self.path));
        let compact = value.to_compact();
        let parts = parts(value);
        if below.next().is_none() && compact.len() <= ONE_LINE || parts.is_empty() && !self.lacks()
        {
            return self.line(differs, &format!("{name}{compact}{comma}"));
        }
        let (open, close) = if value.items().is_some() {
            ("[", "]")
        } else {
            ("{", "}")
        };
        self.line(differs, &format!("{name}{open}"));
        let last = parts.len().saturating_sub(1);
        for (position, (step, name, value)) in parts.into_iter().enumerate() {
            let comma = if position == last { "" } else { "," };
            self.path.push(step);
            self.value(&name, value, comma);
            self.path.pop();
        }
        self.missing();
        self.line(false, &format!("{close}{comma}"));
    }

    /// What is looked for directly here and is not there.
    fn missing(&mut self) {
        let depth = self.path.len();
        let (differences, path) = (self.differences, self.path.clone());
        for missing in differences.iter().filter(|one| is_missing(one, &path)) {
            let name = missing.path.get(depth).map_or("", String::as_str);
            self.path.push(name.to_owned());
            self.line(true, &format!("{name}: nothing"));
            self.path.pop();
        }
    }

    fn lacks(&self) -> bool {
        let mut differences = self.differences.iter();
        differences.any(|one| is_missing(one, &self.path))
    }

    fn line(&mut self, marked: bool, text: &str) {
        let mark = if marked { '!' } else { ' ' };
        let indent = self.path.len() * 2;
        self.lines.push(format!("{mark} {:indent$}{text}", ""));
    }
}

/// The step to each part, what stands before it, and the part.
fn parts(value: &Json) -> Vec<(String, String, &Json)> {
    let entries = value.entries().unwrap_or_default().iter();
    let entries = entries.map(|(name, value)| {
        let label = Json::Text(name.clone()).to_compact() + ": ";
        (name.to_string(), label, value)
    });
    let items = value.items().unwrap_or_default().iter().enumerate();
    let items = items.map(|(position, value)| (position.to_string(), String::new(), value));
    entries.chain(items).collect()
}

fn is_missing(difference: &Difference, path: &[String]) -> bool {
    difference.found.is_none()
        && difference.path.len() == path.len() + 1
        && difference.path.starts_with(path)
}
