use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Parser;
use runtime::wire::Revision;

use super::*;
use crate::cli::{self, Cli};
use crate::config::{Project, User};
use crate::failure::Failure;
use crate::git::Checkout;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// What surrounds a request in these tests; each test changes what it is about.
struct Around {
    environment: Vec<(&'static str, &'static str)>,
    project: Option<&'static str>,
    user: &'static str,
    detection: Detection,
}

impl Default for Around {
    fn default() -> Self {
        Self {
            environment: Vec::new(),
            project: None,
            user: "",
            detection: Detection::Nothing("not in a git repository".to_owned()),
        }
    }
}

impl Around {
    fn in_git() -> Self {
        Self {
            detection: Detection::Checkout(checkout()),
            ..Self::default()
        }
    }

    fn resolve(&self, flags: &[&str]) -> Result<Resolved, RequestError> {
        let project = self.project.map(|text| {
            let project: Project = serde_saphyr::from_str(text).unwrap();
            (PathBuf::from(".mycli.yaml"), project)
        });
        let user: User = serde_saphyr::from_str(self.user).unwrap();
        let around = Surroundings {
            environment: self.environment.iter().copied().collect(),
            directory: PathBuf::from("/nowhere"),
            project,
            user_path: PathBuf::from("config.yaml"),
            user,
        };
        let words = [&["mycli", "exec"], flags, &["--", "true"]].concat();
        let cli = Cli::try_parse_from(words).unwrap();
        let cli::Command::Exec(args) = cli.command else {
            panic!("not exec");
        };
        resolve(&args.request, &around, &|_| self.detection.clone())
    }

    fn source(&self, flags: &[&str]) -> Option<(String, Revision)> {
        let source = self.resolve(flags).unwrap().source?.value;
        Some((source.repository, source.revision))
    }

    fn refused(&self, flags: &[&str]) -> String {
        Failure::from(self.resolve(flags).unwrap_err()).text(false)
    }
}

fn checkout() -> Checkout {
    Checkout {
        origin: "git@example.com:a/b.git".to_owned(),
        commit: COMMIT.to_owned(),
        branch: Some("work".to_owned()),
        published_as: Some("work".to_owned()),
        dirty: false,
    }
}

fn named(repository: &str, name: &str) -> (String, Revision) {
    (repository.to_owned(), Revision::Named(name.to_owned()))
}

