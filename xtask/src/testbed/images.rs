//! The images that the tests run commands in, built from one static program of this machine.

use std::path::Path;

use super::Docker;
use crate::process::{Failure, read};

/// Name and `Dockerfile` of each image. All are made of a static busybox and nothing else.
const IMAGES: &[(&str, &str)] = &[
    (
        "mycli-test/busybox:1",
        "FROM scratch\nCOPY rootfs /\nENV PATH=/bin\nENV FROM_IMAGE=yes\nCMD [\"sh\"]\n",
    ),
    (
        "mycli-test/entrypoint:main-1a2b3c4d",
        "FROM scratch\nCOPY rootfs /\nENV PATH=/bin\nENTRYPOINT [\"/bin/false\"]\nCMD [\"unused\"]\n",
    ),
    (
        "mycli-test/no-shell:1",
        "FROM scratch\nCOPY rootfs/bin/busybox /bin/echo\nENV PATH=/bin\n",
    ),
    (
        "mycli-test/non-root:1",
        "FROM scratch\nCOPY rootfs /\nENV PATH=/bin\nUSER 1000:1000\nWORKDIR /nowhere\n",
    ),
];

/// Builds all of them.
pub(crate) fn build(docker: &Docker, directory: &Path) -> Result<(), Failure> {
    let context = directory.join("images");
    let bin = context.join("rootfs").join("bin");
    let make = |error: std::io::Error| format!("could not lay out the test images: {error}");
    std::fs::create_dir_all(&bin).map_err(make)?;
    std::fs::create_dir_all(context.join("rootfs").join("tmp")).map_err(make)?;
    let busybox = ["/bin/busybox", "/usr/bin/busybox"]
        .into_iter()
        .find(|path| Path::new(path).is_file())
        .ok_or("busybox is not installed (Debian: busybox-static)")?;
    std::fs::copy(busybox, bin.join("busybox")).map_err(make)?;
    for name in read(std::process::Command::new(busybox).arg("--list"))?.lines() {
        if name != "busybox" {
            let _ = std::fs::remove_file(bin.join(name));
            std::os::unix::fs::symlink("busybox", bin.join(name)).map_err(make)?;
        }
    }
    for (name, dockerfile) in IMAGES {
        std::fs::write(context.join("Dockerfile"), dockerfile).map_err(make)?;
        let path = context.display().to_string();
        read(&mut docker.command(&["build", "--quiet", "--tag", name, &path]))?;
    }
    Ok(())
}
