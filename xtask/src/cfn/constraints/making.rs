//! Going through all types and rules.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use synth_validate::table::{Block, Ending, Index, Listed, Rule, Trait, TypeSchema};

use super::super::database::Database;
use super::counts::{self, Counts};
use super::lower::Lowering;
use super::providers::Providers;
use super::rules::Extension;
use super::shape;
use crate::process::Failure;

/// What was learned while the table was made.
#[derive(Default)]
pub(super) struct Facts {
    /// The constraints that the sources have.
    pub(super) sources: Counts,
    /// The constraints that are left out on purpose.
    pub(super) fewer: Counts,
    /// What was taken from the database for types that cfn-lint has too.
    pub(super) added: shape::Added,
    /// Types that only the database has.
    pub(super) only_database: usize,
    /// Rules over several properties, one for each place where they hold.
    pub(super) rules: usize,
    /// How many paths have each trait.
    pub(super) traits: BTreeMap<Trait, usize>,
    /// Patterns that do not compile, and why.
    pub(super) refused: BTreeMap<String, String>,
}

/// The table while it is made.
pub(super) struct Making<'a> {
    providers: &'a Providers,
    services: BTreeMap<String, Lowering>,
    listed: Vec<(String, Listed)>,
    facts: Facts,
}

impl<'a> Making<'a> {
    pub(super) fn new(providers: &'a Providers) -> Self {
        Self {
            providers,
            services: BTreeMap::new(),
            listed: Vec::new(),
            facts: Facts::default(),
        }
    }

    /// Adds every type, and returns those that take tags.
    pub(super) fn add_types(
        &mut self,
        database: &Database,
        names: &BTreeSet<&str>,
    ) -> Result<Vec<String>, Failure> {
        let mut tagged = Vec::new();
        for name in names {
            let row = database.resources.get(*name);
            let schema = match (self.providers.schema(name)?, row) {
                (Some(mut schema), Some(row)) => {
                    let added = shape::complete(database, row, &mut schema);
                    self.facts.added.properties += added.properties;
                    self.facts.added.values += added.values;
                    schema
                }
                (Some(schema), None) => schema,
                (None, Some(row)) => {
                    self.facts.only_database += 1;
                    shape::schema(database, row)
                }
                (None, None) => continue,
            };
            if schema.pointer("/tagging/taggable") == Some(&Value::Bool(true)) {
                tagged.push((*name).to_owned());
            }
            self.add_type(name, &schema)
                .map_err(|reason| format!("{name}: {reason}"))?;
        }
        Ok(tagged)
    }

    fn add_type(&mut self, name: &str, schema: &Value) -> Result<(), Failure> {
        let service = namespace(name);
        let lowering = self.services.entry(service.to_owned()).or_default();
        counts::of_schema(schema, &mut self.facts.sources);
        let (root, definitions) = lowering.schema(schema, "")?;
        let mut traits = Vec::new();
        for (held, list) in TRAITS {
            let paths = schema
                .get(*list)
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            for path in paths.filter_map(Value::as_str) {
                let path = path.strip_prefix("/properties").unwrap_or(path);
                traits.push((*held, lowering.path(path)));
                *self.facts.traits.entry(*held).or_default() += 1;
            }
        }
        let one = TypeSchema {
            name: lowering.text(name),
            root,
            definitions,
            traits,
            rules: Vec::new(),
        };
        lowering.block.types.push(one);
        let listed = Listed {
            name: name.into(),
            block: 0,
            regions: self.providers.bits(name),
            ending: ending(schema)?,
        };
        self.listed.push((service.to_owned(), listed));
        Ok(())
    }

    /// Adds a rule to each type where it holds. A type that is gone has no rules any more.
    pub(super) fn add_rules(&mut self, extension: &Extension) -> Result<(), Failure> {
        let Extension {
            code,
            places,
            schema,
            regional,
        } = extension;
        for (name, path) in places {
            let Some(lowering) = self.services.get_mut(namespace(name)) else {
                continue;
            };
            let name = lowering.text(name);
            let Some(position) = lowering.block.types.iter().position(|one| one.name == name)
            else {
                continue;
            };
            let prefix = format!("{code}#");
            let (node, definitions) = if *regional {
                for schema in schema
                    .as_object()
                    .into_iter()
                    .flat_map(|regions| regions.values())
                {
                    counts::of_schema(schema, &mut self.facts.sources);
                }
                (lowering.regions(schema, &prefix)?, Vec::new())
            } else {
                counts::of_schema(schema, &mut self.facts.sources);
                lowering.schema(schema, &prefix)?
            };
            let rule = Rule {
                code: lowering.text(code),
                path: lowering.path(path),
                node,
            };
            if let Some(one) = lowering.block.types.get_mut(position) {
                one.rules.push(rule);
                one.definitions.extend(definitions);
                self.facts.rules += 1;
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> (Index, Vec<Block>, Facts) {
        let numbers: BTreeMap<&str, u32> = (0..)
            .zip(self.services.keys())
            .map(|(number, name)| (name.as_str(), number))
            .collect();
        let mut types: Vec<Listed> = Vec::new();
        for (service, listed) in &self.listed {
            let block = numbers.get(service.as_str()).copied().unwrap_or_default();
            types.push(Listed {
                block,
                ..listed.clone()
            });
        }
        types.sort_by(|one, other| one.name.cmp(&other.name));
        let mut blocks = Vec::new();
        for lowering in self.services.into_values() {
            self.facts.refused.extend(lowering.refused);
            let fewer = self.facts.fewer.entry("pattern").or_default();
            *fewer += lowering.refused_sites;
            let mut block = lowering.block;
            let texts = &block.texts;
            let by_text = |id: u32| usize::try_from(id).ok().and_then(|id| texts.get(id));
            block.types.sort_by_key(|one| by_text(one.name).cloned());
            for one in &mut block.types {
                one.definitions.sort_unstable();
            }
            blocks.push(block);
        }
        let regions = self
            .providers
            .regions
            .iter()
            .map(|name| name.as_str().into())
            .collect();
        (Index { regions, types }, blocks, self.facts)
    }
}

/// The lists of paths that a schema has, and what each says of a property.
const TRAITS: &[(Trait, &str)] = &[
    (Trait::ReadOnly, "readOnlyProperties"),
    (Trait::WriteOnly, "writeOnlyProperties"),
    (Trait::CreateOnly, "createOnlyProperties"),
    (
        Trait::SometimesCreateOnly,
        "conditionalCreateOnlyProperties",
    ),
    (Trait::Deprecated, "deprecatedProperties"),
    (Trait::Identifier, "primaryIdentifier"),
];

fn ending(schema: &Value) -> Result<Option<(Ending, Box<str>)>, Failure> {
    let Some(lifecycle) = schema.get("lifecycle") else {
        return Ok(None);
    };
    let text = |name: &str| {
        lifecycle
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let ending = Ending::ALL.iter().find(|(name, _)| *name == text("status"));
    let (_, ending) = ending.ok_or_else(|| format!("lifecycle {lifecycle}: no such status"))?;
    Ok(Some((*ending, text("date").into())))
}

/// `AWS::EC2` of `AWS::EC2::VPC`.
fn namespace(name: &str) -> &str {
    name.rsplit_once("::").map_or(name, |(service, _)| service)
}
