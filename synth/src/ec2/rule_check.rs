//! Rules that EC2 refuses, and rules that nobody means.

use super::rule::{Peer, Rule, description_problem, fits};
use crate::{Problem, Scope};

/// Rules of one direction in a group, for IPv4 and IPv6 each, before the account asks for more.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
const MOST_RULES: usize = 60;

/// What is wrong with one rule by itself.
pub(super) fn check_rule(scope: &mut Scope<'_>, rule: &Rule, ingress: bool) {
    for problem in rule.check() {
        scope.problem(problem);
    }
    if ingress && rule.is_open_shell() {
        scope.warning(Problem {
            code: "ec2.open-shell",
            message: "everybody can reach the port of SSH or of remote desktops".to_owned(),
            value: rule.port.to_string(),
            allowed: String::new(),
            fix: "name the addresses that need it, or use sessions of Systems Manager".to_owned(),
        });
    }
}

/// What is wrong with a group and its rules together.
pub(super) fn check_group(
    scope: &mut Scope<'_>,
    description: &str,
    name: Option<&str>,
    directions: &[(&str, &[Rule])],
) {
    if let Some(problem) = description_problem("a security group", description) {
        scope.problem(problem);
    }
    if let Some(problem) = name.and_then(name_problem) {
        scope.problem(problem);
    }
    for (direction, rules) in directions {
        for (position, rule) in rules.iter().enumerate() {
            if rules.iter().take(position).any(|other| other.repeats(rule)) {
                scope.problem(Problem {
                    code: "ec2.duplicate-rule",
                    message: format!("two rules let the same traffic {direction}"),
                    value: rule.id("with", None),
                    allowed: String::new(),
                    fix: "remove one".to_owned(),
                });
            }
        }
        let of_six = |rule: &&Rule| matches!(rule.peer, Peer::Ipv6(_));
        let six = rules.iter().filter(of_six).count();
        for count in [six, rules.len() - six] {
            if count > MOST_RULES {
                scope.problem(Problem {
                    code: "ec2.too-many-rules",
                    message: format!("a security group has few rules for what comes or goes {direction}"),
                    value: count.to_string(),
                    allowed: format!("up to {MOST_RULES} for IPv4 and as many for IPv6, unless AWS gave the account more"),
                    fix: "write larger blocks, a prefix list or a second group; or acknowledge it".to_owned(),
                });
            }
        }
    }
}

/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>
fn name_problem(name: &str) -> Option<Problem> {
    let is_name = (1..=255).contains(&name.len()) && name.chars().all(fits);
    let is_taken = name.starts_with("sg-") || name == "default";
    (!is_name || is_taken).then(|| Problem {
        code: "ec2.group-name",
        message: "EC2 does not take this as the name of a security group".to_owned(),
        value: name.to_owned(),
        allowed: "1 to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, not beginning with `sg-`, and not `default`".to_owned(),
        fix: "choose another name, or leave it out: CloudFormation then makes one".to_owned(),
    })
}
