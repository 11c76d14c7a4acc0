//! Texts that match a pattern. Knows of ECMAScript's syntax what the table uses; what it makes is tried out.

use std::iter::Peekable;
use std::str::Chars;

/// A text that `fits`, made from a pattern; nothing when none of several attempts does.
pub(super) fn matching(pattern: &str, least: usize, fits: impl Fn(&str) -> bool) -> Option<String> {
    let pattern = pattern
        .trim_start_matches("(?i)")
        .trim_start_matches("(?s)");
    let tree = Parser {
        rest: pattern.chars().peekable(),
    }
    .alternatives();
    (0..ATTEMPTS).find_map(|seed| {
        let mut maker = Maker {
            seed: 0x9e37_79b9 ^ (seed << 8),
            // Longer with every attempt, up to what is asked for.
            more: usize::try_from(seed % 8).unwrap_or_default() * (least / 4 + 1) / 2,
            out: String::new(),
        };
        maker.tree(&tree);
        let text = maker.out;
        fits(&text).then_some(text)
    })
}

const ATTEMPTS: u64 = 400;

/// A part of a pattern.
enum Part {
    /// One of these characters.
    Of(Vec<char>),
    /// One of these sequences.
    Either(Vec<Vec<Part>>),
    /// A part so often.
    Repeated(Box<Part>, usize, usize),
    /// What takes no room: an anchor, or a look ahead or behind.
    Nothing,
}

