//! URLs of repositories: what of them may be kept, and whether another machine can reach them.

/// What was taken out of a URL before it goes anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removed {
    /// The URL held no credentials.
    Nothing,
    /// A user name that may be a token.
    User,
    /// A password.
    Password,
}

/// `url` without credentials: they would be kept in history, and shown.
///
/// The user of `ssh://git@host` and `git@host:path` stays: it is part of the address.
pub(crate) fn without_credentials(url: &str) -> (String, Removed) {
    let unchanged = (url.to_owned(), Removed::Nothing);
    let Some((scheme, rest)) = url.split_once("://") else {
        return unchanged;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let Some((credentials, host)) = authority.rsplit_once('@') else {
        return unchanged;
    };
    let ssh = scheme.contains("ssh");
    match credentials.split_once(':') {
        Some((user, _)) if ssh => (format!("{scheme}://{user}@{host}{path}"), Removed::Password),
        Some(_) => (format!("{scheme}://{host}{path}"), Removed::Password),
        None if ssh => unchanged,
        None => (format!("{scheme}://{host}{path}"), Removed::User),
    }
}

/// Whether `url` names a directory of the machine it is used on.
pub(crate) fn is_path(url: &str) -> bool {
    url.starts_with('/') || url.starts_with('.') || url.starts_with("file://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_taken_out_and_addresses_stay() {
        let table = [
            (
                "https://example.com/a.git",
                "https://example.com/a.git",
                Removed::Nothing,
            ),
            (
                "https://u:p@example.com/a.git",
                "https://example.com/a.git",
                Removed::Password,
            ),
            (
                "https://u:p@ss@example.com",
                "https://example.com",
                Removed::Password,
            ),
            (
                "https://token@example.com/a",
                "https://example.com/a",
                Removed::User,
            ),
            (
                "http://example.com/a@b:c",
                "http://example.com/a@b:c",
                Removed::Nothing,
            ),
            (
                "ssh://git@example.com/a",
                "ssh://git@example.com/a",
                Removed::Nothing,
            ),
            (
                "ssh://git:p@example.com/a",
                "ssh://git@example.com/a",
                Removed::Password,
            ),
            (
                "git@example.com:a/b.git",
                "git@example.com:a/b.git",
                Removed::Nothing,
            ),
            (
                "/srv/a b/$(id)'.git",
                "/srv/a b/$(id)'.git",
                Removed::Nothing,
            ),
        ];
        for (url, kept, removed) in table {
            assert_eq!(
                without_credentials(url),
                (kept.to_owned(), removed),
                "{url}"
            );
        }
    }
}
