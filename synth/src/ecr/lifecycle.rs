//! Which images a repository does not keep.
//!
//! Source:
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html>

use synth_core::{Json, Problem, Text};

/// Which images a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Images {
    /// Those without a tag.
    Untagged,
    /// Those with a tag that fits one of these patterns, at most four `*` each.
    Tagged(Vec<Text>),
    /// All that no earlier rule is about. Only in the last rule.
    Any,
}

/// When an image goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// So many days after it was pushed, 1 and above.
    AfterDays(u32),
    /// When there are more than so many newer ones, 1 and above.
    BeyondNewest(u32),
}

/// A rule by which images are deleted. Earlier rules go first; an image is deleted by one of them
/// at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRule {
    /// Which images.
    pub images: Images,
    /// When they go.
    pub expiry: Expiry,
    /// Why, for people. Default: nothing.
    pub description: Option<Text>,
}

impl ImageRule {
    /// A rule without a description.
    pub fn new(images: Images, expiry: Expiry) -> Self {
        Self {
            images,
            expiry,
            description: None,
        }
    }
}

/// The lifecycle policy as ECR takes it; priorities count from 1 in the order of the rules.
pub(super) fn to_json(rules: &[ImageRule]) -> Json {
    let rules = rules.iter().zip(1_u32..).map(|(rule, priority)| {
        let mut entries = vec![("rulePriority", Json::from(priority))];
        entries.extend(
            rule.description
                .clone()
                .map(|text| ("description", text.into())),
        );
        entries.push(("selection", selection(rule)));
        entries.push(("action", Json::object([("type", "expire".into())])));
        Json::object(entries)
    });
    Json::object([("rules", Json::Array(rules.collect()))])
}

fn selection(rule: &ImageRule) -> Json {
    let mut entries: Vec<(&'static str, Json)> = match &rule.images {
        Images::Untagged => vec![("tagStatus", "untagged".into())],
        Images::Tagged(patterns) => vec![
            ("tagStatus", "tagged".into()),
            ("tagPatternList", Json::array(patterns.iter().cloned())),
        ],
        Images::Any => vec![("tagStatus", "any".into())],
    };
    match rule.expiry {
        Expiry::AfterDays(days) => {
            entries.push(("countType", "sinceImagePushed".into()));
            entries.push(("countUnit", "days".into()));
            entries.push(("countNumber", days.into()));
        }
        Expiry::BeyondNewest(count) => {
            entries.push(("countType", "imageCountMoreThan".into()));
            entries.push(("countNumber", count.into()));
        }
    }
    Json::object(entries)
}

pub(super) fn problems(rules: &[ImageRule]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (position, rule) in rules.iter().enumerate() {
        let name = format!("lifecycle rule {}", position + 1);
        let mut report = |code, what: &str, value: &str, allowed: &str, fix: &str| {
            problems.push(Problem {
                code,
                message: format!("{name} {what}"),
                value: value.to_owned(),
                allowed: allowed.to_owned(),
                fix: fix.to_owned(),
            });
        };
        if matches!(rule.expiry, Expiry::AfterDays(0) | Expiry::BeyondNewest(0)) {
            let what = "would delete every image at once";
            report(
                "ecr.lifecycle-count",
                what,
                "0",
                "1 and above",
                "raise the number",
            );
        }
        let is_last = position + 1 == rules.len();
        match &rule.images {
            Images::Any if !is_last => report(
                "ecr.lifecycle-order",
                "is about all images, so those after it are about none",
                "",
                "`Images::Any` in the last rule only",
                "move the rule to the end",
            ),
            Images::Tagged(patterns) if patterns.is_empty() => report(
                "ecr.lifecycle-without-pattern",
                "is about tagged images and has no pattern",
                "",
                "at least one pattern",
                "name the tags, such as `*` for every tag",
            ),
            Images::Tagged(patterns) => {
                for pattern in patterns
                    .iter()
                    .filter(|pattern| pattern.matches('*').count() > 4)
                {
                    let what = "has a pattern that ECR does not take";
                    report(
                        "ecr.lifecycle-pattern",
                        what,
                        pattern,
                        "at most four `*`",
                        "use fewer `*`",
                    );
                }
            }
            Images::Untagged | Images::Any => {}
        }
    }
    if rules
        .iter()
        .filter(|rule| rule.images == Images::Untagged)
        .count()
        > 1
    {
        problems.push(Problem {
            code: "ecr.lifecycle-untagged-repeated",
            message: "two lifecycle rules are about untagged images".to_owned(),
            value: String::new(),
            allowed: "one".to_owned(),
            fix: "keep the stricter one".to_owned(),
        });
    }
    problems
}
