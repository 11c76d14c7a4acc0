//! What waits for what.

/// The circles in a graph, each as the positions along it; `edges` are the positions that each position leads to.
///
/// Found by depth-first search, so not every circle of those that share a position. The search has a stack of its own:
/// templates may be deep.
///
/// ```
/// assert_eq!(synth_core::graph::cycles(&[vec![1], vec![2], vec![1]]), [[1, 2]]);
/// ```
pub fn cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut cycles = Vec::new();
    let mut done = vec![false; edges.len()];
    let mut on_trail = vec![false; edges.len()];
    let mut trail: Vec<(usize, usize)> = Vec::new();
    for start in 0..edges.len() {
        trail.push((start, 0));
        while let Some((node, next)) = trail.last_mut() {
            let (node, edge) = (*node, *next);
            *next += 1;
            if edge == 0 {
                if done.get(node).copied().unwrap_or(true) {
                    trail.pop();
                    continue;
                }
                set(&mut on_trail, node, true);
            }
            match edges.get(node).and_then(|targets| targets.get(edge)) {
                Some(target) if on_trail.get(*target).copied().unwrap_or(false) => {
                    let nodes = trail.iter().map(|(node, _)| *node);
                    cycles.push(nodes.skip_while(|node| node != target).collect());
                }
                Some(target) => trail.push((*target, 0)),
                None => {
                    set(&mut on_trail, node, false);
                    set(&mut done, node, true);
                    trail.pop();
                }
            }
        }
    }
    cycles
}

fn set(flags: &mut [bool], position: usize, value: bool) {
    if let Some(flag) = flags.get_mut(position) {
        *flag = value;
    }
}
