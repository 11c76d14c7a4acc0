//! The URL of a repository, and what of it may be shown.

use gix::bstr::ByteSlice;
use gix::url::Scheme;

use super::refusal::Refusal;

/// What stands where a secret was.
const HIDDEN: &str = "***";

/// A user name without a password is taken for a token when it is that long, in bytes.
const TOKEN: usize = 8;

/// A URL as `git clone` takes it.
pub(super) struct Address {
    /// The URL, with credentials if there are any.
    pub url: gix::Url,
    /// The URL as a person may see it, and as it is kept in `.git/config`.
    pub shown: String,
    /// What must not be seen anywhere.
    secrets: Vec<String>,
}

impl Address {
    /// Reads `text`. Nothing in it is ever handed to a shell.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let shown = shown(text);
        let malformed = |message: String| Refusal::MalformedUrl {
            shown: shown.clone(),
            message,
        };
        let url = gix::url::parse(text.as_bytes().as_bstr())
            .map_err(|error| malformed(hide(&error.to_string(), &secrets(text))))?;
        match url.scheme {
            Scheme::File | Scheme::Git | Scheme::Ssh | Scheme::Http | Scheme::Https => {}
            Scheme::Ext | Scheme::Helper(_) | Scheme::HelperUrl(_) => {
                return Err(malformed(format!(
                    "`{}` is none of https, http, ssh, git and file",
                    url.scheme.as_str()
                )));
            }
        }
        let mut secrets = secrets(text);
        secrets.extend(url.password().map(ToString::to_string));
        Ok(Self {
            url,
            shown,
            secrets,
        })
    }

    /// `text` without the secrets of this address.
    pub(super) fn without_secrets(&self, text: &str) -> String {
        hide(text, &self.secrets)
    }
}

fn hide(text: &str, secrets: &[String]) -> String {
    secrets
        .iter()
        .filter(|secret| !secret.is_empty())
        .fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
}

/// Where the user and the password are in `text`, if it is a URL that has them.
fn credentials(text: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    let (credentials, _) = authority.rsplit_once('@')?;
    let host = rest.get(credentials.len() + 1..)?;
    let _ = path;
    Some((scheme, credentials, host))
}

/// `text` without credentials. The user of an SSH address is none: it says which account is meant.
pub(crate) fn shown(text: &str) -> String {
    match credentials(text) {
        None => text.to_owned(),
        Some((scheme, credentials, host)) => match credentials.split_once(':') {
            None if scheme.ends_with("ssh") => text.to_owned(),
            Some((user, _)) if scheme.ends_with("ssh") => format!("{scheme}://{user}@{host}"),
            _ => format!("{scheme}://{host}"),
        },
    }
}

fn secrets(text: &str) -> Vec<String> {
    match credentials(text) {
        None => Vec::new(),
        Some((_, credentials, _)) => match credentials.split_once(':') {
            Some((_, "")) | None if credentials.len() < TOKEN => Vec::new(),
            Some((user, "")) => vec![user.to_owned()],
            Some((_, password)) => vec![credentials.to_owned(), password.to_owned()],
            None => vec![credentials.to_owned()],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (text, expected) in [
            ("https://host/a b.git", "https://host/a b.git"),
            ("https://me:pa%20ss@host/a.git", "https://host/a.git"),
            ("https://ghp_0123456789@host/a.git", "https://host/a.git"),
            ("ssh://git@host/a.git", "ssh://git@host/a.git"),
            ("ssh://git:pass@host/a.git", "ssh://git@host/a.git"),
            ("git@host:a.git", "git@host:a.git"),
            ("https://host/a@b", "https://host/a@b"),
            ("https://a@b:c@host", "https://host"),
            ("$(touch x)", "$(touch x)"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_password_is_cut_out_of_what_others_say() {
        let address = Address::parse("https://me:s%20cret@host/a.git").unwrap();
        let said = "no https://me:s%20cret@host, not with `s cret` nor s%20cret";
        let heard = address.without_secrets(said);
        assert_eq!(heard, "no https://***@host, not with `***` nor ***");
    }

    #[test]
    fn only_transports_of_git_itself_are_taken() {
        for text in ["ext::sh -c id", "foo::bar", "ftp://host/a"] {
            let refusal = Address::parse(text).err().unwrap().outcome();
            assert!(
                format!("{refusal:?}").contains("source.malformed-url"),
                "{text}"
            );
        }
    }
}
