//! What `docker save` writes: a configuration, and layers that mostly are not compressed.
//! <https://github.com/moby/moby/blob/master/image/spec/v1.2.md#combined-image-json--filesystem-changeset-format>

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write as _};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use flate2::{Compression, GzBuilder};
use serde::Deserialize;
use serde_json::json;
use tempfile::NamedTempFile;

use super::members::{GZIP, Members, Part};
use super::{ArchiveError, Blob, Held, Manifest, Measured, Packed, digest_of, wrong};
use crate::image::{CONFIG_TYPE, LAYER_TYPE, MANIFEST_TYPE, digest};

/// What a Zstandard frame begins with. <https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1>
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const ZSTD_LAYER_TYPE: &str = "application/vnd.oci.image.layer.v1.tar+zstd";

/// An image of `manifest.json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    #[serde(default)]
    layers: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Config {
    rootfs: RootFs,
}

#[derive(Deserialize)]
struct RootFs {
    #[serde(default)]
    diff_ids: Option<Vec<String>>,
}

/// A layer on its way: what it is sent as.
#[derive(Clone)]
struct Layer {
    media_type: &'static str,
    blob: Blob,
}

pub(super) fn read(members: &Members) -> Result<Packed, ArchiveError> {
    let list = members.document("manifest.json")?;
    let list: Vec<Saved> = serde_json::from_slice(&list)
        .map_err(|error| wrong(format!("`manifest.json` cannot be read: {error}")))?;
    let [saved] = list.as_slice() else {
        let count = list.len();
        return Err(wrong(format!(
            "it holds {count} images, and one is published under a tag"
        )));
    };
    let config = members.document(&saved.config)?;
    let part = members.part(&saved.config)?;
    let read: Config = serde_json::from_slice(&config)
        .map_err(|error| wrong(format!("`{}` cannot be read: {error}", saved.config)))?;
    let diff_ids = read.rootfs.diff_ids.unwrap_or_default();
    let names = saved.layers.as_deref().unwrap_or_default();
    if diff_ids.len() != names.len() {
        let (said, there) = (diff_ids.len(), names.len());
        return Err(wrong(format!(
            "`{}` says {said} layers, and `manifest.json` {there}",
            saved.config
        )));
    }
    let config_blob = Blob {
        digest: digest(&config),
        size: part.size,
        offset: part.offset,
        held: Arc::clone(&members.held),
    };
    let mut blobs = BTreeMap::new();
    let mut descriptors = Vec::new();
    let mut known: BTreeMap<(Part, &str), Layer> = BTreeMap::new();
    for (name, diff_id) in names.iter().zip(&diff_ids) {
        // The same layer may stand there more than once.
        let key = (members.part(name)?, diff_id.as_str());
        let layer = match known.get(&key) {
            Some(layer) => layer.clone(),
            None => layer(members, name, diff_id)?,
        };
        known.insert(key, layer.clone());
        descriptors.push(json!({
            "mediaType": layer.media_type,
            "digest": layer.blob.digest,
            "size": layer.blob.size,
        }));
        blobs.insert(layer.blob.digest.clone(), layer.blob);
    }
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": {
            "mediaType": CONFIG_TYPE,
            "digest": config_blob.digest,
            "size": config_blob.size,
        },
        "layers": descriptors,
    });
    blobs.insert(config_blob.digest.clone(), config_blob);
    let bytes = manifest.to_string().into_bytes();
    Ok(Packed {
        blobs: blobs.into_values().collect(),
        manifests: vec![Manifest {
            media_type: MANIFEST_TYPE.to_owned(),
            digest: digest(&bytes),
            bytes,
        }],
    })
}

/// A layer as it is, where it is compressed; else packed, always into the same bytes.
fn layer(members: &Members, name: &str, diff_id: &str) -> Result<Layer, ArchiveError> {
    let part = members.part(name)?;
    let open = || members.held.part(part.offset, part.size);
    let mut start = Vec::new();
    open()?.take(4).read_to_end(&mut start)?;
    let as_it_is = |media_type, part: Part| -> Result<Layer, ArchiveError> {
        let (digest, size) = digest_of(open()?)?;
        Ok(Layer {
            media_type,
            blob: Blob {
                digest,
                size,
                offset: part.offset,
                held: Arc::clone(&members.held),
            },
        })
    };
    if start.starts_with(&ZSTD) {
        // Whoever unpacks it compares it with the configuration.
        return as_it_is(ZSTD_LAYER_TYPE, part);
    }
    if start.starts_with(&GZIP) {
        let content = digest_of(MultiGzDecoder::new(open()?));
        let (content, _) =
            content.map_err(|error| wrong(format!("`{name}` cannot be unpacked: {error}")))?;
        check(name, diff_id, &content)?;
        return as_it_is(LAYER_TYPE, part);
    }
    let made = NamedTempFile::new()?;
    let (content, (digest, size)) = pack(open()?, made.as_file())?;
    check(name, diff_id, &content)?;
    Ok(Layer {
        media_type: LAYER_TYPE,
        blob: Blob {
            digest,
            size,
            offset: 0,
            held: Arc::new(Held::Made(made)),
        },
    })
}

/// Compresses a layer into a file. Returns the digest of what is in it, and digest and size of the file.
fn pack(mut layer: impl io::Read, file: &File) -> io::Result<(String, (String, u64))> {
    let measured = Measured::new(BufWriter::new(file));
    let gzip = GzBuilder::new()
        .mtime(0)
        .write(measured, Compression::default());
    let mut content = Measured::new(gzip);
    io::copy(&mut layer, &mut content)?;
    let (content, gzip) = content.end();
    let (file, mut buffer) = gzip.finish()?.end();
    buffer.flush()?;
    Ok((content.0, file))
}

fn check(name: &str, said: &str, found: &str) -> Result<(), ArchiveError> {
    if said == found {
        return Ok(());
    }
    Err(wrong(format!(
        "`{name}` is not what the configuration says: {found} in the place of {said}"
    )))
}
