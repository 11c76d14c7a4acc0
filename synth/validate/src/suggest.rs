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

/// How many letters have to change, their case aside.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (position, letter) in one.to_lowercase().chars().enumerate() {
        let mut diagonal = position;
        let mut left = position + 1;
        let mut next = vec![left];
        for (above, candidate) in row.iter().skip(1).zip(&other) {
            let same = usize::from(letter != *candidate);
            left = (diagonal + same).min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
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
    }
}
