use std::io::Write as _;

use serde_json::{Value, json};

use super::*;
use crate::image::{CONFIG_TYPE, LAYER_TYPE, MANIFEST_TYPE, digest};

/// An archive that is written entry by entry, as nobody should.
struct Tar(tar::Builder<Vec<u8>>);

impl Tar {
    fn new() -> Self {
        Self(tar::Builder::new(Vec::new()))
    }

    fn entry(mut self, name: &str, kind: tar::EntryType, link: &str, content: &[u8]) -> Self {
        let mut header = tar::Header::new_gnu();
        let gnu = header.as_gnu_mut().unwrap();
        gnu.name[..name.len()].copy_from_slice(name.as_bytes());
        gnu.linkname[..link.len()].copy_from_slice(link.as_bytes());
        header.set_entry_type(kind);
        header.set_size(content.len().try_into().unwrap());
        header.set_cksum();
        self.0.append(&header, content).unwrap();
        self
    }

    fn file(self, name: &str, content: &[u8]) -> Self {
        self.entry(name, tar::EntryType::Regular, "", content)
    }

    fn json(self, name: &str, content: &Value) -> Self {
        self.file(name, content.to_string().as_bytes())
    }

    /// A blob of an OCI image layout.
    fn blob(self, content: &[u8]) -> Self {
        self.file(&blob_path(content), content)
    }

    fn read(self) -> Result<Packed, ArchiveError> {
        read_bytes(&self.0.into_inner().unwrap())
    }

    fn refused(self) -> String {
        self.read().unwrap_err().to_string()
    }
}

fn read_bytes(bytes: &[u8]) -> Result<Packed, ArchiveError> {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let mut packed = read(file.path())?;
    // The blobs are to be read after this file is gone.
    let held = Arc::new(Held::Made(file));
    for blob in &mut packed.blobs {
        if matches!(*blob.held, Held::Given(_)) {
            blob.held = Arc::clone(&held);
        }
    }
    Ok(packed)
}

fn blob_path(content: &[u8]) -> String {
    digest(content).replacen("sha256:", "blobs/sha256/", 1)
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(content).unwrap();
    packer.finish().unwrap()
}

fn content(blob: &Blob) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut part = blob.held.part(blob.offset, blob.size).unwrap();
    part.read_to_end(&mut bytes).unwrap();
    assert_eq!(digest(&bytes), blob.digest);
    bytes
}

/// What the manifest that gets the tag says.
fn tagged(packed: &Packed) -> Value {
    let last = packed.manifests.last().unwrap();
    assert_eq!(digest(&last.bytes), last.digest);
    serde_json::from_slice(&last.bytes).unwrap()
}

fn config(layers: &[&[u8]]) -> Value {
    let diff_ids: Vec<String> = layers.iter().map(|layer| digest(layer)).collect();
    json!({ "os": "linux", "rootfs": { "type": "layers", "diff_ids": diff_ids } })
}

fn saved(names: &[&str]) -> Value {
    json!([{ "Config": "c.json", "RepoTags": ["web:1"], "Layers": names }])
}

