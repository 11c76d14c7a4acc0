//! Making the files of an assembly, a stack at a time.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::problem::{Placed, Problems};
use crate::stack::Stack;
use crate::template::Template;

use super::assets;
use super::manifest::{Manifest, VERSION, artifact_of, directory_of, file_name};
use super::together::{Kept, together};
use super::tree::{self, Tree};

/// The files of a cloud assembly: `manifest.json`, and for each stack `NAME.template.json`.
///
/// The stacks of a stage are an assembly of their own in the directory `assembly-STAGE`.
#[derive(Debug, Clone)]
pub struct Assembly {
    files: BTreeMap<String, String>,
    /// Files that are copied, by where they go.
    copies: BTreeMap<String, PathBuf>,
}

impl Assembly {
    /// Synthesizes every stack, or says everything that is wrong with any of them.
    ///
    /// Takes one stack at a time, so that only one is in memory where `stacks` makes them as it goes. Stacks that refer
    /// to each other need an [`App`](crate::App).
    pub fn synthesize(stacks: impl IntoIterator<Item = Stack>) -> Result<Self, Problems> {
        write(stacks, Vec::new(), false, &mut |_| Ok(()))
    }

    /// Names of files and what is in them; those of a stage begin with its directory and `/`.
    /// Files of [assets](crate::Asset) are not among them.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// Writes the files into `directory`, which is made if need be. Other files in it are left alone.
    pub fn write_to(&self, directory: &Path) -> io::Result<()> {
        std::fs::create_dir_all(directory)?;
        let place = |name: &str| {
            if let Some((below, _)) = name.rsplit_once('/') {
                std::fs::create_dir_all(directory.join(below))?;
            }
            Ok::<_, io::Error>(directory.join(name))
        };
        for (name, text) in &self.files {
            std::fs::write(place(name)?, text)?;
        }
        for (name, file) in &self.copies {
            std::fs::copy(file, place(name)?)?;
        }
        Ok(())
    }
}

/// An assembly that says nothing but what is not looked up yet; none where nothing is missing.
pub(crate) fn question(stacks: &[Stack]) -> Option<Assembly> {
    fn ask(manifest: &mut Manifest, stack: &Stack) {
        manifest.ask(&stack.missing);
        for nested in &stack.nested {
            ask(manifest, &nested.stack);
        }
    }
    let mut manifest = Manifest::default();
    for stack in stacks {
        ask(&mut manifest, stack);
    }
    manifest.asks().then(|| Assembly {
        files: [
            ("manifest.json".to_owned(), manifest.finish()),
            ("cdk.out".to_owned(), version()),
        ]
        .into(),
        copies: BTreeMap::new(),
    })
}

fn version() -> String {
    format!("{{\"version\":\"{VERSION}\"}}")
}

/// What somebody else has to say of a finished template.
pub(crate) type Check<'a> = dyn FnMut(&mut Template) -> Result<(), Problems> + 'a;

/// Synthesizes every stack of which `problems` are known already, and lets `check` look at each. On request with the
/// tree of all constructs.
pub(crate) fn write(
    stacks: impl IntoIterator<Item = Stack>,
    mut problems: Vec<Placed>,
    plants_tree: bool,
    check: &mut Check<'_>,
) -> Result<Assembly, Problems> {
    let mut kept = Vec::new();
    let mut files = BTreeMap::new();
    let mut copies = BTreeMap::new();
    let mut manifests = BTreeMap::from([(String::new(), Manifest::default())]);
    let mut tree = plants_tree.then(Tree::default);
    for stack in stacks {
        match stack.synthesize() {
            Ok(mut template) => {
                if let Err(Problems(found)) = check(&mut template) {
                    problems.extend(found);
                    continue;
                }
                let stage = template.stage.to_string();
                if !template.missing.is_empty() && !stage.is_empty() {
                    let root = manifests.entry(String::new()).or_default();
                    root.ask(&template.missing);
                }
                manifests.entry(stage).or_default().add(&template);
                kept.push(Kept::from(&template));
                if let Some(tree) = &mut tree {
                    tree.add(&template);
                }
                let name = in_directory(&template.stage, &file_name(&template.name));
                files.insert(name, std::mem::take(&mut template.text));
                for nested in &mut template.nested {
                    let name = in_directory(&template.stage, &nested.nested_file());
                    files.insert(name, nested.text.clone());
                }
                if template.publishes() {
                    let name = in_directory(&template.stage, &assets::file_of(&template.name));
                    files.insert(name, assets::list(&template));
                }
                for (_, asset) in template.assets {
                    let staged = assets::copies(asset);
                    copies.extend(
                        staged.map(|(to, file)| (in_directory(&template.stage, &to), file)),
                    );
                }
            }
            Err(Problems(found)) => problems.extend(found),
        }
    }
    // A stack with problems of its own has no file, so the rest cannot be judged without it.
    if problems.is_empty() {
        problems = together(&kept);
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    nest(&mut manifests);
    if let Some(tree) = tree {
        manifests.entry(String::new()).or_default().plant();
        files.insert(tree::FILE.to_owned(), tree.finish());
    }
    for (stage, manifest) in manifests {
        files.insert(in_directory(&stage, "manifest.json"), manifest.finish());
        files.insert(in_directory(&stage, "cdk.out"), version());
    }
    Ok(Assembly { files, copies })
}

/// Names the assembly of each stage in that around it.
fn nest(manifests: &mut BTreeMap<String, Manifest>) {
    let mut stages: Vec<String> = manifests.keys().cloned().collect();
    while let Some(stage) = stages.pop() {
        if stage.is_empty() {
            continue;
        }
        let around = stage.rsplit_once('/').map_or("", |(around, _)| around);
        if !manifests.contains_key(around) {
            stages.push(around.to_owned());
        }
        let manifest = manifests.entry(around.to_owned()).or_default();
        manifest.nest(&artifact_of(&stage), &stage);
    }
}

fn in_directory(stage: &str, file: &str) -> String {
    if stage.is_empty() {
        return file.to_owned();
    }
    format!("{}/{file}", directory_of(stage))
}
