//! Files and directories that are published before a stack is deployed.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use synth::asset::{DirectoryOptions, directory, file};
use synth::cfn::logs::LogGroup;
use synth::{Assembly, Asset, AssetStore, Environment, Output, Stack, StackProps};
use tempfile::TempDir;

fn made(files: &[(&str, &str)]) -> TempDir {
    let made = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = made.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    made
}

fn read(directory_of: &Path) -> Asset {
    directory(directory_of, &DirectoryOptions::default()).unwrap()
}

fn places(asset: &Asset) -> Vec<&str> {
    asset.files.iter().map(|(_, place)| &**place).collect()
}

const CODE: &[(&str, &str)] = &[("index.py", "pass"), ("lib/help.py", "pass")];

#[test]
fn the_same_files_are_the_same_asset_wherever_they_are() {
    let (one, other) = (made(CODE), made(CODE));
    fs::create_dir(other.path().join("empty")).unwrap();
    let asset = read(one.path());
    assert_eq!(places(&asset), ["index.py", "lib/help.py"]);
    assert_eq!(asset.hash, read(other.path()).hash);
}

#[test]
fn whatever_is_different_in_the_archive_is_another_asset() {
    let asset = read(made(CODE).path());
    let others = [
        [("index.py", "pass "), ("lib/help.py", "pass")],
        [("index.py", "pass"), ("lib/helper.py", "pass")],
        [("index.py", "pass"), ("lib_help.py", "pass")],
    ];
    for files in others {
        assert_ne!(asset.hash, read(made(&files).path()).hash, "{files:?}");
    }
    let executable = made(CODE);
    let script = executable.path().join("index.py");
    fs::set_permissions(script, fs::Permissions::from_mode(0o755)).unwrap();
    assert_ne!(asset.hash, read(executable.path()).hash);
}

#[test]
fn what_is_ignored_is_no_part_of_it() {
    let files = [
        ("index.py", "pass"),
        ("index.pyc", "compiled"),
        ("tests/data/a.txt", "a"),
        ("tests/test.py", "pass"),
        (".dockerignore", "*.txt\n.dockerignore\n"),
    ];
    let code = made(&files);
    let options = |ignore: &[&'static str], ignore_files: &[&'static str]| DirectoryOptions {
        ignore: ignore.iter().copied().map(Into::into).collect(),
        ignore_files: ignore_files.iter().copied().map(Into::into).collect(),
        ..DirectoryOptions::default()
    };
    let left = |options| {
        let asset = directory(code.path(), &options).unwrap();
        places(&asset).join(" ")
    };
    assert_eq!(
        left(options(&["*.pyc", "/tests"], &[])),
        ".dockerignore index.py"
    );
    assert_eq!(
        left(options(&["*.pyc"], &[".dockerignore", ".gitignore"])),
        "index.py tests/test.py"
    );
    assert_eq!(
        left(options(
            &["*", "!*.txt", "!tests/", "!data/"],
            &[".dockerignore"]
        )),
        "tests/data/a.txt"
    );
    let nothing = directory(code.path(), &options(&["*"], &[])).unwrap_err();
    assert!(nothing.to_string().contains("what is ignored"), "{nothing}");
}

#[test]
fn a_link_is_what_it_leads_to_and_leads_out_only_when_asked() {
    let code = made(CODE);
    symlink("index.py", code.path().join("main.py")).unwrap();
    assert_eq!(
        places(&read(code.path())),
        ["index.py", "lib/help.py", "main.py"]
    );
    let elsewhere = made(&[("secret.txt", "secret")]);
    symlink(elsewhere.path().join("secret.txt"), code.path().join("x")).unwrap();
    let refused = directory(code.path(), &DirectoryOptions::default()).unwrap_err();
    assert!(
        refused.to_string().contains("follow_links_out"),
        "{refused}"
    );
    let options = DirectoryOptions {
        follow_links_out: true,
        ..DirectoryOptions::default()
    };
    assert_eq!(places(&directory(code.path(), &options).unwrap()).len(), 4);

    symlink(code.path(), code.path().join("lib/loop")).unwrap();
    let refused = directory(code.path(), &options).unwrap_err();
    assert!(refused.to_string().contains("loop"), "{refused}");
}

#[test]
fn what_cannot_be_read_is_named() {
    let code = made(CODE);
    let missing = code.path().join("nowhere");
    for refused in [
        file(&missing).unwrap_err(),
        directory(&missing, &DirectoryOptions::default()).unwrap_err(),
    ] {
        let said = refused.to_string();
        assert!(said.starts_with(&missing.display().to_string()), "{said}");
    }
    let said = file(code.path()).unwrap_err().to_string();
    assert!(
        said.contains("neither a file nor a directory") || said.contains("directory"),
        "{said}"
    );
}

/// A stack with a directory and a file, one of them twice.
fn stack(props: StackProps, code: &Path) -> Stack {
    let mut stack = Stack::new("App", props);
    let asset = read(code);
    stack.scope().add("Logs", &LogGroup::default());
    let published = stack.child("Function").publish("Code", asset.clone());
    stack.child("Other").publish("Code", asset);
    let mut scope = stack.scope();
    scope.output("Key", Output::new(published.key.clone().into_owned()));
    scope.output("Bucket", Output::new(published.bucket.clone()));
    scope.output("Uri", Output::new(published.uri()));
    scope.publish("Settings", file(code.join("index.py")).unwrap());
    stack
}

#[test]
fn the_assembly_says_what_is_published_where_and_has_it() {
    let code = made(CODE);
    let assembly = Assembly::synthesize([stack(StackProps::default(), code.path())]).unwrap();
    insta::assert_snapshot!(assembly.files()["App.assets.json"]);
    insta::assert_snapshot!(assembly.files()["manifest.json"]);
    insta::assert_snapshot!(assembly.files()["App.template.json"]);
    let out = tempfile::tempdir().unwrap();
    assembly.write_to(out.path()).unwrap();
    let hash = read(code.path()).hash;
    let staged = out.path().join(format!("asset.{hash}"));
    assert_eq!(
        fs::read_to_string(staged.join("lib/help.py")).unwrap(),
        "pass"
    );
    let single = file(code.path().join("index.py")).unwrap().hash;
    let staged = out.path().join(format!("asset.{single}.py"));
    assert_eq!(fs::read_to_string(staged).unwrap(), "pass");
}

#[test]
fn a_known_environment_and_a_bucket_of_ones_own_need_no_bootstrap() {
    let environment = Environment {
        account: Some("123456789012".into()),
        region: Some("eu-west-1".into()),
    };
    let code = made(CODE);
    let known = StackProps {
        environment: environment.clone(),
        ..StackProps::default()
    };
    let assembly = Assembly::synthesize([stack(known, code.path())]).unwrap();
    assert!(
        assembly.files()["App.template.json"]
            .contains("cdk-hnb659fds-assets-123456789012-eu-west-1")
    );
    let own = StackProps {
        environment,
        asset_store: AssetStore {
            prefix: "app/".into(),
            ..AssetStore::bucket("my-assets")
        },
        ..StackProps::default()
    };
    let assembly = Assembly::synthesize([stack(own, code.path())]).unwrap();
    let list = &assembly.files()["App.assets.json"];
    assert!(
        list.contains("\"objectKey\": \"app/") && list.contains("my-assets"),
        "{list}"
    );
    assert!(!list.contains("assumeRoleArn"), "{list}");
    assert!(!assembly.files()["manifest.json"].contains("ootstrap"));
}
