//! What somebody may have meant.

/// Nothing that has a name in CloudFormation has one that is longer.
const LONGEST: usize = 255;

/// The candidate that is most like `given`, if one is like it at all.
///
/// Comparing takes time in proportion to both lengths, and a template may have many names that are wrong: candidates
/// that cannot be like it are told by their letters alone.
pub(crate) fn closest<'a>(
    given: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let most = (given.chars().count() / 3).clamp(1, 5);
    if given.len() > LONGEST {
        return None;
    }
    let letters = letters(given);
    candidates
        // A letter is at most four bytes long.
        .filter(|candidate| candidate.len().abs_diff(given.len()) <= most * 4)
        .filter(|candidate| least(&letters, candidate) <= most)
        .map(|candidate| (distance(given, candidate), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How often each letter is in `text`, its case aside. Letters that are not English are counted as one.
fn letters(text: &str) -> [u8; 32] {
    let mut letters = [0_u8; 32];
    for byte in text.bytes() {
        let is_other = !byte.is_ascii();
        // Of such a letter only the first byte counts.
        let is_start = byte & 0b1100_0000 == 0b1100_0000;
        let place = if is_other { 0 } else { byte % 32 };
        if let Some(count) = letters.get_mut(usize::from(place)) {
            *count = count.saturating_add(u8::from(!is_other || is_start));
        }
    }
    letters
}

/// No fewer letters than this have to change: those of which there are too many, or too few.
fn least(given: &[u8; 32], candidate: &str) -> usize {
    let (mut more, mut fewer) = (0, 0);
    for (one, other) in given.iter().zip(letters(candidate)) {
        more += usize::from(one.saturating_sub(other));
        fewer += usize::from(other.saturating_sub(*one));
    }
    more.max(fewer)
}

/// The candidate of which `given` is a slip of one letter.
pub(crate) fn slip<'a>(given: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut candidates = candidates.filter(|candidate| candidate.len() > 3);
    candidates.find(|candidate| {
        given.len().abs_diff(candidate.len()) < 2 && distance(given, candidate) == 1
    })
}

/// How many letters have to change, their case aside; two that changed places are one.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    let mut before = None;
    for (position, letter) in one.to_lowercase().chars().enumerate() {
        let mut left = position + 1;
        let mut next = vec![left];
        let mut before_candidate = None;
        for (at, candidate) in other.iter().enumerate() {
            let of = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let same = usize::from(letter != *candidate);
            left = (of(&row, at) + same)
                .min(of(&row, at + 1) + 1)
                .min(left + 1);
            let is_swapped = before == Some(*candidate) && before_candidate == Some(letter);
            if let (true, Some(two_before)) = (is_swapped, at.checked_sub(1)) {
                left = left.min(of(&above, two_before) + 1);
            }
            before_candidate = Some(*candidate);
            next.push(left);
        }
        above = row;
        row = next;
        before = Some(letter);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::closest;

    proptest! {
        #[test]
        fn letters_alone_never_rule_out_what_is_alike(one in "[a-cA-Cäß:_]{0,12}", other in "[a-cA-Cäß:_]{0,12}") {
            let least = super::least(&super::letters(&one), &other);
            prop_assert!(least <= super::distance(&one, &other));
        }
    }

    #[test]
    fn a_slip_is_recognised_and_something_else_is_not() {
        let names = ["VisibilityTimeout", "QueueName", "DelaySeconds"];
        let closest = |given| closest(given, names.into_iter());
        assert_eq!(closest("VisibiltyTimeout"), Some("VisibilityTimeout"));
        assert_eq!(closest("queueName"), Some("QueueName"));
        assert_eq!(closest("Policy"), None);
        assert_eq!(closest("Queueäame"), Some("QueueName"));
        assert_eq!(super::distance("Evn", "Env"), 1);
        assert_eq!(super::distance("kitten", "sitting"), 3);
    }
}
