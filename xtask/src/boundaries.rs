//! Which crate must never see which: the walls of the house, checked against cargo's own graph.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::process::{Failure, cargo, read};

/// What a crate of ours must not depend on.
struct Wall {
    /// Our crate.
    inside: &'static str,
    /// Crates it must not reach, however far away. A trailing `*` stands for any ending.
    never: &'static [&'static str],
    /// Crates it must not name itself.
    never_directly: &'static [&'static str],
}

/// What pure crates stay clear of: clouds, databases, engines, runtimes and the command line.
const PURE: &[&str] = &["aws-*", "bollard", "clap", "hyper", "rusqlite", "tokio"];

const WALLS: &[Wall] = &[
    Wall {
        inside: "synth-core",
        never: PURE,
        never_directly: &["serde", "serde_json", "synth-cfn"],
    },
    Wall {
        inside: "synth-cfn",
        never: PURE,
        never_directly: &["serde", "serde_json"],
    },
    Wall {
        inside: "synth-diff",
        never: PURE,
        never_directly: &["serde", "serde_json", "synth-cfn"],
    },
    Wall {
        inside: "synth-validate",
        never: PURE,
        never_directly: &["serde", "serde_json", "synth-cfn"],
    },
    Wall {
        inside: "synth-app",
        never: PURE,
        never_directly: &["synth-cfn"],
    },
    Wall {
        inside: "synth",
        never: PURE,
        never_directly: &[],
    },
    Wall {
        inside: "stacks",
        never: PURE,
        never_directly: &[],
    },
    Wall {
        inside: "runtime-wire",
        never: PURE,
        never_directly: &[],
    },
    Wall {
        inside: "runtime",
        never: &["aws-*", "bollard", "clap", "hyper", "rusqlite", "synth"],
        never_directly: &[],
    },
    Wall {
        inside: "runtime-aws",
        never: &["bollard", "clap", "rusqlite"],
        never_directly: &[],
    },
    Wall {
        inside: "runtime-local",
        never: &["aws-*", "clap", "synth"],
        never_directly: &[],
    },
    Wall {
        inside: "mycli-agent",
        never: &[
            "aws-config",
            "aws-sdk-*",
            "clap",
            "runtime",
            "rusqlite",
            "synth",
        ],
        // The signer of AWS requests brings a part of it.
        never_directly: &["tokio"],
    },
    Wall {
        inside: "mycli",
        never: &[],
        never_directly: &["aws-*", "bollard", "rusqlite"],
    },
];

/// Checks every wall, and names each crate that looks over one and how it got there.
pub(crate) fn check() -> Result<(), Failure> {
    let metadata = read(&mut cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--locked",
    ]))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let graph = Graph::new(&metadata).ok_or("cargo's metadata is not of the known shape")?;
    let breaches: Vec<String> = WALLS.iter().flat_map(|wall| graph.breaches(wall)).collect();
    if breaches.is_empty() {
        Ok(())
    } else {
        Err(breaches.join("\n"))
    }
}

/// Who depends on whom, by name, outside of tests and build scripts.
struct Graph {
    needs: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn new(metadata: &Value) -> Option<Self> {
        let mut names = BTreeMap::new();
        for package in metadata.get("packages")?.as_array()? {
            names.insert(package.get("id")?.as_str()?, package.get("name")?.as_str()?);
        }
        let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in metadata.get("resolve")?.get("nodes")?.as_array()? {
            let name = *names.get(node.get("id")?.as_str()?)?;
            let dependencies = node
                .get("deps")?
                .as_array()?
                .iter()
                .filter(|one| is_normal(one));
            let dependencies = dependencies
                .filter_map(|one| names.get(one.get("pkg")?.as_str()?))
                .map(|name| (*name).to_owned());
            needs
                .entry(name.to_owned())
                .or_default()
                .extend(dependencies);
        }
        Some(Self { needs })
    }

    fn breaches(&self, wall: &Wall) -> Vec<String> {
        let direct = self.needs.get(wall.inside).cloned().unwrap_or_default();
        let mut breaches: Vec<String> = direct
            .iter()
            .filter(|name| {
                wall.never_directly
                    .iter()
                    .any(|pattern| matches(pattern, name))
            })
            .map(|name| format!("{} must not depend on {name} itself", wall.inside))
            .collect();
        let mut paths = vec![vec![wall.inside.to_owned()]];
        let mut seen = BTreeSet::new();
        while let Some(path) = paths.pop() {
            let needs = path.last().and_then(|last| self.needs.get(last));
            for name in needs.into_iter().flatten() {
                let path: Vec<String> = path.iter().chain([name]).cloned().collect();
                if wall.never.iter().any(|pattern| matches(pattern, name)) {
                    let way = path.join(" -> ");
                    breaches.push(format!("{} must never see {name}: {way}", wall.inside));
                } else if seen.insert(name) {
                    paths.push(path);
                }
            }
        }
        breaches
    }
}

/// Whether a dependency is there when the crate is used, not only when it is tested or built.
fn is_normal(dependency: &Value) -> bool {
    let kinds = dependency.get("dep_kinds").and_then(Value::as_array);
    kinds.is_some_and(|kinds| {
        kinds
            .iter()
            .any(|kind| kind.get("kind").is_some_and(Value::is_null))
    })
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == name, |beginning| name.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &str)]) -> Graph {
        let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in edges {
            needs
                .entry((*from).to_owned())
                .or_default()
                .insert((*to).to_owned());
        }
        Graph { needs }
    }

    #[test]
    fn a_far_dependency_is_found_and_its_way_is_named() {
        let graph = graph(&[
            ("stacks", "synth"),
            ("synth", "helper"),
            ("helper", "tokio"),
        ]);
        let wall = Wall {
            inside: "stacks",
            never: PURE,
            never_directly: &[],
        };
        assert_eq!(
            graph.breaches(&wall),
            ["stacks must never see tokio: stacks -> synth -> helper -> tokio"]
        );
    }

    #[test]
    fn what_may_be_reached_may_still_not_be_named() {
        let graph = graph(&[("mycli", "runtime-aws"), ("runtime-aws", "aws-sdk-ecs")]);
        let wall = Wall {
            inside: "mycli",
            never: &[],
            never_directly: &["aws-*"],
        };
        assert!(graph.breaches(&wall).is_empty());
        let graph = self::graph(&[("mycli", "aws-sdk-ecs")]);
        assert_eq!(
            graph.breaches(&wall),
            ["mycli must not depend on aws-sdk-ecs itself"]
        );
    }
}
