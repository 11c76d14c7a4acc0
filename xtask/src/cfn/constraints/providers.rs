//! Which types cfn-lint knows in which region, and the schema of each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::read;
use crate::process::Failure;

/// The region whose schemas are used where regions differ: it has the most types.
const FIRST: &str = "us-east-1";

/// Every type of every region.
pub(super) struct Providers {
    /// The names of the regions, in order.
    pub(super) regions: Vec<String>,
    /// Each type, and the hash of its schema in each region that has it.
    pub(super) types: BTreeMap<String, BTreeMap<String, String>>,
    data: PathBuf,
}

impl Providers {
    /// Reads the maps of all regions; `data` is `cfnlint/data/schemas`.
    pub(super) fn open(data: &Path) -> Result<Self, Failure> {
        let directory = data.join("providers");
        let mut types: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut regions = BTreeSet::new();
        let entries = std::fs::read_dir(&directory)
            .map_err(|error| format!("{}: {error}", directory.display()))?;
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let Some(region) = path.file_stem().and_then(|stem| stem.to_str()) else {
                continue;
            };
            let region = region.replace('_', "-");
            let source = String::from_utf8_lossy(&read(&path)?).into_owned();
            for (name, hash) in source.lines().filter_map(entry) {
                let places = types.entry(name.to_owned()).or_default();
                places.insert(region.clone(), hash.to_owned());
                regions.insert(region.clone());
            }
        }
        if regions.contains(FIRST) {
            Ok(Self {
                regions: regions.into_iter().collect(),
                types,
                data: data.to_owned(),
            })
        } else {
            let path = directory.display();
            Err(format!(
                "{path} names no types of {FIRST}: cfn-lint moved its schemas"
            ))
        }
    }

    /// The schema of a type, of the first region that has it.
    pub(super) fn schema(&self, name: &str) -> Result<Option<Value>, Failure> {
        let Some(places) = self.types.get(name) else {
            return Ok(None);
        };
        let Some(hash) = places.get(FIRST).or_else(|| places.values().next()) else {
            return Ok(None);
        };
        json(&self.data.join(format!("resources/{hash}.json"))).map(Some)
    }

    /// How many types have another schema in some region.
    pub(super) fn with_variants(&self) -> usize {
        let hashes = |places: &BTreeMap<_, String>| places.values().collect::<BTreeSet<_>>().len();
        self.types
            .values()
            .filter(|places| hashes(places) > 1)
            .count()
    }

    /// The regions of a type as bits.
    pub(super) fn bits(&self, name: &str) -> u64 {
        let places = self.types.get(name);
        let has = |region: &str| places.is_some_and(|places| places.contains_key(region));
        let bits = self.regions.iter().enumerate();
        bits.filter(|(_, region)| has(region))
            .fold(0, |bits, (position, _)| bits | (1 << position))
    }
}

/// A line `"AWS::EC2::VPC": "hash",` of a map.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (name, hash) = line.trim().trim_end_matches(',').split_once("\": \"")?;
    let (name, hash) = (name.strip_prefix('"')?, hash.strip_suffix('"')?);
    name.contains("::").then_some((name, hash))
}

/// Reads a JSON file.
pub(super) fn json(path: &Path) -> Result<Value, Failure> {
    serde_json::from_slice(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))
}
