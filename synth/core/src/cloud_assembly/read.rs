//! From the manifests to stacks in order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::manifest::Object;
use super::order::order;
use super::{AssemblyError, CloudAssembly, MissingContext, StackArtifact};
use crate::json::{Json, parse};

/// How the name of a nested stack's template ends.
const NESTED: &str = ".nested.template.json";

/// Reads the manifest in `directory` and all below it.
pub(super) fn read(directory: &Path) -> Result<CloudAssembly, AssemblyError> {
    let mut reading = Reading {
        outermost: directory.to_owned(),
        ..Reading::default()
    };
    let (version, _) = reading.assembly(directory, None)?;
    let Reading {
        stacks, missing, ..
    } = reading;
    Ok(CloudAssembly {
        directory: directory.to_owned(),
        version,
        stacks: in_order(stacks, directory)?,
        missing,
    })
}

/// The files in a list of assets that are templates, by the name that AWS CDK gives them.
pub(super) fn nested_templates(
    directory: &Path,
    list: &Path,
) -> Result<BTreeMap<String, PathBuf>, AssemblyError> {
    let assets = json(directory, list)?;
    let files = assets.get("files").and_then(Json::entries);
    let mut templates = BTreeMap::new();
    for (hash, file) in files.unwrap_or_default() {
        let source = file.get("source").and_then(|source| source.get("path"));
        let path = source.and_then(Json::as_text).unwrap_or_default();
        if path.ends_with(NESTED) {
            let member = format!("files.{hash}.source");
            let file = Object::new(list, &member, file)?;
            templates.insert(hash.to_string(), file.path(directory, "path", path)?);
        }
    }
    Ok(templates)
}

/// Reads `file`, which has to stand in `directory`, links followed.
pub(super) fn json(directory: &Path, file: &Path) -> Result<Json, AssemblyError> {
    let unreadable = |error: &std::io::Error| {
        let fix = "synthesize the app again";
        AssemblyError::new("assembly.unreadable-file", file, "", error.to_string(), fix)
    };
    let real = file.canonicalize().map_err(|error| unreadable(&error))?;
    let home = directory
        .canonicalize()
        .map_err(|error| unreadable(&error))?;
    if !real.starts_with(&home) {
        let message = "is a link to a file outside of the assembly";
        let fix = "put the file itself into the assembly";
        return Err(AssemblyError::new(
            "assembly.path-outside",
            file,
            "",
            message,
            fix,
        ));
    }
    // Reading a pipe would wait for whoever writes to it.
    if !real.is_file() {
        let message = "is not a file";
        let fix = "synthesize the app again";
        let code = "assembly.unreadable-file";
        return Err(AssemblyError::new(code, file, "", message, fix));
    }
    let text = std::fs::read_to_string(&real).map_err(|error| unreadable(&error))?;
    parse(&text).map_err(|error| {
        let message = format!("is not JSON: {error}");
        let fix = "synthesize the app again, or correct the file";
        AssemblyError::new("assembly.not-json", file, "", message, fix)
    })
}

#[derive(Default)]
struct Reading {
    /// The outermost assembly's directory.
    outermost: PathBuf,
    stacks: Vec<StackArtifact>,
    missing: Vec<MissingContext>,
    keys: BTreeSet<String>,
    /// Directories that are being read or were, so that links in a circle end.
    seen: BTreeSet<PathBuf>,
}

