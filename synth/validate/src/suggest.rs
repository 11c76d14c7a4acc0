//! What somebody may have meant.

/// The candidate that is most like `given`, if one is like it at all.
pub(crate) fn closest<'a>(
    given: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let most = given.chars().count() / 3;
    candidates
        .map(|candidate| (distance(given, candidate), candidate))
        .filter(|(distance, _)| *distance <= most.max(1))
        .min()
        .map(|(_, candidate)| candidate)
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
    use super::closest;

    #[test]
    fn a_slip_is_recognised_and_something_else_is_not() {
        let names = ["VisibilityTimeout", "QueueName", "DelaySeconds"];
        let closest = |given| closest(given, names.into_iter());
        assert_eq!(closest("VisibiltyTimeout"), Some("VisibilityTimeout"));
        assert_eq!(closest("queueName"), Some("QueueName"));
        assert_eq!(closest("Policy"), None);
        assert_eq!(super::distance("Evn", "Env"), 1);
        assert_eq!(super::distance("kitten", "sitting"), 3);
    }
}