#[test]
fn one_word_with_white_space_is_a_script_and_all_else_an_exact_argv() {
    let exec = |words: &[&str]| {
        let words = [&["mycli", "exec"], words].concat();
        let cli::Command::Exec(args) = Cli::try_parse_from(words).unwrap().command else {
            panic!("not exec");
        };
        command(args.command).unwrap()
    };
    let argv = |words: &[&str]| Command::Argv(words.iter().map(|it| (*it).to_owned()).collect());
    let script = |text: &str| Command::Script(text.to_owned());
    let table = [
        (&["ls", "-la"][..], argv(&["ls", "-la"])),
        (
            &["grep", "-r", "foo", "."],
            argv(&["grep", "-r", "foo", "."]),
        ),
        (&["--", "--version"], argv(&["--version"])),
        (&["ls", "--help"], argv(&["ls", "--help"])),
        (&["git", "log", "--", "a"], argv(&["git", "log", "--", "a"])),
        (
            &["--", "git", "log", "--", "a"],
            argv(&["git", "log", "--", "a"]),
        ),
        (
            &["env", "-i", "--image", "x"],
            argv(&["env", "-i", "--image", "x"]),
        ),
        (&["terraform plan"], script("terraform plan")),
        (&["echo 'it\"s'"], script("echo 'it\"s'")),
        (
            &[r#"echo "one; echo INJECTED""#],
            script(r#"echo "one; echo INJECTED""#),
        ),
        (&[r#"sh -c "exit 3""#], script(r#"sh -c "exit 3""#)),
        (&[r#"printf "100%%\n""#], script(r#"printf "100%%\n""#)),
        (&["true # comment\nfalse"], script("true # comment\nfalse")),
        (&["cat <<E\n$(id)\nE\n"], script("cat <<E\n$(id)\nE\n")),
        (&["a\tb"], script("a\tb")),
        (
            &["echo", "$(date) `id` \"'"],
            argv(&["echo", "$(date) `id` \"'"]),
        ),
        (&["printf", "%s", ""], argv(&["printf", "%s", ""])),
        (&["true"], argv(&["true"])),
    ];
    for (words, expected) in table {
        assert_eq!(exec(words), expected, "{words:?}");
    }
    for words in [vec![""], vec!["  \n"], vec!["", "a"]] {
        let words = words.into_iter().map(str::to_owned).collect();
        assert!(matches!(command(words), Err(RequestError::EmptyCommand)));
    }
}

#[test]
fn a_flag_that_is_misspelt_is_no_command() {
    let error = Cli::try_parse_from(["mycli", "exec", "--imag", "a", "--", "true"]).unwrap_err();
    assert!(error.to_string().contains("'--image'"), "{error}");
    let error = Cli::try_parse_from(["mycli", "exec", "--env"]).unwrap_err();
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn flags_go_before_the_environment_before_the_project_before_the_user() {
    let mut around = Around {
        environment: vec![("MYCLI_IMAGE", "environment"), ("MYCLI_TIMEOUT", "20")],
        project: Some("image: project\ntimeout: 30\n"),
        user: "image: user\ntimeout: 40\ncontext: local\n",
        ..Around::default()
    };
    let image = |around: &Around, flags: &[&str]| {
        let image = around.resolve(flags).unwrap().image.unwrap();
        (image.value, image.origin.to_string())
    };
    let pair = |value: &str, origin: &str| (value.to_owned(), origin.to_owned());
    assert_eq!(image(&around, &["--image", "flag"]), pair("flag", "flag"));
    assert_eq!(image(&around, &[]), pair("environment", "environment"));
    around.environment = vec![("MYCLI_IMAGE", "")];
    assert_eq!(image(&around, &[]), pair("project", ".mycli.yaml"));
    around.project = None;
    assert_eq!(image(&around, &[]), pair("user", "config.yaml"));
    around.user = "";
    assert_eq!(around.resolve(&[]).unwrap().image, None);
}

#[test]
fn a_timeout_of_zero_lifts_the_one_of_a_file() {
    let around = Around {
        project: Some("timeout: 30\n"),
        ..Around::default()
    };
    let timeout = |flags: &[&str]| around.resolve(flags).unwrap().timeout;
    assert_eq!(timeout(&[]).unwrap().value.ms, Some(30_000));
    assert_eq!(
        timeout(&["--timeout", "5m"]).unwrap().value.ms,
        Some(300_000)
    );
    assert_eq!(timeout(&["--timeout", "0"]), None);
}

#[test]
fn variables_are_merged_name_by_name() {
    let around = Around {
        environment: vec![("FROM_HERE", "here=1\n"), ("EMPTY", "")],
        project: Some("env:\n  A: project\n  B: project\n  FROM_HERE:\n"),
        user: "env:\n  B: user\n  C: user\n",
        ..Around::default()
    };
    let resolved = around
        .resolve(&["-e", "A=flag=1", "-e", "EMPTY", "--env", "D="])
        .unwrap();
    let env: BTreeMap<_, _> = resolved
        .env
        .iter()
        .map(|(name, it)| (name.as_str(), (it.value.as_str(), it.origin.to_string())))
        .collect();
    let expected = [
        ("A", ("flag=1", "flag")),
        ("B", ("project", ".mycli.yaml")),
        ("C", ("user", "config.yaml")),
        ("D", ("", "flag")),
        ("EMPTY", ("", "flag")),
        ("FROM_HERE", ("here=1\n", ".mycli.yaml")),
    ];
    let expected = expected.map(|(name, (value, origin))| (name, (value, origin.to_owned())));
    assert_eq!(env, expected.into());
}

#[test]
fn a_file_without_a_repository_leaves_it_to_git() {
    let mut around = Around::in_git();
    let head = Revision::Commit {
        id: COMMIT.to_owned(),
        branch: Some("work".to_owned()),
    };
    let origin = "git@example.com:a/b.git";
    assert_eq!(around.source(&[]), Some((origin.to_owned(), head.clone())));
    around.project = Some("image: alpine\n");
    assert_eq!(around.source(&[]), Some((origin.to_owned(), head)));
    around.project = Some("branch: dev\n");
    assert_eq!(around.source(&[]), Some(named(origin, "dev")));
    assert_eq!(around.source(&["--ref", "v1"]), Some(named(origin, "v1")));
    assert_eq!(around.source(&["--skip-git"]), None);
}

#[test]
fn a_branch_belongs_to_the_repository_it_was_written_for() {
    let around = Around {
        project: Some("repo: https://example.com/p.git\nbranch: dev\n"),
        ..Around::in_git()
    };
    assert_eq!(
        around.source(&[]),
        Some(named("https://example.com/p.git", "dev"))
    );
    assert_eq!(
        around.source(&["--ref", "v1"]),
        Some(named("https://example.com/p.git", "v1"))
    );
    let other = around.source(&["--repo", "https://example.com/other.git"]);
    assert_eq!(
        other,
        Some((
            "https://example.com/other.git".to_owned(),
            Revision::Default
        ))
    );
}

#[test]
fn urls_are_handed_on_as_they_are() {
    let around = Around::default();
    for url in [
        "git@example.com:a/b.git",
        "https://example.com/$(id)/it's a.git",
    ] {
        assert_eq!(
            around.source(&["--repo", url]),
            Some((url.to_owned(), Revision::Default))
        );
    }
}

#[test]
fn a_password_in_a_url_goes_nowhere() {
    let mut around = Around::in_git();
    if let Detection::Checkout(checkout) = &mut around.detection {
        checkout.origin = "https://ci:secret@example.com/a.git".to_owned();
    }
    let resolved = around.resolve(&[]).unwrap();
    assert!(!format!("{resolved:?}").contains("secret"));
    let refused = around.refused(&["--repo", "https://ci:secret@example.com/a.git"]);
    assert!(!refused.contains("secret"), "{refused}");
}

#[test]
fn requests_that_make_no_sense_are_refused_with_the_next_step() {
    let mut around = Around::in_git();
    if let Detection::Checkout(checkout) = &mut around.detection {
        checkout.published_as = None;
    }
    insta::assert_snapshot!(around.refused(&[]), @"
    error: the commit 0123456789abcdef0123456789abcdef01234567 that is checked out here is not on `origin`, so it cannot be fetched
      hint: `git push origin work`; or choose another commit with --ref; or run without a source with --skip-git
      code: request.commit-unpublished
    ");
    insta::assert_snapshot!(around.refused(&["--skip-git", "-e", "NOT_SET"]), @"
    error: the variable `NOT_SET` (flag) is to be taken over from here, and is not set
      hint: --env NOT_SET=VALUE
      code: request.variable-unset
    ");
    insta::assert_snapshot!(around.refused(&["--skip-git", "-e", "=a"]), @"
    error: `--env =a` has no name before the `=`
      hint: --env NAME=VALUE
      code: request.variable-nameless
    ");
    insta::assert_snapshot!(around.refused(&["--repo", "https://u:p@example.com"]), @"
    error: the URL of the repository `https://example.com` holds a password, which would be kept in history
      hint: leave it out of the URL, and give git the password through a credential helper
      code: request.password-in-url
    ");
    around.project = Some("branch: a\nref: b\n");
    insta::assert_snapshot!(around.refused(&[]), @"
    error: both a branch (`a`) and a ref (`b`) are chosen (.mycli.yaml)
      hint: keep one of them
      code: request.branch-and-ref
    ");
    around.environment = vec![("MYCLI_TIMEOUT", "soon")];
    insta::assert_snapshot!(around.refused(&[]), @"
    error: MYCLI_TIMEOUT: `soon` is not a timeout: write seconds such as 90, or a duration such as 30s, 5m or 1h30m; 0 is no limit
      code: request.timeout-invalid
    ");
    let around = Around::default();
    insta::assert_snapshot!(around.refused(&["--repo", "/", "--image", "alpine"]), @"
    error: the repository `/` is a directory of this machine, which the container does not see
      hint: name a repository that can be reached with --repo, or use --skip-git
      code: request.repository-elsewhere
    ");
}

#[test]
fn what_the_person_should_know_is_said() {
    let remarks = |around: &Around, flags: &[&str]| around.resolve(flags).unwrap().remarks;
    let local =
        Remark::Note("no context is chosen: running on this machine (context `local`)".to_owned());
    let nothing = Remark::Note("running without a source: not in a git repository".to_owned());
    assert_eq!(remarks(&Around::default(), &[]), [local, nothing.clone()]);
    assert_eq!(
        remarks(&Around::default(), &["--context", "local"]),
        [nothing]
    );
    assert_eq!(
        remarks(&Around::default(), &["--context", "local", "--skip-git"]),
        []
    );
    let mut around = Around::in_git();
    if let Detection::Checkout(checkout) = &mut around.detection {
        checkout.dirty = true;
    }
    let remarks = remarks(&around, &["--context", "local"]);
    assert!(matches!(remarks.as_slice(), [Remark::Warning(text)] if text.contains("uncommitted")));
}

#[test]
fn a_plan_shows_every_setting_and_where_it_comes_from_but_no_value_of_a_variable() {
    let around = Around {
        environment: vec![("MYCLI_TIMEOUT", "90")],
        project: Some("image: alpine:3\nenv:\n  TOKEN: secret\n"),
        ..Around::in_git()
    };
    let resolved = around
        .resolve(&["--context", "local", "-e", "A=1"])
        .unwrap();
    let command = Command::Script("make && make test".to_owned());
    insta::assert_snapshot!(plan::text(Some(&command), &resolved), @"
    SETTING    VALUE                                           FROM
    script     make && make test                               flag
    context    local                                           flag
    source     git@example.com:a/b.git at 0123456789ab (work)  git
    image      alpine:3                                        .mycli.yaml
    timeout    1m30s                                           environment
    size       -                                               default
    grace      2m                                              default
    attempts   3                                               default
    env A      (set)                                           flag
    env TOKEN  (set)                                           .mycli.yaml
    ");
    let data = plan::data(Some(&command), &resolved);
    insta::assert_snapshot!(format!("{data:#}"), @r#"
    {
      "command": {
        "script": "make && make test"
      },
      "context": {
        "value": "local",
        "from": "flag"
      },
      "source": {
        "value": {
          "repository": "git@example.com:a/b.git",
          "revision": {
            "commit": {
              "id": "0123456789abcdef0123456789abcdef01234567",
              "branch": "work"
            }
          }
        },
        "from": "git"
      },
      "image": {
        "value": "alpine:3",
        "from": ".mycli.yaml"
      },
      "timeout_ms": {
        "value": 90000,
        "from": "environment"
      },
      "grace_ms": 120000,
      "retry": {
        "attempts": 3,
        "interrupted": false
      },
      "size": {},
      "capacity": "on_demand",
      "usd_per_hour": null,
      "env": {
        "A": {
          "from": "flag"
        },
        "TOKEN": {
          "from": ".mycli.yaml"
        }
      },
      "output_limit": {
        "value": 209715200,
        "from": "default"
      }
    }
    "#);
}

#[test]
fn values_are_masked_by_the_name_of_their_variable_or_because_somebody_said_so() {
    let around = Around {
        environment: vec![("HERE", "from here"), ("DB_PASSWORD", "inherited")],
        project: Some("mask: [DSN]\noutput_limit: 1m\nenv:\n  DSN: p:q@host\n  SORT_KEY: name\n"),
        ..Around::default()
    };
    let flags = [
        "-e",
        "A_TOKEN=t0ken",
        "-e",
        "DB_PASSWORD",
        "-e",
        "USE_TOKEN=true",
    ];
    let resolved = around
        .resolve(&[&flags[..], &["--mask", "HERE"]].concat())
        .unwrap();
    assert_eq!(
        resolved.masked,
        ["from here", "inherited", "p:q@host", "t0ken"]
    );
    assert_eq!(resolved.output_limit.value, ByteSize(1 << 20));
    let shown = format!(
        "{}{}",
        plan::text(None, &resolved),
        plan::data(None, &resolved)
    );
    for value in &resolved.masked {
        assert!(!shown.contains(value.as_str()), "{value}: {shown}");
    }
    insta::assert_snapshot!(around.refused(&["--mask", "NOWHERE"]), @"
    error: the value of `NOWHERE` is to be masked (flag): it is no variable of the command, and here it is not set
      hint: name a variable that is set, or leave it out
      code: request.mask-unset
    ");
}

#[test]
fn variables_come_from_files_too_and_a_secret_in_a_broken_line_is_not_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let one = file("one", "# first\n\nA=1\nB=\"x y\" #z\nHOME_OF\n");
    let two = file("two", "A=2\nC=\n");
    let around = Around {
        environment: vec![("HOME_OF", "here")],
        project: Some("env: {A: 0, D: 4}\n"),
        ..Around::default()
    };
    let flags = ["--env-file", &one, "--env-file", &two, "--env", "C=3"];
    let resolved = around.resolve(&flags).unwrap();
    let env: Vec<(&str, &str)> = resolved
        .env
        .iter()
        .map(|(name, setting)| (name.as_str(), setting.value.as_str()))
        .collect();
    let expected = [
        ("A", "2"),
        ("B", "\"x y\" #z"),
        ("C", "3"),
        ("D", "4"),
        ("HOME_OF", "here"),
    ];
    assert_eq!(env, expected);
    for broken in ["A=1\nmy secret=5\n", "=secret\n"] {
        let path = file("broken", broken);
        let refused = around.resolve(&["--env-file", &path]).unwrap_err();
        let told = refused.to_string();
        assert!(told.contains("line ") && !told.contains("secret"), "{told}");
    }
    let missing = around.resolve(&["--env-file", "/nowhere/at/all"]);
    let told = missing.unwrap_err().to_string();
    assert!(told.contains("/nowhere/at/all"), "{told}");
}
