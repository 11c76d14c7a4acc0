//! What the process was started with, as a value: so that tests hand in their own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use runtime::{Blame, Diagnosis};

/// The variables of the environment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

/// Why a variable cannot be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotText {
    /// There is no such variable.
    Unset,
    /// Its bytes are not UTF-8.
    NotUtf8,
}

/// The variables that are settings.
const SETTINGS: [&str; 6] = [
    "MYCLI_CONTEXT",
    "MYCLI_REPO",
    "MYCLI_BRANCH",
    "MYCLI_REF",
    "MYCLI_IMAGE",
    "MYCLI_TIMEOUT",
];

/// A setting in the environment is not text.
#[derive(Debug, thiserror::Error)]
#[error("the variable `{0}` is not UTF-8 text")]
pub(crate) struct SettingNotText(&'static str);

impl Diagnosis for SettingNotText {
    fn code(&self) -> &'static str {
        "config.variable-not-text"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }
}

impl Environment {
    /// The environment of this process.
    pub(crate) fn of_process() -> Self {
        std::env::vars_os().collect()
    }

    /// The value of `name`; nothing when it is not set, empty or not UTF-8.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.value(name).ok().filter(|value| !value.is_empty())
    }

    /// The value of `name`, even an empty one.
    pub(crate) fn value(&self, name: &str) -> Result<&str, NotText> {
        let value = self.variables.get(&OsString::from(name));
        value
            .ok_or(NotText::Unset)?
            .to_str()
            .ok_or(NotText::NotUtf8)
    }

    /// The path that `name` holds, of any bytes; nothing when it is not set or empty.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        let value = self.variables.get(&OsString::from(name));
        value.filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// Refuses a setting that would be passed over because it is not text.
    pub(crate) fn check(&self) -> Result<(), SettingNotText> {
        let bad = SETTINGS
            .iter()
            .find(|name| self.value(name) == Err(NotText::NotUtf8));
        bad.map_or(Ok(()), |name| Err(SettingNotText(name)))
    }

    /// The folder that `variable` names, or `fallback` in the home directory.
    pub(crate) fn folder(&self, variable: &str, fallback: &str) -> PathBuf {
        match self.path(variable) {
            // The XDG specification has relative paths ignored.
            Some(path) if path.is_absolute() => path,
            _ => self.path("HOME").unwrap_or(".".into()).join(fallback),
        }
    }

    /// Where `local` keeps its history.
    pub(crate) fn data_directory(&self) -> PathBuf {
        self.path("MYCLI_DATA_DIR")
            .unwrap_or_else(|| self.folder("XDG_DATA_HOME", ".local/share").join("mycli"))
    }

    /// The name the person is logged in with, as far as the environment tells.
    pub(crate) fn user_name(&self) -> Option<String> {
        let name = self.text("USER").or_else(|| self.text("LOGNAME"));
        name.map(str::to_owned)
    }
}

impl<N: Into<OsString>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let owned = |(name, value): (N, V)| (name.into(), value.into());
        Self {
            variables: variables.into_iter().map(owned).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn a_path_may_hold_any_bytes_and_a_setting_only_text() {
        let bytes = OsString::from_vec(b"/d\xff".to_vec());
        let environment: Environment = [("MYCLI_DATA_DIR", bytes.clone())].into_iter().collect();
        assert_eq!(environment.data_directory(), PathBuf::from(&bytes));
        assert!(environment.check().is_ok());
        let environment: Environment = [("MYCLI_IMAGE", bytes)].into_iter().collect();
        let refused = environment.check().unwrap_err().to_string();
        assert_eq!(refused, "the variable `MYCLI_IMAGE` is not UTF-8 text");
    }
}
