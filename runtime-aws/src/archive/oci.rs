//! An OCI image layout, which names its parts by their digests.
//! <https://github.com/opencontainers/image-spec/blob/main/image-layout.md>

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;

use super::members::Members;
use super::{ArchiveError, Blob, Manifest, Packed, digest_of, wrong};
use crate::image::{MANIFEST_TYPE, digest};

const INDEX_TYPE: &str = "application/vnd.oci.image.index.v1+json";
const DOCKER_MANIFEST_TYPE: &str = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_INDEX_TYPE: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

/// How deep indexes are in each other, and how many manifests there are, at most.
const MAX_DEPTH: usize = 4;
const MAX_MANIFESTS: usize = 1000;

#[derive(Deserialize)]
struct Index {
    #[serde(default)]
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Contents {
    config: Descriptor,
    #[serde(default)]
    layers: Vec<Descriptor>,
}

/// How one document names another.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
    size: u64,
}

pub(super) fn read(members: &Members) -> Result<Packed, ArchiveError> {
    let index: Index = parse("index.json", &members.document("index.json")?)?;
    let mut roots = index.manifests;
    // One image may stand there under several names.
    let mut seen = BTreeSet::new();
    roots.retain(|root| seen.insert(root.digest.clone()));
    let [root] = roots.as_slice() else {
        let count = roots.len();
        return Err(wrong(format!(
            "it holds {count} images, and one is published under a tag"
        )));
    };
    let mut found = Found {
        members,
        blobs: BTreeMap::new(),
        manifests: Vec::new(),
    };
    found.manifest(root, 0)?;
    Ok(Packed {
        blobs: found.blobs.into_values().collect(),
        manifests: found.manifests,
    })
}

struct Found<'a> {
    members: &'a Members,
    blobs: BTreeMap<String, Blob>,
    manifests: Vec<Manifest>,
}

impl Found<'_> {
    /// Takes a manifest, after all that it names.
    fn manifest(&mut self, named: &Descriptor, depth: usize) -> Result<(), ArchiveError> {
        if depth == MAX_DEPTH || self.manifests.len() == MAX_MANIFESTS {
            return Err(wrong("its manifests are too many, or too deep"));
        }
        let known = |manifest: &Manifest| manifest.digest == named.digest;
        if self.manifests.iter().any(known) {
            return Ok(());
        }
        let path = path(&named.digest)?;
        let bytes = self.members.document(&path)?;
        check(
            &named.digest,
            named.size,
            &digest(&bytes),
            self.members.part(&path)?.size,
        )?;
        match named.media_type.as_str() {
            MANIFEST_TYPE | DOCKER_MANIFEST_TYPE => {
                let contents: Contents = parse(&path, &bytes)?;
                self.blob(&contents.config)?;
                for layer in &contents.layers {
                    self.blob(layer)?;
                }
            }
            INDEX_TYPE | DOCKER_INDEX_TYPE => {
                let index: Index = parse(&path, &bytes)?;
                for manifest in &index.manifests {
                    self.manifest(manifest, depth + 1)?;
                }
            }
            other => {
                return Err(wrong(format!(
                    "`{path}` is of the type `{other}`, which is none of an image"
                )));
            }
        }
        self.manifests.push(Manifest {
            media_type: named.media_type.clone(),
            digest: named.digest.clone(),
            bytes,
        });
        Ok(())
    }

    fn blob(&mut self, named: &Descriptor) -> Result<(), ArchiveError> {
        if self.blobs.contains_key(&named.digest) {
            return Ok(());
        }
        let part = self.members.part(&path(&named.digest)?)?;
        let held = &self.members.held;
        let (found, size) = digest_of(held.part(part.offset, part.size)?)?;
        check(&named.digest, named.size, &found, size)?;
        let blob = Blob {
            digest: found.clone(),
            size,
            offset: part.offset,
            held: Arc::clone(held),
        };
        self.blobs.insert(found, blob);
        Ok(())
    }
}

/// Where the blob of that digest is.
fn path(digest: &str) -> Result<String, ArchiveError> {
    let is_digit = |letter: char| letter.is_ascii_digit() || ('a'..='f').contains(&letter);
    match digest.strip_prefix("sha256:") {
        Some(hash) if hash.len() == 64 && hash.chars().all(is_digit) => {
            Ok(format!("blobs/sha256/{hash}"))
        }
        _ => Err(wrong(format!("`{digest}` is not a digest by SHA-256"))),
    }
}

fn check(said: &str, said_size: u64, found: &str, size: u64) -> Result<(), ArchiveError> {
    if said == found && said_size == size {
        return Ok(());
    }
    Err(wrong(format!(
        "what it calls {said} with {said_size} bytes is {found} with {size}"
    )))
}

fn parse<T: serde::de::DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, ArchiveError> {
    serde_json::from_slice(bytes)
        .map_err(|error| wrong(format!("`{name}` cannot be read: {error}")))
}
