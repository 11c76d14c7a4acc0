//! Several templates as the files of a cloud assembly, which the stock `cdk` CLI can list, compare and deploy.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::json::{Json, Text};
use crate::problem::{Placed, Problem, Problems};
use crate::reference::{Form, Reference};
use crate::stack::{Environment, Stack, StackProps};
use crate::template::Template;

/// The version of the format. Every `cdk` CLI of at least this major version reads it, so it is an old one.
const VERSION: &str = "38.0.0";

/// The files of a cloud assembly: `manifest.json`, and for each stack `NAME.template.json`.
#[derive(Debug, Clone)]
pub struct Assembly {
    files: BTreeMap<String, String>,
    /// Files that are copied, by where they go.
    copies: BTreeMap<String, PathBuf>,
}

impl Assembly {
    /// Synthesizes every stack, or says everything that is wrong with any of them.
    ///
    /// Takes one stack at a time, so that only one is in memory where `stacks` makes them as it goes.
    pub fn synthesize(stacks: impl IntoIterator<Item = Stack>) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut files = Vec::new();
        let mut manifest = Manifest::default();
        for stack in stacks {
            match stack.synthesize() {
                Ok(template) => {
                    manifest.add(&template);
                    files.push(TemplateFile::from(template));
                }
                Err(Problems(found)) => problems.extend(found),
            }
        }
        // A stack with problems of its own has no file, so the rest cannot be judged without it.
        if problems.is_empty() {
            problems = together(&files);
        }
        if problems.is_empty() {
            Ok(Self::new(files, manifest))
        } else {
            Err(Problems(problems))
        }
    }

    fn new(templates: Vec<TemplateFile>, manifest: Manifest) -> Self {
        let mut files = BTreeMap::from([("manifest.json".to_owned(), manifest.finish())]);
        let mut copies = BTreeMap::new();
        for template in templates {
            files.insert(template.file_name(), template.text);
            files.extend(template.assets);
            copies.extend(template.copies);
        }
        Self { files, copies }
    }

    /// Names of files and what is in them. Files of [assets](crate::Asset) are not among them.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// Writes the files into `directory`, which is made if need be. Other files in it are left alone.
    pub fn write_to(&self, directory: &Path) -> io::Result<()> {
        std::fs::create_dir_all(directory)?;
        for (name, text) in &self.files {
            std::fs::write(directory.join(name), text)?;
        }
        for (name, file) in &self.copies {
            let copy = directory.join(name);
            copy.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::copy(file, copy)?;
        }
        Ok(())
    }
}

/// What is kept of a template: its trees, which are most of it, are not.
struct TemplateFile {
    name: Arc<str>,
    text: String,
    environment: String,
    depends_on: Vec<Text>,
    /// Names of exports that are known now.
    exports: Vec<String>,
    /// The list of its assets: a file's name and what is in it.
    assets: Option<(String, String)>,
    copies: Vec<(String, PathBuf)>,
}

impl From<Template> for TemplateFile {
    fn from(template: Template) -> Self {
        let outputs = template.tree.get("Outputs").and_then(Json::entries);
        let exports = outputs.unwrap_or_default().iter();
        let exports = exports
            .filter_map(|(_, output)| output.get("Export")?.get("Name")?.as_text())
            .map(str::to_owned)
            .collect();
        let assets = asset_list(&template);
        let copies = template.assets.into_iter().flat_map(|(_, asset)| {
            let staged = asset.staged();
            let place = move |place: Text| match &*place {
                "" => staged.clone(),
                place => [&staged, "/", place].concat(),
            };
            let files = asset.files.into_iter();
            files.map(move |(file, to)| (place(to), file))
        });
        Self {
            copies: copies.collect(),
            assets,
            environment: environment_of(&template.props.environment),
            name: template.name,
            text: template.text,
            depends_on: template.props.depends_on,
            exports,
        }
    }
}

impl TemplateFile {
    fn file_name(&self) -> String {
        file_name(&self.name)
    }
}

/// The list of what a stack needs to have published.
fn asset_list(template: &Template) -> Option<(String, String)> {
    let StackProps {
        asset_store,
        environment,
        ..
    } = &template.props;
    // The same content in two places of a stack is published once.
    let mut entries: BTreeMap<&str, Json> = BTreeMap::new();
    for (path, asset) in &template.assets {
        let name = [&*template.name, "/", path].concat();
        let entry = entries.entry(&asset.hash);
        entry.or_insert_with(|| asset_store.entry(asset, &name, environment));
    }
    if entries.is_empty() {
        return None;
    }
    let entries = entries.into_iter();
    let files = entries.map(|(hash, entry)| (Text::Owned(hash.to_owned()), entry));
    let list = Json::object([
        ("version", VERSION.into()),
        ("files", Json::object(files)),
        ("dockerImages", Json::Object(Vec::new())),
    ]);
    let text = list.append_pretty(String::new(), 1, 0);
    Some((asset_file(&template.name), text))
}

fn asset_file(stack: &str) -> String {
    format!("{stack}.assets.json")
}

fn file_name(stack: &str) -> String {
    format!("{stack}.template.json")
}