impl Reading {
    /// Reads one manifest, of an assembly in `outer` if any. Returns its version and the positions of its stacks, nested ones included.
    fn assembly(
        &mut self,
        directory: &Path,
        outer: Option<&Path>,
    ) -> Result<(String, Vec<usize>), AssemblyError> {
        let file = directory.join("manifest.json");
        let manifest = self.manifest(directory, &file, outer)?;
        let manifest = Object::new(&file, "", &manifest)?;
        let version = manifest.version()?;
        self.missing(manifest)?;
        let empty = Json::Object(Vec::new());
        let artifacts = manifest.get("artifacts").unwrap_or(&empty);
        let artifacts = Object::new(&file, "artifacts", artifacts)?;
        // Which stacks stand for an artifact: itself, or those nested in it. What others need, such as assets, is none.
        let mut stands_for: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let is_of_assets = |artifact: &Json| {
            artifact.get("type").and_then(Json::as_text) == Some("cdk:asset-manifest")
        };
        let assets = artifacts.entries().iter();
        let assets = assets.filter(|(_, artifact)| is_of_assets(artifact));
        let assets: BTreeMap<&str, &Json> = assets.map(|(id, it)| (id.as_ref(), it)).collect();
        let mut needs = Vec::new();
        for (id, artifact) in artifacts.entries() {
            let member = artifacts.member(id);
            let artifact = Object::new(&file, &member, artifact)?;
            let positions = match artifact.required("type", "write the type of the artifact")? {
                "aws:cloudformation:stack" => {
                    self.stacks.push(StackArtifact {
                        asset_manifest: asset_manifest(directory, artifact, &assets)?,
                        outermost: self.outermost.clone(),
                        ..stack(directory, id, artifact)?
                    });
                    vec![self.stacks.len() - 1]
                }
                "cdk:cloud-assembly" => {
                    let member = artifact.member("properties");
                    let properties = artifact.get("properties").unwrap_or(&empty);
                    let properties = Object::new(&file, &member, properties)?;
                    let name = "directoryName";
                    let text = properties.required(name, "name the nested assembly's directory")?;
                    let nested = properties.path(directory, name, text)?;
                    self.assembly(&nested, Some(directory))?.1
                }
                _ => Vec::new(),
            };
            let names = artifact.texts("dependencies")?.into_iter();
            let names: Vec<String> = names.map(str::to_owned).collect();
            needs.push((names, member.clone(), positions.clone()));
            stands_for.insert(id, positions);
        }
        for (names, member, positions) in needs {
            let mut needed = Vec::new();
            for name in names {
                let Some(found) = stands_for.get(&*name) else {
                    let message = format!("there is no artifact `{name}`");
                    let fix = "name an artifact of this manifest, or remove the dependency";
                    let member = format!("{member}.dependencies");
                    let code = "assembly.dangling-dependency";
                    return Err(AssemblyError::new(code, &file, member, message, fix));
                };
                needed.extend(found);
            }
            for position in &positions {
                if let Some(stack) = self.stacks.get_mut(*position) {
                    stack.depends_on.extend(&needed);
                }
            }
        }
        Ok((version, stands_for.into_values().flatten().collect()))
    }

    fn manifest(
        &mut self,
        directory: &Path,
        file: &Path,
        outer: Option<&Path>,
    ) -> Result<Json, AssemblyError> {
        let unreadable = |error: std::io::Error| {
            let fix =
                "name the directory that an app was synthesized to, or give the app with --app";
            AssemblyError::new("assembly.unreadable-file", file, "", error.to_string(), fix)
        };
        let real = directory.canonicalize().map_err(unreadable)?;
        let outer = outer.map(Path::canonicalize).transpose();
        if let Some(outer) = outer.map_err(unreadable)?
            && !real.starts_with(outer)
        {
            let message = "is in a directory that is a link to outside of the assembly";
            let fix = "put the directory itself into the assembly";
            let code = "assembly.path-outside";
            return Err(AssemblyError::new(code, file, "", message, fix));
        }
        if !self.seen.insert(real.clone()) {
            let message = "the assembly is nested more than once";
            let fix = "list every nested assembly in one manifest";
            return Err(AssemblyError::new("assembly.cycle", file, "", message, fix));
        }
        json(&real, &real.join("manifest.json")).map_err(|error| AssemblyError {
            // Shown as the person wrote it.
            file: file.to_owned(),
            ..error
        })
    }

    fn missing(&mut self, manifest: Object<'_>) -> Result<(), AssemblyError> {
        let Some(missing) = manifest.get("missing") else {
            return Ok(());
        };
        let items = missing.items();
        let items = items.ok_or_else(|| manifest.wrong("missing", missing, "a list of objects"))?;
        for (index, item) in items.iter().enumerate() {
            let member = format!("missing[{index}]");
            let item = Object::new(manifest.file, &member, item)?;
            let key = item.required("key", "name the value in the context")?;
            let provider = item.required("provider", "name who knows the value")?;
            let props = item.get("props").cloned();
            let props = props.unwrap_or_else(|| Json::Object(Vec::new()));
            Object::new(manifest.file, &item.member("props"), &props)?;
            if self.keys.insert(key.to_owned()) {
                self.missing.push(MissingContext {
                    key: key.to_owned(),
                    provider: provider.to_owned(),
                    props,
                });
            }
        }
        Ok(())
    }
}

