//! Text that nobody meant to write: reading and checking end, say something, and stay within bounds.

use proptest::prelude::*;
use synth_validate::source::{Lines, read};
use synth_validate::{Options, security, template, validate};

/// Reads bytes and checks whatever they say.
fn carry_out(bytes: &[u8]) {
    let Ok(source) = read(bytes) else { return };
    let mut found = template::check(&source.template);
    found.extend(validate(&source.template, &Options::default()));
    found.extend(security::check(&source.template));
    let lines = Lines::new(&source.text);
    for violation in found {
        let span = source.span(&violation);
        assert!(span.start <= span.end && span.end <= source.text.len());
        assert!(source.text.is_char_boundary(span.start));
        let (line, column) = lines.line_and_column(span.start);
        assert!(line > 0 && column > 0);
    }
}

const YAML: &str = r"
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Env: {Type: String, Default: a, AllowedValues: [a, b], AllowedPattern: '[a-z]+', MinLength: 1}
Mappings:
  Sizes: {a: {Cpu: 256}}
Conditions:
  Is: !Equals [!Ref Env, a]
Resources:
  Role: &role
    Type: AWS::IAM::Role
    Condition: Is
    DependsOn: [Queue]
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: '*', Action: 'sts:AssumeRole'}]
  Queue:
    <<: *role
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub ['${Env}-${X}-${Role.Arn}', {X: !FindInMap [Sizes, a, Cpu]}]
      DelaySeconds: !If [Is, 900, !Ref AWS::NoValue]
Outputs:
  Arn: {Value: !GetAtt Queue.Arn, Export: {Name: !Sub '${AWS::StackName}-q'}}
";

/// Pieces that mean something to one reader or the other.
const PIECES: [&str; 28] = [
    "{", "}", "[", "]", ":", ": ", ",", "- ", "\n", "\n  ", "\t", "&a ", "*a", "<<: ", "!Ref ",
    "!GetAtt ", "!Sub ", "Fn::If", "\"", "'", "|\n", "#", "---", "? ", "\u{feff}", "é", "0123",
    "~",
];

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        carry_out(&bytes);
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES.as_slice()), 0..60)) {
        carry_out(pieces.concat().as_bytes());
    }

    #[test]
    fn a_template_with_pieces_of_it_changed(
        as_json in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, prop::sample::select(PIECES.as_slice())), 1..6),
    ) {
        let mut text = YAML.to_owned();
        if as_json {
            text = read(YAML.as_bytes()).unwrap().template.to_pretty(2);
        }
        for (at, length, piece) in changes {
            let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            if bounds.is_empty() {
                break;
            }
            let from = at.index(bounds.len());
            let to = (from + length).min(bounds.len() - 1);
            text.replace_range(bounds[from]..bounds[to.max(from)], piece);
        }
        carry_out(text.as_bytes());
    }
}

#[test]
fn what_is_merged_weighs_as_much_as_what_is_aliased() {
    let list = vec!["1"; 20_000].join(",");
    let again = vec!["*m"; 20_000].join(",");
    let text = format!("x: &x {{k: [{list}]}}\nm: &m\n  <<: *x\nl: [{again}]\n");
    let error = read(text.as_bytes()).unwrap_err();
    assert_eq!(error.problem.code, "template.too-large");
}

#[test]
fn too_deep_is_told_alike_by_every_reader() {
    for text in [
        "[".repeat(1000),
        "- ".repeat(1000),
        format!("a: {}", "[".repeat(1000)),
    ] {
        let error = read(text.as_bytes()).unwrap_err();
        assert_eq!(error.problem.code, "template.too-large", "{text:.9}");
        assert_eq!(error.problem.message, "nested deeper than 128 levels");
    }
}

/// Takes minutes where each of them is compared with every name, or its line is counted from the start of the text.
#[test]
fn two_thousand_names_that_are_wrong_are_all_told() {
    let queue = |at| {
        format!(
            r#""Q{at}":{{"Type":"AWS::SQS::Queu{at}","Properties":{{"Url":{{"Ref":"Nothing{at}"}}}}}}"#
        )
    };
    let all: Vec<String> = (0..2_000).map(queue).collect();
    let text = format!(r#"{{"Resources":{{{}}}}}"#, all.join(","));
    let source = read(text.as_bytes()).unwrap();
    let found = template::check(&source.template);
    let dangling = found
        .iter()
        .filter(|it| it.problem.code == "core.dangling-reference");
    assert_eq!(dangling.count(), 2_000);
}
