//! Whether the kernel has ended processes for want of memory.
//!
//! The kernel counts them for each control group: <https://docs.kernel.org/admin-guide/cgroup-v2.html> (`memory.events`).
//! Outside a container the group may be that of everybody, so the count alone says nothing: the command has to have been killed too.

/// Where the count is in a container: with control groups of version 2, and of version 1.
const FILES: [&str; 2] = [
    "/sys/fs/cgroup/memory.events",
    "/sys/fs/cgroup/memory/memory.oom_control",
];

/// How many processes of this control group have been ended so far; nothing where nobody counts.
pub(crate) fn ended() -> Option<u64> {
    FILES
        .iter()
        .find_map(|path| count(&std::fs::read_to_string(path).ok()?))
}

/// The count in the text of such a file.
fn count(text: &str) -> Option<u64> {
    text.lines()
        .find_map(|line| line.strip_prefix("oom_kill "))
        .and_then(|number| number.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_in_both_versions() {
        assert_eq!(
            count("low 0\noom 3\noom_kill 2\noom_group_kill 1\n"),
            Some(2)
        );
        assert_eq!(
            count("oom_kill_disable 0\nunder_oom 0\noom_kill 7\n"),
            Some(7)
        );
        assert_eq!(count("oom_kill_disable 0\n"), None);
    }
}
