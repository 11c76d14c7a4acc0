//! What the process was started with, as a value: so that tests hand in their own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

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

    /// The folder that `variable` names, or `fallback` in the home directory.
    pub(crate) fn folder(&self, variable: &str, fallback: &str) -> PathBuf {
        match self.text(variable) {
            // The XDG specification has relative paths ignored.
            Some(path) if path.starts_with('/') => PathBuf::from(path),
            _ => PathBuf::from(self.text("HOME").unwrap_or(".")).join(fallback),
        }
    }

    /// Where `local` keeps its history.
    pub(crate) fn data_directory(&self) -> PathBuf {
        match self.text("MYCLI_DATA_DIR") {
            Some(path) => PathBuf::from(path),
            None => self.folder("XDG_DATA_HOME", ".local/share").join("mycli"),
        }
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
