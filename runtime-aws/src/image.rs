//! The image that holds the agent and nothing else, as bytes.
//!
//! The same agent gives the same bytes, so its digest tells whether a repository has it already.
//! <https://github.com/opencontainers/image-spec/blob/main/manifest.md>

use std::io::Write;

use flate2::{Compression, GzBuilder};
use serde_json::json;
use sha2::{Digest, Sha256};

/// Media type of [`Image::manifest`].
pub(crate) const MANIFEST_TYPE: &str = "application/vnd.oci.image.manifest.v1+json";

/// Media type of [`Image::config`].
pub(crate) const CONFIG_TYPE: &str = "application/vnd.oci.image.config.v1+json";

/// Media type of [`Image::layer`].
pub(crate) const LAYER_TYPE: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// Where the agent is in the image.
const PATH: &str = "mycli-agent";

/// An image: a manifest, and the blobs it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) manifest: Vec<u8>,
    pub(crate) config: Vec<u8>,
    pub(crate) layer: Vec<u8>,
}

impl Image {
    /// Puts `agent`, a static Linux program, into an image. Nothing when it is no such program.
    pub(crate) fn of(agent: &[u8]) -> std::io::Result<Self> {
        let architecture = architecture(agent).ok_or_else(|| {
            std::io::Error::other("the agent is no Linux program for x86-64 or ARM64")
        })?;
        let archive = archive(agent)?;
        let mut layer = GzBuilder::new()
            .mtime(0)
            .write(Vec::new(), Compression::best());
        layer.write_all(&archive)?;
        let layer = layer.finish()?;
        let config = json!({
            "architecture": architecture,
            "os": "linux",
            "config": { "Entrypoint": [format!("/{PATH}")] },
            "rootfs": { "type": "layers", "diff_ids": [digest(&archive)] },
        });
        let config = config.to_string().into_bytes();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "config": { "mediaType": CONFIG_TYPE, "digest": digest(&config), "size": config.len() },
            "layers": [{ "mediaType": LAYER_TYPE, "digest": digest(&layer), "size": layer.len() }],
        });
        Ok(Self {
            manifest: manifest.to_string().into_bytes(),
            config,
            layer,
        })
    }
}

/// The name of `bytes` in a registry.
pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(bytes, 32))
}

/// The first `length` bytes of the SHA-256 of `bytes`, as hex digits.
pub(crate) fn hex(bytes: &[u8], length: usize) -> String {
    let hash = Sha256::digest(bytes);
    hex_of(hash.get(..length).unwrap_or(&hash))
}

/// `bytes` as hex digits.
pub(crate) fn hex_of(bytes: &[u8]) -> String {
    let digit = |number: u8| char::from_digit(u32::from(number), 16).unwrap_or_default();
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// One file, owned by root, executable by all, without a time.
fn archive(agent: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut header = tar::Header::new_ustar();
    header.set_size(u64::try_from(agent.len()).unwrap_or(u64::MAX));
    header.set_mode(0o755);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_entry_type(tar::EntryType::Regular);
    let mut archive = tar::Builder::new(Vec::new());
    archive.append_data(&mut header, PATH, agent)?;
    archive.into_inner()
}

/// The architecture that an ELF program is for, as registries call it.
fn architecture(program: &[u8]) -> Option<&'static str> {
    let rest = program.strip_prefix(b"\x7fELF")?;
    // `e_machine` is at offset 18, little-endian on both.
    match rest.get(14..16)? {
        [0x3e, 0] => Some("amd64"),
        [0xb7, 0] => Some("arm64"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(machine: u8, body: &[u8]) -> Vec<u8> {
        let mut program = b"\x7fELF".to_vec();
        program.resize(18, 0);
        program.extend([machine, 0]);
        program.extend(body);
        program
    }

    #[test]
    fn the_same_agent_gives_the_same_digest_on_every_machine() {
        let image = Image::of(&program(0x3e, b"agent")).unwrap();
        let expected = "sha256:171e9f1b75e2be33e7c84d1dfb9e92109ce9fdc0c31dcb7e11c0623384ba4e33";
        assert_eq!(digest(&image.manifest), expected);
        assert_ne!(image, Image::of(&program(0x3e, b"agents")).unwrap());
    }

    #[test]
    fn the_layer_holds_one_file_that_all_may_execute() {
        let agent = program(0xb7, b"agent");
        let image = Image::of(&agent).unwrap();
        let layer = flate2::read::GzDecoder::new(image.layer.as_slice());
        let mut archive = tar::Archive::new(layer);
        let mut entries = archive.entries().unwrap();
        let mut entry = entries.next().unwrap().unwrap();
        assert_eq!(entry.path().unwrap().to_str(), Some("mycli-agent"));
        assert_eq!(entry.header().mode().unwrap(), 0o755);
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
        assert_eq!(content, agent);
        assert!(entries.next().is_none());
        assert!(
            String::from_utf8(image.config)
                .unwrap()
                .contains(r#""architecture":"arm64""#)
        );
    }

    #[test]
    fn a_program_for_another_system_is_refused() {
        assert!(Image::of(b"MZ\x90\0 for Windows").is_err());
        assert!(Image::of(&program(0x28, b"for a 32-bit ARM")).is_err());
    }
}
