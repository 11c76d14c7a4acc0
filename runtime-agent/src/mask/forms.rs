//! The forms in which a secret is found in output.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// The shortest word that is masked, in bytes: a shorter one is in any text by chance.
pub(super) const SHORTEST: usize = 4;

/// A longer secret is masked as it is and line by line only, in bytes: its other forms would take
/// more memory than the agent may have.
const LONGEST_ENCODED: usize = 16 * 1024;

/// How wide `base64` and PEM write, in characters.
const WIDTHS: [usize; 2] = [76, 64];

/// All that is to be masked of `secret`.
pub(super) fn of(secret: &str) -> BTreeSet<Vec<u8>> {
    let mut forms = BTreeSet::new();
    if secret.trim().len() < SHORTEST {
        return forms;
    }
    forms.insert(secret.as_bytes().to_vec());
    forms.insert(secret.trim().as_bytes().to_vec());
    forms.extend(secret.lines().map(|line| line.trim().as_bytes().to_vec()));
    if secret.len() <= LONGEST_ENCODED {
        forms.extend(in_base64(secret.as_bytes()));
        forms.extend(in_urls(secret));
        forms.extend(in_json(secret));
    }
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

/// Base64 of the secret wherever it stands in what was encoded: only the characters that depend on
/// nothing beside it.
fn in_base64(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = vec![
        STANDARD.encode(secret).into_bytes(),
        URL_SAFE.encode(secret).into_bytes(),
    ];
    // One byte before it takes one character and a part of the second; two take two and a part.
    for (before, foreign) in [(0, 0), (1, 2), (2, 3)] {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret);
        let shared = usize::from(bytes.len() % 3 != 0);
        for encoded in [
            STANDARD_NO_PAD.encode(&bytes),
            URL_SAFE_NO_PAD.encode(&bytes),
        ] {
            let own = foreign..encoded.len().saturating_sub(shared);
            forms.extend(encoded.get(own).map(|own| own.as_bytes().to_vec()));
        }
    }
    let whole = STANDARD.encode(secret);
    for width in WIDTHS.into_iter().filter(|width| whole.len() > *width) {
        let lines = whole.as_bytes().chunks(width);
        // A short rest is in any text by chance.
        forms.extend(lines.filter(|line| line.len() >= 8).map(<[u8]>::to_vec));
    }
    forms
}

/// As part of a URL, or of a form.
fn in_urls(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    // What RFC 3986 leaves alone; what Python's `quote` does; what a browser's form does.
    for (plain, space) in [("-_.~", "%20"), ("-_.~/", "%20"), ("-_.*", "+")] {
        for hex in [b"0123456789ABCDEF", b"0123456789abcdef"] {
            let mut form = Vec::new();
            for byte in secret.bytes() {
                if byte.is_ascii_alphanumeric() || plain.as_bytes().contains(&byte) {
                    form.push(byte);
                } else if byte == b' ' {
                    form.extend_from_slice(space.as_bytes());
                } else {
                    form.push(b'%');
                    let digits = [byte >> 4, byte & 15].map(usize::from);
                    form.extend(digits.iter().filter_map(|digit| hex.get(*digit)));
                }
            }
            forms.push(form);
        }
    }
    forms
}

/// As a part of a JSON string, as the common writers write one.
fn in_json(secret: &str) -> Vec<Vec<u8>> {
    let Ok(quoted) = serde_json::to_string(secret) else {
        return Vec::new();
    };
    let plain = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or_default();
    // Go writes these so that nothing looks like HTML; PHP escapes the slash.
    let html = plain
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026");
    let slash = plain.replace('/', "\\/");
    let mut ascii = String::new();
    for letter in plain.chars() {
        if letter.is_ascii() {
            ascii.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    [plain.to_owned(), html, slash, ascii]
        .map(String::into_bytes)
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(secret: &str, form: &str) -> bool {
        of(secret).contains(form.as_bytes())
    }

    #[test]
    fn a_secret_is_known_in_the_forms_that_programs_write() {
        let secret = "p@ss w/<ö>";
        for form in [
            secret,
            "p%40ss%20w%2F%3C%C3%B6%3E",
            "p%40ss%20w%2f%3c%c3%b6%3e",
            "p%40ss%20w/%3C%C3%B6%3E",
            "p%40ss+w%2F%3C%C3%B6%3E",
            "p@ss w/\\u003cö\\u003e",
            "p@ss w\\/<ö>",
            "p@ss w/<\\u00f6>",
        ] {
            assert!(has(secret, form), "{form}");
        }
        assert!(has("a\"b\\c\nd", "a\\\"b\\\\c\\nd"));
    }

    #[test]
    fn base64_of_a_secret_is_known_wherever_it_stands() {
        let secret = "hunter2-and-more";
        for before in ["", "a", "ab", "abc", "user:"] {
            for after in ["", "!", "!!", "\n"] {
                let text = format!("{before}{secret}{after}");
                for encoded in [STANDARD.encode(&text), URL_SAFE.encode(&text)] {
                    let found = of(secret).into_iter().any(|form| {
                        let form = String::from_utf8(form).unwrap();
                        form.len() > 16 && encoded.contains(&form)
                    });
                    assert!(found, "{text}: {encoded}");
                }
            }
        }
    }

    #[test]
    fn the_lines_of_a_secret_are_secrets_and_what_is_short_is_none() {
        let key = "-----BEGIN KEY-----\r\nabcd\nxyz\n";
        assert!(has(key, "abcd"));
        assert!(!has(key, "xyz"));
        for short in ["", "abc", " ab \n", "\n\n\n\n\n"] {
            assert!(of(short).is_empty(), "{short:?}");
        }
    }
}