/// What stands for a repetition without an end.
const ENDLESS: usize = 1_000_000;

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Parser<'_> {
    fn alternatives(&mut self) -> Part {
        let mut found = vec![Vec::new()];
        while let Some(symbol) = self.rest.peek().copied() {
            match symbol {
                ')' => break,
                '|' => {
                    self.rest.next();
                    found.push(Vec::new());
                }
                _ => {
                    let part = self.repeated();
                    if let Some(last) = found.last_mut() {
                        last.push(part);
                    }
                }
            }
        }
        Part::Either(found)
    }

    fn repeated(&mut self) -> Part {
        let part = self.single();
        let bounds = match self.rest.peek() {
            Some('*') => (0, ENDLESS),
            Some('+') => (1, ENDLESS),
            Some('?') => (0, 1),
            Some('{') => {
                let inside: String = self
                    .rest
                    .by_ref()
                    .skip(1)
                    .take_while(|c| *c != '}')
                    .collect();
                self.rest.next_if_eq(&'?');
                let (least, most) = inside.split_once(',').unwrap_or((&inside, &inside));
                let least = least.parse().unwrap_or(0);
                let most = most.parse().unwrap_or(ENDLESS);
                return Part::Repeated(Box::new(part), least, most);
            }
            _ => return part,
        };
        self.rest.next();
        self.rest.next_if_eq(&'?');
        Part::Repeated(Box::new(part), bounds.0, bounds.1)
    }

    fn single(&mut self) -> Part {
        match self.rest.next() {
            Some('(') => self.group(),
            Some('[') => Part::Of(self.class()),
            Some('.') => Part::Of(printable().collect()),
            Some('^' | '$') | None => Part::Nothing,
            Some('\\') => {
                let is_boundary = self
                    .rest
                    .next_if(|symbol| matches!(symbol, 'b' | 'B'))
                    .is_some();
                if is_boundary {
                    Part::Nothing
                } else {
                    Part::Of(self.escape())
                }
            }
            Some(symbol) => Part::Of(vec![symbol]),
        }
    }

    fn group(&mut self) -> Part {
        let mut looks = false;
        if self.rest.next_if_eq(&'?').is_some() {
            match self.rest.next() {
                Some('=' | '!') => looks = true,
                Some('<')
                    if self
                        .rest
                        .next_if(|symbol| matches!(symbol, '=' | '!'))
                        .is_some() =>
                {
                    looks = true;
                }
                Some('<') => self
                    .rest
                    .by_ref()
                    .take_while(|symbol| *symbol != '>')
                    .for_each(drop),
                _ => {}
            }
        }
        let inside = self.alternatives();
        self.rest.next();
        if looks { Part::Nothing } else { inside }
    }

    fn class(&mut self) -> Vec<char> {
        let is_negated = self.rest.next_if_eq(&'^').is_some();
        let mut found: Vec<char> = Vec::new();
        while let Some(symbol) = self.rest.next() {
            match symbol {
                ']' => break,
                '\\' => found.extend(self.escape()),
                '-' if !found.is_empty() && self.rest.peek().is_some_and(|next| *next != ']') => {
                    let start = found.last().copied().unwrap_or(' ');
                    let end = match self.rest.next() {
                        Some('\\') => self.escape().first().copied(),
                        other => other,
                    };
                    found.extend((start..=end.unwrap_or(start)).take(200));
                }
                other => found.push(other),
            }
        }
        if is_negated {
            return printable()
                .filter(|symbol| !found.contains(symbol))
                .collect();
        }
        // Plain characters are less of a surprise to everybody.
        let plain: Vec<char> = found
            .iter()
            .copied()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        if plain.is_empty() { found } else { plain }
    }

    fn escape(&mut self) -> Vec<char> {
        match self.rest.next() {
            Some('d') => ('0'..='9').collect(),
            Some('w') => printable().filter(char::is_ascii_alphanumeric).collect(),
            Some('s') => vec![' '],
            Some('D' | 'S') => ('a'..='z').collect(),
            Some('W') => vec!['-'],
            Some('n') => vec!['\n'],
            Some('r') => vec!['\r'],
            Some('t') => vec!['\t'],
            Some('p') => {
                let name: String = self
                    .rest
                    .by_ref()
                    .take_while(|symbol| *symbol != '}')
                    .collect();
                match name.as_str() {
                    "{N" | "{Nd" => ('0'..='9').collect(),
                    "{Z" | "{Zs" => vec![' '],
                    "{P" => vec!['-'],
                    "{S" => vec!['+'],
                    "{M" | "{C" => Vec::new(),
                    _ => ('a'..='z').collect(),
                }
            }
            Some('P') => {
                self.rest
                    .by_ref()
                    .take_while(|symbol| *symbol != '}')
                    .for_each(drop);
                ('a'..='z').collect()
            }
            Some('x') => self.code(2),
            Some('u') => self.code(4),
            Some(symbol) => vec![symbol],
            None => Vec::new(),
        }
    }

    fn code(&mut self, digits: usize) -> Vec<char> {
        let text: String = self.rest.by_ref().take(digits).collect();
        let code = u32::from_str_radix(&text, 16).ok();
        code.and_then(char::from_u32).into_iter().collect()
    }
}

fn printable() -> impl Iterator<Item = char> {
    ('a'..='z')
        .chain('A'..='Z')
        .chain('0'..='9')
        .chain(['-', '_', '.', '/', ' '])
}

struct Maker {
    seed: u64,
    /// How many more than it must a repetition makes.
    more: usize,
    out: String,
}

impl Maker {
    fn tree(&mut self, part: &Part) {
        match part {
            Part::Nothing => {}
            Part::Of(symbols) => {
                let at = self.below(symbols.len());
                self.out.extend(symbols.get(at));
            }
            Part::Either(branches) => {
                let at = self.below(branches.len());
                for part in branches.get(at).into_iter().flatten() {
                    self.tree(part);
                }
            }
            Part::Repeated(part, least, most) => {
                let extra = self.below(self.more + 2);
                for _ in 0..(least + extra).min(*most).min(5_000) {
                    self.tree(part);
                }
            }
        }
    }

    /// A number below `end`; the same ones in every run.
    fn below(&mut self, end: usize) -> usize {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        let number = usize::try_from(self.seed >> 16).unwrap_or_default();
        number.checked_rem(end).unwrap_or_default()
    }
}
