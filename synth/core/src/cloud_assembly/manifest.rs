//! One manifest: its members, each of the type it has to be.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::{AssemblyError, NEWEST_VERSION};
use crate::json::{Json, Text};
use crate::stack::Environment;

const ENVIRONMENT: &str = "write `aws://ACCOUNT/REGION`, with `unknown-account` and `unknown-region` for what is not known";

/// An object of a manifest, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) file: &'a Path,
    member: &'a str,
    entries: &'a [(Text, Json)],
}

impl<'a> Object<'a> {
    /// `json`, which has to be an object.
    pub(super) fn new(
        file: &'a Path,
        member: &'a str,
        json: &'a Json,
    ) -> Result<Self, AssemblyError> {
        let Some(entries) = json.entries() else {
            return Err(AssemblyError::new(
                "assembly.wrong-type",
                file,
                member,
                format!("{} where an object is expected", kind(json)),
                "write an object, `{}` where there is nothing to say",
            ));
        };
        Ok(Self {
            file,
            member,
            entries,
        })
    }

    /// The value under `name`; nothing where it is `null`.
    pub(super) fn get(&self, name: &str) -> Option<&'a Json> {
        let mut entries = self.entries.iter();
        entries
            .find_map(|(key, value)| (key == name).then_some(value))
            .filter(|value| **value != Json::Null)
    }

    /// Where `name` stands, such as `artifacts.Api.type`.
    pub(super) fn member(&self, name: &str) -> String {
        match self.member {
            "" => name.to_owned(),
            member => format!("{member}.{name}"),
        }
    }

    pub(super) fn error(
        &self,
        code: &'static str,
        name: &str,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> AssemblyError {
        AssemblyError::new(code, self.file, self.member(name), message, fix)
    }

    pub(super) fn wrong(&self, name: &str, value: &Json, wanted: &str) -> AssemblyError {
        let message = format!("{} where {wanted} is expected", kind(value));
        self.error(
            "assembly.wrong-type",
            name,
            message,
            format!("write {wanted}"),
        )
    }

    pub(super) fn entries(&self) -> &'a [(Text, Json)] {
        self.entries
    }

    /// A string, if there is one.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, AssemblyError> {
        self.get(name)
            .map(|value| {
                value
                    .as_text()
                    .ok_or_else(|| self.wrong(name, value, "a string"))
            })
            .transpose()
    }

    /// A string that has to be there.
    pub(super) fn required(&self, name: &str, fix: &str) -> Result<&'a str, AssemblyError> {
        self.text(name)?
            .ok_or_else(|| self.error("assembly.missing-member", name, "is missing", fix))
    }

    /// A list of strings; empty where there is none.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<&'a str>, AssemblyError> {
        let Some(value) = self.get(name) else {
            return Ok(Vec::new());
        };
        let texts = value.items().map(|items| items.iter().map(Json::as_text));
        texts
            .and_then(Iterator::collect)
            .ok_or_else(|| self.wrong(name, value, "a list of strings"))
    }

    /// An object of strings; empty where there is none. Numbers and booleans count as their text.
    pub(super) fn map(&self, name: &str) -> Result<BTreeMap<String, String>, AssemblyError> {
        let Some(value) = self.get(name) else {
            return Ok(BTreeMap::new());
        };
        let entries = value.entries();
        let entries = entries.ok_or_else(|| self.wrong(name, value, "an object of strings"))?;
        let entry = |(key, value): &(Text, Json)| {
            let text = match value {
                Json::Text(text) => text.to_string(),
                Json::Bool(_) | Json::Int(_) | Json::Float(_) => value.to_compact(),
                Json::Null
                | Json::Array(_)
                | Json::Object(_)
                | Json::Reference(_)
                | Json::Missing => {
                    return Err(self.wrong(&format!("{name}.{key}"), value, "a string"));
                }
            };
            Ok((key.to_string(), text))
        };
        entries.iter().map(entry).collect()
    }

    /// `true` or `false`; `false` where there is none.
    pub(super) fn flag(&self, name: &str) -> Result<bool, AssemblyError> {
        match self.get(name) {
            None => Ok(false),
            Some(Json::Bool(flag)) => Ok(*flag),
            Some(other) => Err(self.wrong(name, other, "true or false")),
        }
    }

    /// The path that `path`, the value of `name`, is in `directory`, which it must not leave.
    pub(super) fn path(
        &self,
        directory: &Path,
        name: &str,
        path: &str,
    ) -> Result<PathBuf, AssemblyError> {
        let normal = |part: Component<'_>| matches!(part, Component::Normal(_));
        let inside = !path.is_empty() && Path::new(path).components().all(normal);
        if inside {
            Ok(directory.join(path))
        } else {
            let message = format!("`{path}` is not a path below the assembly's directory");
            let fix =
                "name a file or directory of the assembly, without `..` and not from the root";
            Err(self.error("assembly.path-outside", name, message, fix))
        }
    }

    /// The same for what assemblies within each other share: `path` may lead out of `directory`, but not out of `root`, the
    /// outermost assembly's, in which `directory` is.
    pub(super) fn shared_path(
        &self,
        root: &Path,
        directory: &Path,
        name: &str,
        path: &str,
    ) -> Result<PathBuf, AssemblyError> {
        let mut parts: Vec<Component<'_>> = match directory.strip_prefix(root) {
            Ok(within) => within.components().collect(),
            Err(_) => return self.path(directory, name, path),
        };
        for part in Path::new(path).components() {
            let is_inside = match part {
                Component::Normal(_) => {
                    parts.push(part);
                    true
                }
                Component::CurDir => true,
                Component::ParentDir => parts.pop().is_some(),
                Component::RootDir | Component::Prefix(_) => false,
            };
            if !is_inside {
                return self.path(directory, name, path);
            }
        }
        if parts.is_empty() {
            return self.path(directory, name, path);
        }
        Ok(parts
            .into_iter()
            .fold(root.to_owned(), |path, part| path.join(part)))
    }

    /// The version of the schema, if it is one that is read.
    pub(super) fn version(&self) -> Result<String, AssemblyError> {
        let supported = format!("versions up to {NEWEST_VERSION}.x.x are read");
        let fix = format!("write the version of the schema, such as \"38.0.0\"; {supported}");
        let text = self.required("version", &fix)?;
        let major = text.split('.').next().unwrap_or_default();
        let whole = text.split('.').count() == 3;
        let Some(major) = major.parse::<u32>().ok().filter(|_| whole) else {
            let message = format!("`{text}` is not a version such as 38.0.0");
            return Err(self.error("assembly.unsupported-version", "version", message, fix));
        };
        if major > NEWEST_VERSION {
            let message = format!("`{text}` is newer than what is known here: {supported}");
            let fix =
                "use a newer mycli, or an older release of the library that wrote the assembly";
            return Err(self.error("assembly.unsupported-version", "version", message, fix));
        }
        Ok(text.to_owned())
    }

    /// Account and region of a stack.
    pub(super) fn environment(&self) -> Result<Environment, AssemblyError> {
        let text = self.required("environment", ENVIRONMENT)?;
        let parts = text
            .strip_prefix("aws://")
            .and_then(|it| it.split_once('/'));
        let Some((account, region)) = parts.filter(|(account, region)| {
            !account.is_empty() && !region.is_empty() && !region.contains('/')
        }) else {
            let message = format!("`{text}` is not an environment");
            return Err(self.error(
                "assembly.wrong-environment",
                "environment",
                message,
                ENVIRONMENT,
            ));
        };
        let known = |text: &str, unknown: &str| (text != unknown).then(|| text.to_owned().into());
        Ok(Environment {
            account: known(account, "unknown-account"),
            region: known(region, "unknown-region"),
        })
    }
}

/// What a value is, for a person.
fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Int(_) | Json::Float(_) => "a number",
        Json::Text(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
        Json::Reference(_) | Json::Missing => "something else",
    }
}
