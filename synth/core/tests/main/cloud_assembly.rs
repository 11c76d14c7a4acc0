//! Assemblies as other programs write them, good and bad.

use std::path::{Path, PathBuf};

use synth_core::{CloudAssembly, ImageBuild, ImageSource, Level};

/// A directory of its own, removed in the end.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let directory = format!("synth-core-{name}-{}", std::process::id());
        let directory = std::env::temp_dir().join(directory);
        let _ = std::fs::remove_dir_all(&directory);
        for (name, text) in files {
            let file = directory.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        Self(directory)
    }

    fn read(&self) -> CloudAssembly {
        CloudAssembly::read(&self.0).unwrap()
    }

    /// What is wrong, without the directory's name.
    fn refused(&self) -> String {
        let error = CloudAssembly::read(&self.0).unwrap_err();
        let directory = format!("{}/", self.0.display());
        let text = format!("{error}\n  fix: {}\n  code: {}", error.fix, error.code);
        text.replace(&directory, "")
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn stack(extra: &str) -> String {
    format!(
        r#"{{"type": "aws:cloudformation:stack", "environment": "aws://123456789012/eu-west-1",
            "properties": {{"templateFile": "T.json"}}{extra}}}"#
    )
}

fn manifest(artifacts: &str) -> String {
    format!(r#"{{"version": "55.0.0", "artifacts": {{{artifacts}}}}}"#)
}

fn nested(directory: &str) -> String {
    let properties = format!(r#"{{"directoryName": "{directory}"}}"#);
    format!(r#"{{"type": "cdk:cloud-assembly", "properties": {properties}}}"#)
}

fn names(stacks: &[&synth_core::StackArtifact]) -> Vec<String> {
    stacks.iter().map(|it| it.display_name.clone()).collect()
}

#[test]
fn stages_within_stages_are_read_and_come_in_the_order_of_their_dependencies() {
    let root = manifest(&format!(
        r#""A": {}, "Prod": {}, "B": {}"#,
        stack(r#", "dependencies": ["Prod", "A.assets"]"#),
        nested("assembly-Prod"),
        stack(""),
    ))
    .replacen(
        r#""artifacts": {"#,
        r#""artifacts": {"A.assets": {"type": "cdk:asset-manifest", "properties": {"file": "A.assets.json"}},"#,
        1,
    );
    let prod = manifest(&format!(
        r#""Api": {}, "Deep": {}"#,
        stack(r#", "displayName": "Prod/Api", "dependencies": ["Deep"]"#),
        nested("deep")
    ));
    let deep = manifest(&format!(
        r#""Db": {}"#,
        stack(r#", "displayName": "Prod/Deep/Db""#)
    ));
    let directory = Directory::new(
        "stages",
        &[
            ("manifest.json", &root),
            ("assembly-Prod/manifest.json", &prod),
            ("assembly-Prod/deep/manifest.json", &deep),
        ],
    );
    let assembly = directory.read();
    let all: Vec<_> = assembly.stacks.iter().collect();
    assert_eq!(names(&all), ["Prod/Deep/Db", "Prod/Api", "A", "B"]);
    let needs = |at: usize| {
        let needs: Vec<_> = assembly.dependencies(&assembly.stacks[at]).collect();
        names(&needs)
    };
    assert_eq!(needs(1), ["Prod/Deep/Db"]);
    assert_eq!(needs(2), ["Prod/Deep/Db", "Prod/Api"]);
    let assets = assembly.stacks[2].asset_manifest.as_deref();
    assert_eq!(assets, Some(&*directory.0.join("A.assets.json")));
    let chosen = |pattern: &str| names(&assembly.select(&[pattern.to_owned()], false).unwrap());
    assert_eq!(chosen("Prod/*"), ["Prod/Api"]);
    assert_eq!(chosen("Prod/**"), ["Prod/Deep/Db", "Prod/Api"]);
    assert_eq!(chosen("*"), ["A", "B"]);
    assert_eq!(chosen("**"), ["Prod/Deep/Db", "Prod/Api", "A", "B"]);
    assert_eq!(chosen("Api"), ["Prod/Api"]);
    let error = assembly.select(&["Prod/Ap".to_owned()], false).unwrap_err();
    assert_eq!(error.to_string(), "no stack matches `Prod/Ap`");
    assert_eq!(
        error.candidates.first().map(String::as_str),
        Some("Prod/Api")
    );
}

#[test]
fn templates_and_metadata_files_are_opened_only_when_asked_for() {
    let extra = r#", "additionalMetadataFile": "M.json",
        "metadata": {"/A": [{"type": "aws:cdk:warning", "data": "old"}]}"#;
    let text = manifest(&format!(r#""A": {}"#, stack(extra)));
    let directory = Directory::new("lazy", &[("manifest.json", &text)]);
    let assembly = directory.read();
    let a = &assembly.stacks[0];
    assert!(a.template().unwrap_err().to_string().contains("T.json"));
    let entries = r#"{"/A/B": [{"type": "aws:cdk:error", "data": "bad"},
        {"type": "aws:cdk:logicalId", "data": "B123"}]}"#;
    std::fs::write(directory.0.join("M.json"), entries).unwrap();
    let messages = a.messages().unwrap();
    let levels: Vec<_> = messages.iter().map(|it| (it.level, &*it.path)).collect();
    assert_eq!(levels, [(Level::Warning, "/A"), (Level::Error, "/A/B")]);
    assert_eq!(a.construct_paths().unwrap()["B123"], "/A/B");
}

#[test]
fn what_is_to_be_published_is_read_with_its_places() {
    let text = manifest(&format!(
        r#""A": {}, "A.assets": {{"type": "cdk:asset-manifest", "properties": {{"file": "A.assets.json"}}}}"#,
        stack(r#", "dependencies": ["A.assets"]"#)
    ));
    let list = |source: &str| {
        format!(
            r#"{{"version": "55.0.0", "dockerImages": {{"i1": {{"displayName": "Web/Image",
                "source": {{"executable": ["load"], "path": "image.tar"}}}}}},
            "files": {{"h1": {{"displayName": "A/Code", "source": {source}, "destinations": {{
                "one": {{"bucketName": "b-${{AWS::Region}}", "objectKey": "h1.zip", "assumeRoleArn": "arn:r"}},
                "two": {{"bucketName": "b-${{AWS::Region}}", "objectKey": "h1.zip", "assumeRoleArn": "arn:r"}}}}}}}}}}"#
        )
    };
    let directory = Directory::new("publish", &[("manifest.json", &text)]);
    let of = |source: &str| {
        std::fs::write(directory.0.join("A.assets.json"), list(source)).unwrap();
        directory.read().stacks[0].to_publish()
    };
    let wanted = of(r#"{"path": "asset.h1", "packaging": "zip"}"#).unwrap();
    assert_eq!(wanted.images[0].name, "Web/Image");
    let [file] = wanted.files.as_slice() else {
        panic!("{wanted:?}");
    };
    assert_eq!(
        (&*file.name, &file.packaging),
        ("A/Code", &synth_core::Packaging::Zip)
    );
    let [place] = file.places.as_slice() else {
        panic!("{file:?}");
    };
    assert_eq!(
        (&*place.bucket, &*place.key),
        ("b-${AWS::Region}", "h1.zip")
    );
    for (source, code) in [
        (r#"{"path": "../../etc/passwd"}"#, "assembly.path-outside"),
        (
            r#"{"executable": ["make", "it"]}"#,
            "assembly.unknown-packaging",
        ),
        (
            r#"{"path": "a", "packaging": "rar"}"#,
            "assembly.unknown-packaging",
        ),
        (r#"{"packaging": "zip"}"#, "assembly.missing-member"),
    ] {
        assert_eq!(of(source).unwrap_err().code, code, "{source}");
    }
}

#[test]
fn what_an_image_is_made_of_is_read() {
    let text = manifest(&format!(
        r#""A": {}, "A.assets": {{"type": "cdk:asset-manifest", "properties": {{"file": "A.assets.json"}}}}"#,
        stack(r#", "dependencies": ["A.assets"]"#)
    ));
    let directory = Directory::new("images", &[("manifest.json", &text)]);
    let of = |source: &str| {
        let text = format!(
            r#"{{"version": "48.0.0", "dockerImages": {{"i1": {{"source": {source}, "destinations": {{
                "one": {{"repositoryName": "r-${{AWS::Region}}", "imageTag": "i1", "assumeRoleArn": "arn:r"}},
                "two": {{"repositoryName": "r-${{AWS::Region}}", "imageTag": "i1", "assumeRoleArn": "arn:r"}}}}}}}}}}"#
        );
        std::fs::write(directory.0.join("A.assets.json"), text).unwrap();
        let wanted = directory.read().stacks[0].to_publish();
        wanted.map(|wanted| wanted.images[0].clone())
    };
    // Both are named: the archive needs no engine.
    let image = of(r#"{"executable": ["load"], "path": "image.tar"}"#).unwrap();
    let path = directory.0.join("image.tar");
    assert_eq!(image.source, ImageSource::Archive(path));
    let [place] = image.places.as_slice() else {
        panic!("{image:?}");
    };
    assert_eq!(
        (&*place.repository, &*place.tag),
        ("r-${AWS::Region}", "i1")
    );
    let image = of(r#"{"executable": ["sh", "-c", "load"]}"#).unwrap();
    let command = ["sh", "-c", "load"].map(str::to_owned).to_vec();
    assert_eq!(image.source, ImageSource::Executable(command));
    let image = of(
        r#"{"directory": "asset.i1", "dockerFile": "Dockerfile.web", "dockerBuildTarget": "web",
            "dockerBuildArgs": {"A": "1", "N": 2}, "cacheDisabled": true, "dockerOutputs": ["type=docker"],
            "cacheFrom": [{"type": "registry", "params": {"ref": "r", "mode": "max"}}], "cacheTo": {"type": "inline"}}"#,
    );
    let ImageSource::Directory(build) = image.unwrap().source else {
        panic!();
    };
    let args = [("A", "1"), ("N", "2")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let expected = ImageBuild {
        directory: directory.0.join("asset.i1"),
        file: Some("Dockerfile.web".to_owned()),
        target: Some("web".to_owned()),
        args: args.into(),
        cache_from: vec!["type=registry,mode=max,ref=r".to_owned()],
        cache_to: Some("type=inline".to_owned()),
        cache_disabled: true,
        outputs: vec!["type=docker".to_owned()],
        ..ImageBuild::default()
    };
    assert_eq!(*build, expected);
    for (source, code) in [
        ("{}", "assembly.missing-member"),
        (r#"{"executable": []}"#, "assembly.missing-member"),
        (r#"{"executable": "load"}"#, "assembly.wrong-type"),
        (r#"{"directory": "../../home"}"#, "assembly.path-outside"),
        (r#"{"path": "/etc/passwd"}"#, "assembly.path-outside"),
        (
            r#"{"directory": "a", "cacheFrom": ["x"]}"#,
            "assembly.wrong-type",
        ),
        (
            r#"{"directory": "a", "cacheTo": {}}"#,
            "assembly.missing-member",
        ),
    ] {
        assert_eq!(of(source).unwrap_err().code, code, "{source}");
    }
}

#[test]
fn what_a_stage_publishes_may_lie_in_the_assembly_around_it() {
    let outer = manifest(
        r#""assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}"#,
    );
    let inner = manifest(&format!(
        r#""A": {}, "A.assets": {{"type": "cdk:asset-manifest", "properties": {{"file": "A.assets.json"}}}}"#,
        stack(r#", "dependencies": ["A.assets"]"#)
    ));
    let directory = Directory::new(
        "stage",
        &[
            ("manifest.json", &outer),
            ("assembly-Prod/manifest.json", &inner),
            ("asset.i1.tar", ""),
        ],
    );
    let of = |file: &str, image: &str| {
        let text = format!(
            r#"{{"version": "48.0.0", "files": {{"f": {{"source": {{"path": "{file}"}}}}}},
                "dockerImages": {{"i": {{"source": {image}}}}}}}"#
        );
        std::fs::write(directory.0.join("assembly-Prod/A.assets.json"), text).unwrap();
        directory.read().stacks[0].to_publish()
    };
    let tarball =
        r#"{"executable": ["sh", "-c", "docker load", "cdk-tarball-image-asset", "asset.i1.tar"]}"#;
    let wanted = of("../asset.f1.txt", tarball).unwrap();
    assert_eq!(wanted.files[0].path, directory.0.join("asset.f1.txt"));
    let archive = ImageSource::Archive(directory.0.join("asset.i1.tar"));
    assert_eq!(wanted.images[0].source, archive);
    let wanted = of("./a/../b.txt", r#"{"directory": "../asset.i1"}"#).unwrap();
    let file = directory.0.join("assembly-Prod/b.txt");
    assert_eq!(wanted.files[0].path, file);
    let ImageSource::Directory(build) = &wanted.images[0].source else {
        panic!("{wanted:?}");
    };
    assert_eq!(build.directory, directory.0.join("asset.i1"));
    // Not an archive that is there, or not in the assembly: the program is run, and says so.
    let other = tarball.replace("asset.i1.tar", "../asset.i1.tar");
    let wanted = of("a", &other).unwrap();
    let source = &wanted.images[0].source;
    assert!(matches!(source, ImageSource::Executable(_)), "{source:?}");
    for path in [
        "../../etc/passwd",
        "../..",
        "..",
        "/etc/passwd",
        "../assembly-Prod/../../x",
    ] {
        let refused = of(path, tarball).unwrap_err();
        assert_eq!(refused.code, "assembly.path-outside", "{path}");
        assert!(refused.to_string().contains(path), "{refused}");
    }
}

#[test]
fn a_link_out_of_the_assembly_is_not_followed() {
    let text = manifest(&format!(r#""A": {}"#, stack("")));
    let outside = Directory::new("outside", &[("secret.json", "{}")]);
    let directory = Directory::new("link", &[("manifest.json", &text)]);
    let link = directory.0.join("T.json");
    std::os::unix::fs::symlink(outside.0.join("secret.json"), link).unwrap();
    let error = directory.read().stacks[0].template().unwrap_err();
    assert_eq!(error.code, "assembly.path-outside");
    std::os::unix::fs::symlink(&directory.0, directory.0.join("again")).unwrap();
    let text = manifest(&format!(r#""N": {}"#, nested("again")));
    std::fs::write(directory.0.join("manifest.json"), text).unwrap();
    assert!(directory.refused().contains("nested more than once"));
}

#[test]
fn what_is_wrong_is_told_with_its_file_its_member_and_the_fix() {
    let table = [
        r#"{"artifacts": {}}"#.to_owned(),
        r#"{"version": "56.0.0"}"#.to_owned(),
        r#"{"version": "new"}"#.to_owned(),
        r#"{"version": 3}"#.to_owned(),
        r#"{"version": "1.0.0","#.to_owned(),
        "[]".to_owned(),
        manifest(r#""A": 1"#),
        manifest(r#""A": {"type": "aws:cloudformation:stack"}"#),
        manifest(&format!(r#""A": {}"#, stack(r#", "dependencies": ["Z"]"#))),
        manifest(&format!(r#""A": {}"#, stack(r#", "dependencies": "Z""#))),
        manifest(&format!(
            r#""A": {}, "B": {}"#,
            stack(r#", "dependencies": ["B"]"#),
            stack(r#", "dependencies": ["A"]"#)
        )),
        manifest(&format!(
            r#""A": {}"#,
            stack("").replace("T.json", "../T.json")
        )),
        manifest(&format!(
            r#""A": {}"#,
            stack("").replace("T.json", "/etc/passwd")
        )),
        manifest(&format!(r#""A": {}"#, stack("").replace("aws://", "arn:"))),
        manifest(&format!(r#""P": {}"#, nested(".."))),
        manifest(&format!(r#""P": {}"#, nested("."))),
        manifest(&format!(r#""P": {}"#, nested("gone"))),
        r#"{"version": "1.0.0", "missing": [{"key": "k"}]}"#.to_owned(),
    ];
    let mut told = String::new();
    for text in table {
        let directory = Directory::new("wrong", &[("manifest.json", &text)]);
        told.push_str(&directory.refused());
        told.push('\n');
    }
    insta::assert_snapshot!(told);
    let nothing = CloudAssembly::read(Path::new("/nowhere")).unwrap_err();
    assert_eq!(nothing.code, "assembly.unreadable-file");
}

#[test]
#[cfg(unix)]
fn a_nested_assembly_does_not_lie_behind_a_link_to_outside() {
    let outside = Directory::new("outside-nested", &[("manifest.json", &manifest(""))]);
    let text = manifest(&format!(r#""Away": {}"#, nested("away")));
    let assembly = Directory::new("linked", &[("manifest.json", &text)]);
    std::os::unix::fs::symlink(&outside.0, assembly.0.join("away")).unwrap();
    insta::assert_snapshot!(assembly.refused(), @"
    away/manifest.json: is in a directory that is a link to outside of the assembly
      fix: put the directory itself into the assembly
      code: assembly.path-outside
    ");
}

#[test]
fn what_is_no_file_is_not_read() {
    let assembly = Directory::new("not-a-file", &[("manifest.json/other", "")]);
    insta::assert_snapshot!(assembly.refused(), @"
    manifest.json: is not a file
      fix: synthesize the app again
      code: assembly.unreadable-file
    ");
}

#[test]
fn a_tag_that_is_no_text_is_named() {
    let artifact = stack("").replace("T.json\"", "T.json\", \"tags\": {\"a\": \"1\", \"b\": []}");
    let text = manifest(&format!(r#""A": {artifact}"#));
    let assembly = Directory::new("tags", &[("manifest.json", &text)]);
    insta::assert_snapshot!(assembly.refused(), @"
    manifest.json: artifacts.A.properties.tags.b: a list where a string is expected
      fix: write a string
      code: assembly.wrong-type
    ");
}
