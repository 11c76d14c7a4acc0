//! The token that the agent fetches the repository with.

use runtime::wire::order::GitToken;

use super::RequestError;
use crate::environment::Environment;

/// The variable that holds a token where none is named.
const DEFAULT: &str = "MYCLI_GIT_TOKEN";

/// User names that hosts want beside a token; any other host takes any name.
const USERS: [(&str, &str); 3] = [
    // https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
    ("github.com", "x-access-token"),
    // https://docs.gitlab.com/user/profile/personal_access_tokens/
    ("gitlab.com", "oauth2"),
    // https://support.atlassian.com/bitbucket-cloud/docs/using-access-tokens/
    ("bitbucket.org", "x-token-auth"),
];

/// The token for `repository`, from the variable `named`, else from [`DEFAULT`] where that is set.
pub(crate) fn token(
    repository: &str,
    named: Option<&str>,
    environment: &Environment,
) -> Result<Option<GitToken>, RequestError> {
    let name = named.unwrap_or(DEFAULT);
    let value = environment.text(name).filter(|value| !value.is_empty());
    let value = match (value, named) {
        (Some(value), _) => value,
        (None, None) => return Ok(None),
        (None, Some(name)) => {
            let name = name.to_owned();
            return Err(RequestError::NoToken { name });
        }
    };
    match (origin(repository), named) {
        (Some(origin), _) => Ok(Some(GitToken {
            user: user(&origin).to_owned(),
            origin,
            token: value.to_owned(),
        })),
        // What is set for other repositories is of no use for this one.
        (None, None) => Ok(None),
        (None, Some(_)) => Err(RequestError::TokenElsewhere {
            repository: repository.to_owned(),
        }),
    }
}

/// Where a token may be sent for `url`: its scheme, host and port. Nothing where somebody could read it on the way.
fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.to_lowercase();
    let scheme = scheme.to_lowercase();
    let name = host
        .rsplit_once(':')
        .map_or(host.as_str(), |(name, _)| name);
    let is_here = ["127.0.0.1", "localhost", "[::1]"].contains(&name);
    let is_safe = scheme == "https" || scheme == "http" && is_here;
    (is_safe && !host.is_empty()).then(|| format!("{scheme}://{host}"))
}

fn user(origin: &str) -> &'static str {
    let host = origin.split("://").nth(1).unwrap_or_default();
    let known = USERS.iter().find(|(name, _)| *name == host);
    known.map_or("git", |(_, user)| user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(repository: &str, named: Option<&str>) -> Result<Option<GitToken>, RequestError> {
        let environment = [("MYCLI_GIT_TOKEN", "t0p"), ("OTHER", "0ther")];
        token(repository, named, &environment.into_iter().collect())
    }

    #[test]
    fn a_token_goes_to_the_host_of_its_repository_alone_and_never_in_the_clear() {
        for (repository, expected) in [
            (
                "https://github.com/org/name",
                Some(("https://github.com", "x-access-token")),
            ),
            (
                "https://GitLab.com/org/name.git",
                Some(("https://gitlab.com", "oauth2")),
            ),
            (
                "https://git.example.com:8443/a",
                Some(("https://git.example.com:8443", "git")),
            ),
            (
                "http://127.0.0.1:80/a",
                Some(("http://127.0.0.1:80", "git")),
            ),
            ("http://example.com/a", None),
            ("http://127.0.0.1.example.com/a", None),
            ("git@github.com:org/name", None),
            ("/srv/git/a", None),
        ] {
            let found = of(repository, None).unwrap();
            let found = found.as_ref();
            assert_eq!(
                found.map(|it| (it.origin.as_str(), it.user.as_str())),
                expected
            );
        }
        assert_eq!(
            of("https://a/b", Some("OTHER")).unwrap().unwrap().token,
            "0ther"
        );
        assert!(of("http://example.com/a", Some("OTHER")).is_err());
        assert!(of("https://a/b", Some("UNSET")).is_err());
        let shown = format!("{:?}", of("https://a/b", None));
        assert!(!shown.contains("t0p"), "{shown}");
    }
}
