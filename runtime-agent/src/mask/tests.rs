use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn masked(secrets: &[&str], text: &str) -> String {
    let secrets: Vec<String> = secrets.iter().map(|&secret| secret.to_owned()).collect();
    Masks::new(&secrets).text(text)
}

#[test]
fn a_secret_is_masked_and_nothing_else() {
    for (secrets, text, expected) in [
        (&["hunter2"] as &[_], "pw=hunter2;", "pw=***;"),
        (&["hunter2"], "hunter1 hunte", "hunter1 hunte"),
        (&["hunter2"], "hunterhunter2", "hunter***"),
        // The longer one of two.
        (
            &["abcd", "abcdefgh"],
            "abcd abcdefgh abcdefg",
            "*** *** ***efg",
        ),
        // Two that overlap are one.
        (&["abcd", "cdef"], "xabcdefx", "x***x"),
        (&["aaaa"], "aaaaaaa aaa", "*** aaa"),
        // Too short.
        (&["abc"], "abc", "abc"),
        (&["p@ss word"], "a?b=p%40ss%20word&c", "a?b=***&c"),
        (
            &["line one\nline two"],
            "> line one\n> line two\n",
            "> ***\n> ***\n",
        ),
    ] {
        assert_eq!(masked(secrets, text), expected, "{secrets:?} {text}");
    }
    // `printf user:hunter2 | base64`
    let shown = masked(&["hunter2"], "Basic dXNlcjpodW50ZXIy.");
    assert!(!shown.contains("odW50ZXI"), "{shown}");
}

#[test]
fn what_may_become_a_secret_is_held_and_no_more() {
    let masks = Masks::new(&["hunter2".to_owned()]);
    let mut masker = Masker::new(&masks);
    let mut out = Vec::new();
    masker.feed(b"Password: ", &mut out);
    assert_eq!(
        (out.as_slice(), masker.holds()),
        (b"Password: ".as_slice(), 0)
    );
    masker.feed(b"hun", &mut out);
    assert_eq!(
        (out.as_slice(), masker.holds()),
        (b"Password: ".as_slice(), 3)
    );
    masker.release(&mut out);
    masker.feed(b"ter2!", &mut out);
    assert_eq!(String::from_utf8_lossy(&out), "Password: hun***!");
}

/// Every place of every form, by looking everywhere.
fn reference(secrets: &[String], text: &[u8]) -> Vec<u8> {
    let mut secret = vec![false; text.len()];
    for form in secrets.iter().flat_map(|it| forms::of(it)) {
        for (start, window) in text.windows(form.len()).enumerate() {
            if window == form {
                secret[start..start + form.len()].fill(true);
            }
        }
    }
    let mut masked = Vec::new();
    for (at, byte) in text.iter().enumerate() {
        if !secret[at] {
            masked.push(*byte);
        } else if at == 0 || !secret[at - 1] {
            masked.extend_from_slice(MASK);
        }
    }
    masked
}

proptest! {
    #[test]
    fn how_the_stream_is_cut_does_not_matter(
        secrets in vec("[ab/%]{3,6}|[a-c\n]{4,12}", 0..4),
        pieces in vec(prop_oneof![
            "[ab/%c]{0,5}".prop_map(String::into_bytes),
            vec(any::<u8>(), 0..3),
            Just(b"abab".to_vec()),
        ], 0..20),
        which in vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut pieces = pieces;
        let all: Vec<Vec<u8>> = secrets.iter().flat_map(|it| forms::of(it)).collect();
        if !all.is_empty() {
            for index in which {
                pieces.insert(index.index(pieces.len() + 1), index.get(&all).clone());
            }
        }
        let masks = Masks::new(&secrets);
        let mut masker = Masker::new(&masks);
        let mut streamed = Vec::new();
        // Cut within words as well as between them.
        for piece in pieces.iter().flat_map(|piece| piece.chunks(3)) {
            masker.feed(piece, &mut streamed);
        }
        masker.release(&mut streamed);
        prop_assert_eq!(streamed, reference(&secrets, &pieces.concat()));
    }
}
