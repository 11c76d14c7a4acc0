//! Every stack after those it depends on.

/// Positions in an order that respects `needs`, otherwise as they were; or the positions of a cycle.
pub(super) fn order(needs: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut placed = vec![false; needs.len()];
    let mut order = Vec::with_capacity(needs.len());
    let mut waits: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut wanted_by: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (position, needs) in needs.iter().enumerate() {
        for need in needs {
            if let Some(wanted_by) = wanted_by.get_mut(*need) {
                wanted_by.push(position);
            }
        }
    }
    let ready = waits.iter().enumerate().filter(|(_, waits)| **waits == 0);
    let mut ready: std::collections::BTreeSet<usize> = ready.map(|(at, _)| at).collect();
    while let Some(next) = ready.pop_first() {
        order.push(next);
        if let Some(placed) = placed.get_mut(next) {
            *placed = true;
        }
        for dependant in wanted_by.get(next).into_iter().flatten() {
            if let Some(waits) = waits.get_mut(*dependant) {
                *waits -= 1;
                if *waits == 0 {
                    ready.insert(*dependant);
                }
            }
        }
    }
    if order.len() == needs.len() {
        Ok(order)
    } else {
        Err(cycle(needs, &placed))
    }
}

/// A cycle among those that could not be placed: each of them waits for another such.
fn cycle(needs: &[Vec<usize>], placed: &[bool]) -> Vec<usize> {
    let stuck = |position: &usize| placed.get(*position) == Some(&false);
    let mut way: Vec<usize> = Vec::new();
    let mut next = (0..needs.len()).find(stuck);
    while let Some(position) = next {
        if let Some(start) = way.iter().position(|seen| *seen == position) {
            return way.split_off(start);
        }
        way.push(position);
        let mut needs = needs.get(position).into_iter().flatten();
        next = needs.find(|need| stuck(need)).copied();
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_kept_where_it_can_be() {
        assert_eq!(order(&[vec![], vec![], vec![]]), Ok(vec![0, 1, 2]));
        assert_eq!(order(&[vec![2], vec![], vec![1]]), Ok(vec![1, 2, 0]));
    }

    #[test]
    fn a_cycle_is_told_without_those_that_only_wait_for_it() {
        assert_eq!(order(&[vec![1], vec![2], vec![1]]), Err(vec![1, 2]));
        assert_eq!(order(&[vec![0]]), Err(vec![0]));
    }
}