/// The asset manifest of a stack, which is one of its dependencies.
fn asset_manifest(
    directory: &Path,
    stack: Object<'_>,
    artifacts: &BTreeMap<&str, &Json>,
) -> Result<Option<PathBuf>, AssemblyError> {
    for name in stack.texts("dependencies")? {
        let Some(assets) = artifacts.get(name) else {
            continue;
        };
        let member = format!("artifacts.{name}.properties");
        let empty = Json::Object(Vec::new());
        let properties = assets.get("properties").unwrap_or(&empty);
        let properties = Object::new(stack.file, &member, properties)?;
        let path = properties.required("file", "name the asset manifest")?;
        return Ok(Some(properties.path(directory, "file", path)?));
    }
    Ok(None)
}

fn stack(directory: &Path, id: &str, artifact: Object<'_>) -> Result<StackArtifact, AssemblyError> {
    let environment = artifact.environment()?;
    let member = artifact.member("properties");
    let empty = Json::Object(Vec::new());
    let properties = artifact.get("properties").unwrap_or(&empty);
    let properties = Object::new(artifact.file, &member, properties)?;
    let template = properties.required("templateFile", "name the stack's template")?;
    let further = artifact.text("additionalMetadataFile")?;
    let further = further.map(|path| artifact.path(directory, "additionalMetadataFile", path));
    let notification_arns = properties.texts("notificationArns")?;
    Ok(StackArtifact {
        id: id.to_owned(),
        display_name: artifact.text("displayName")?.unwrap_or(id).to_owned(),
        stack_name: properties.text("stackName")?.unwrap_or(id).to_owned(),
        environment,
        directory: directory.to_owned(),
        outermost: directory.to_owned(),
        template_file: properties.path(directory, "templateFile", template)?,
        asset_manifest: None,
        depends_on: Vec::new(),
        tags: properties.map("tags")?,
        parameters: properties.map("parameters")?,
        termination_protection: properties.flag("terminationProtection")?,
        notification_arns: notification_arns.into_iter().map(str::to_owned).collect(),
        deploy_role: properties.text("assumeRoleArn")?.map(str::to_owned),
        execution_role: properties
            .text("cloudFormationExecutionRoleArn")?
            .map(str::to_owned),
        metadata: artifact.get("metadata").cloned().unwrap_or_default(),
        metadata_file: further.transpose()?,
    })
}

/// Puts every stack after those it depends on.
fn in_order(
    mut stacks: Vec<StackArtifact>,
    directory: &Path,
) -> Result<Vec<StackArtifact>, AssemblyError> {
    for stack in &mut stacks {
        stack.depends_on.sort_unstable();
        stack.depends_on.dedup();
    }
    let needs: Vec<Vec<usize>> = stacks
        .iter()
        .map(|stack| stack.depends_on.clone())
        .collect();
    let order = order(&needs).map_err(|cycle| {
        let again = cycle.first().copied();
        let names = cycle.into_iter().chain(again);
        let names = names.filter_map(|at| Some(stacks.get(at)?.display_name.as_str()));
        let names: Vec<&str> = names.collect();
        let message = format!("stacks wait for each other: {}", names.join(" -> "));
        let fix = "remove one of these dependencies";
        let file = directory.join("manifest.json");
        AssemblyError::new("assembly.cycle", &file, "artifacts", message, fix)
    })?;
    let mut now_at = vec![0; stacks.len()];
    for (now, before) in order.iter().enumerate() {
        if let Some(now_at) = now_at.get_mut(*before) {
            *now_at = now;
        }
    }
    for stack in &mut stacks {
        let moved = stack.depends_on.iter();
        stack.depends_on = moved
            .filter_map(|before| now_at.get(*before).copied())
            .collect();
        stack.depends_on.sort_unstable();
    }
    let mut placed: Vec<(usize, StackArtifact)> = now_at.into_iter().zip(stacks).collect();
    placed.sort_by_key(|(now, _)| *now);
    Ok(placed.into_iter().map(|(_, stack)| stack).collect())
}