/// What is wrong with stacks only when they are put together.
fn together(templates: &[TemplateFile]) -> Vec<Placed> {
    let mut problems = Vec::new();
    let mut names = BTreeMap::new();
    let mut exports = BTreeMap::new();
    for (position, template) in templates.iter().enumerate() {
        let name = &*template.name;
        if names.insert(name, position).is_some() {
            problems.push(taken(
                name,
                "core.taken-stack-name",
                "two stacks have this name",
                name,
            ));
        }
        for export in &template.exports {
            if let Some(other) = exports.insert((&template.environment, export), name) {
                let message = format!("the stack `{other}` exports this name already");
                problems.push(taken(name, "core.taken-export", &message, export));
            }
        }
    }
    for template in templates {
        for dependency in &template.depends_on {
            if !names.contains_key(dependency.as_ref()) {
                let message = "the stack depends on one that is not in the assembly";
                let code = "core.dangling-stack-dependency";
                problems.push(taken(&template.name, code, message, dependency));
            }
        }
    }
    problems
}

fn taken(path: &str, code: &'static str, message: &str, value: &str) -> Placed {
    let problem = Problem {
        code,
        message: message.to_owned(),
        value: value.to_owned(),
        allowed: String::new(),
        fix: "change one of the two names".to_owned(),
    };
    Placed {
        path: path.to_owned(),
        problem,
    }
}

fn environment_of(environment: &Environment) -> String {
    let account = environment.account.as_deref().unwrap_or("unknown-account");
    let region = environment.region.as_deref().unwrap_or("unknown-region");
    format!("aws://{account}/{region}")
}

/// The text of `manifest.json`, which grows by a stack at a time: as a tree it would be the largest thing in memory.
#[derive(Default)]
struct Manifest {
    artifacts: String,
}

impl Manifest {
    fn add(&mut self, template: &Template) {
        let mut text = std::mem::take(&mut self.artifacts);
        for (id, artifact) in artifacts(template) {
            text.push_str(if text.is_empty() { "" } else { "," });
            text.push_str("\n  ");
            text = Json::text(id).append_pretty(text, 1, 2);
            text.push_str(": ");
            text = artifact.append_pretty(text, 1, 2);
        }
        self.artifacts = text;
    }

    fn finish(self) -> String {
        let head = ["{\n \"version\": \"", VERSION, "\",\n \"artifacts\": {"].concat();
        match self.artifacts {
            none if none.is_empty() => head + "}\n}",
            some => [&head, &some, "\n }\n}"].concat(),
        }
    }
}

/// The entries of a stack in the manifest: its assets, if it has any, and itself.
fn artifacts(template: &Template) -> Vec<(String, Json)> {
    let name = template.name.to_string();
    if template.assets.is_empty() {
        return vec![(name, artifact(template, None))];
    }
    let assets = format!("{name}.assets");
    let mut properties = vec![("file", Json::from(asset_file(&name)))];
    properties.extend(template.props.asset_store.requirements());
    let list = Json::object([
        ("type", Json::from("cdk:asset-manifest")),
        ("properties", Json::object(properties)),
    ]);
    let stack = artifact(template, Some(&assets));
    vec![(assets, list), (name, stack)]
}

/// The entry of a stack in the manifest.
fn artifact(template: &Template, assets: Option<&str>) -> Json {
    let StackProps {
        environment,
        depends_on,
        ..
    } = &template.props;
    let mut entries: Vec<(&'static str, Json)> = vec![
        ("type", "aws:cloudformation:stack".into()),
        ("environment", environment_of(environment).into()),
        ("properties", properties(template)),
    ];
    let assets = assets.map(|assets| Text::Owned(assets.to_owned()));
    let waits_for: Vec<Text> = depends_on.iter().cloned().chain(assets).collect();
    if !waits_for.is_empty() {
        entries.push(("dependencies", texts(&waits_for)));
    }
    entries.push(("metadata", metadata(template)));
    entries.push(("displayName", template.name.to_string().into()));
    Json::object(entries)
}

fn properties(template: &Template) -> Json {
    let StackProps {
        tags,
        termination_protection,
        notification_arns,
        ..
    } = &template.props;
    let mut entries: Vec<(&'static str, Json)> = vec![
        ("templateFile", file_name(&template.name).into()),
        ("stackName", template.name.to_string().into()),
        ("terminationProtection", (*termination_protection).into()),
        ("validateOnSynth", false.into()),
    ];
    if !tags.is_empty() {
        let tags = tags
            .iter()
            .map(|(name, value)| (name.clone(), Json::Text(value.clone())));
        entries.push(("tags", Json::object(tags)));
    }
    if !notification_arns.is_empty() {
        entries.push(("notificationArns", texts(notification_arns)));
    }
    Json::object(entries)
}

fn texts(texts: &[Text]) -> Json {
    Json::array(texts.iter().cloned())
}

/// Which construct each logical id belongs to; `cdk` shows it instead of the id.
fn metadata(template: &Template) -> Json {
    let parts = template.parts.iter().map(|part| {
        let entry = Json::object([
            ("type", "aws:cdk:logicalId".into()),
            ("data", Json::Reference(Reference::new(part, Form::Name))),
        ]);
        (
            ["/", &*template.name, "/", part.path()].concat(),
            Json::Array(vec![entry]),
        )
    });
    let mut entries = parts.collect();
    template.annotate(&mut entries);
    Json::object(entries)
}