#[test]
fn what_docker_saved_is_packed_layer_by_layer_and_always_the_same() {
    let (one, two): (&[u8], &[u8]) = (&[b'1'; 5000], &gzip(b"two"));
    let tar = || {
        Tar::new()
            .json("c.json", &config(&[one, b"two", one]))
            .file("a/layer.tar", one)
            // A layer that is there twice, and one that is packed already.
            .entry(
                "b/layer.tar",
                tar::EntryType::Symlink,
                "../a/layer.tar",
                b"",
            )
            .file("./two", two)
            .json(
                "manifest.json",
                &saved(&["a/layer.tar", "two", "b/layer.tar"]),
            )
    };
    let packed = tar().read().unwrap();
    let manifest = tagged(&packed);
    assert_eq!(manifest["mediaType"], MANIFEST_TYPE);
    assert_eq!(manifest["config"]["mediaType"], CONFIG_TYPE);
    let layers = manifest["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 3);
    assert_eq!(layers[0], layers[2]);
    assert_eq!(layers[1]["digest"], digest(two));
    assert!(layers.iter().all(|layer| layer["mediaType"] == LAYER_TYPE));
    assert_eq!(packed.blobs.len(), 3);
    let first = packed
        .blobs
        .iter()
        .find(|it| layers[0]["digest"] == it.digest);
    let bytes = content(first.unwrap());
    let mut plain = Vec::new();
    let mut unpacked = flate2::read::GzDecoder::new(bytes.as_slice());
    unpacked.read_to_end(&mut plain).unwrap();
    assert_eq!(plain, one);
    for blob in &packed.blobs {
        content(blob);
    }
    // What a repository has is found there by its digest.
    assert_eq!(tagged(&tar().read().unwrap()), manifest);
    // The whole may be compressed too.
    let whole = gzip(&tar().0.into_inner().unwrap());
    assert_eq!(tagged(&read_bytes(&whole).unwrap()), manifest);
}

#[test]
fn an_oci_layout_goes_as_it_is_with_every_platform_of_it() {
    let descriptor = |kind: &str, content: &[u8]| json!({ "mediaType": kind, "digest": digest(content), "size": content.len() });
    let layer = gzip(b"layer");
    let manifest = |config: &[u8]| {
        json!({
            "schemaVersion": 2,
            "config": descriptor(CONFIG_TYPE, config),
            "layers": [descriptor(LAYER_TYPE, &layer)],
        })
        .to_string()
    };
    let (arm, intel) = (manifest(b"arm"), manifest(b"intel"));
    let index_type = "application/vnd.oci.image.index.v1+json";
    let list = json!({ "schemaVersion": 2, "manifests": [
        descriptor(MANIFEST_TYPE, arm.as_bytes()),
        descriptor(MANIFEST_TYPE, intel.as_bytes()),
    ] })
    .to_string();
    let root = descriptor(index_type, list.as_bytes());
    let tar = |root: &Value| {
        Tar::new()
            .json("oci-layout", &json!({ "imageLayoutVersion": "1.0.0" }))
            .json("index.json", &json!({ "manifests": [root, root] }))
            .blob(b"arm")
            .blob(b"intel")
            .blob(&layer)
            .blob(arm.as_bytes())
            .blob(intel.as_bytes())
            .blob(list.as_bytes())
    };
    let packed = tar(&root).read().unwrap();
    let manifests = packed.manifests.iter().map(|it| it.bytes.as_slice());
    let expected = [arm.as_bytes(), intel.as_bytes(), list.as_bytes()];
    assert!(manifests.eq(expected));
    assert_eq!(packed.blobs.len(), 3);
    for blob in &packed.blobs {
        content(blob);
    }
    // One of the platforms alone.
    let one = tar(&descriptor(MANIFEST_TYPE, arm.as_bytes())).read();
    assert_eq!(one.unwrap().blobs.len(), 2);

    for (root, words) in [
        (
            json!({ "mediaType": MANIFEST_TYPE, "digest": "sha256:../../../etc/passwd", "size": 1 }),
            "`sha256:../../../etc/passwd` is not a digest by SHA-256",
        ),
        (
            json!({ "mediaType": MANIFEST_TYPE, "digest": digest(arm.as_bytes()), "size": 7 }),
            "with 7 bytes is sha256:",
        ),
        (
            descriptor("text/html", arm.as_bytes()),
            "is of the type `text/html`",
        ),
        (descriptor(MANIFEST_TYPE, b"nowhere"), "is not in it"),
        (descriptor(MANIFEST_TYPE, b"arm"), "cannot be read"),
    ] {
        let refused = tar(&root).refused();
        assert!(refused.contains(words), "{refused}");
    }
    let mut other = layer.clone();
    other[0] ^= 1;
    let refused = tar(&root).file(&blob_path(&layer), &other).refused();
    assert!(
        refused.contains(&format!("what it calls {}", digest(&layer))),
        "{refused}"
    );
}

#[test]
fn an_index_that_holds_itself_many_times_over_ends() {
    // Digests forbid circles; a ladder of lists is what is left.
    let mut tar = Tar::new();
    let index_type = "application/vnd.oci.image.index.v1+json";
    let mut list = json!({ "manifests": [] }).to_string();
    for _ in 0..6 {
        tar = tar.blob(list.as_bytes());
        let one = json!({ "mediaType": index_type, "digest": digest(list.as_bytes()), "size": list.len() });
        list = json!({ "manifests": [one] }).to_string();
    }
    let refused = tar.file("index.json", list.as_bytes()).refused();
    assert_eq!(refused, "its manifests are too many, or too deep");
}

#[test]
fn what_is_no_archive_of_an_image_is_refused_in_words() {
    let layer: &[u8] = b"layer";
    let base = || Tar::new().json("c.json", &config(&[layer]));
    let with = |names: &[&str]| base().json("manifest.json", &saved(names));
    let link = |target: &str| with(&["l"]).entry("l", tar::EntryType::Symlink, target, b"");
    for (tar, words) in [
        (base(), "neither `manifest.json` nor `index.json`"),
        (with(&["l"]), "`l` is not in it"),
        (
            with(&["../../../etc/passwd"]),
            "`../../../etc/passwd` is not in it",
        ),
        // An entry that leads out of the archive is none.
        (with(&["../l"]).file("../l", layer), "`../l` is not in it"),
        (
            link("../../../etc/passwd"),
            "`l` is a link to `../../../etc/passwd`, which is not in it",
        ),
        (
            link("/etc/passwd"),
            "`l` is a link to `/etc/passwd`, which is not in it",
        ),
        (
            with(&["l"]).entry("l", tar::EntryType::Link, "/etc/passwd", b""),
            "`l` is a link to `/etc/passwd`, which is not in it",
        ),
        (link("l"), "`l` is a link that leads nowhere"),
        (
            with(&["l"]).file("l", b"another layer"),
            "`l` is not what the configuration says",
        ),
        (
            with(&["l"]).file("l", &gzip(b"another layer")),
            "`l` is not what the configuration says",
        ),
        (
            with(&["l"]).file("l", &gzip(layer)[..12]),
            "`l` cannot be unpacked",
        ),
        (with(&[]), "says 1 layers, and `manifest.json` 0"),
        (
            base().json("manifest.json", &json!([])),
            "it holds 0 images",
        ),
        (
            base().json("manifest.json", &json!({ "Config": 1 })),
            "`manifest.json` cannot be read",
        ),
        (
            Tar::new()
                .file("c.json", &vec![b' '; 5 << 20])
                .json("manifest.json", &saved(&[])),
            "`c.json` has 5242880 bytes",
        ),
    ] {
        let refused = tar.refused();
        assert!(refused.contains(words), "no `{words}` in `{refused}`");
    }
    for bytes in [
        b"".as_slice(),
        b"not an archive",
        &gzip(b"not an archive either"),
        &gzip(&[0; 4096])[..20],
    ] {
        assert!(matches!(read_bytes(bytes), Err(ArchiveError::Wrong(_))));
    }
    // Broken off within a file.
    let whole = with(&["l"])
        .file("l", &[b'x'; 5000])
        .0
        .into_inner()
        .unwrap();
    let refused = read_bytes(&whole[..whole.len() - 4096]).unwrap_err();
    assert!(matches!(refused, ArchiveError::Wrong(_)), "{refused}");
}
