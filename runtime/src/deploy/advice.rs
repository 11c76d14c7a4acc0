//! What to do about a resource that failed, by what the provider says of it.

use super::quotas::quota;

/// What to do about a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// A name for the kind of failure, for programs.
    pub code: &'static str,
    /// What to do next.
    pub next: String,
    /// The statement of a policy that would permit what was denied, as JSON.
    pub statement: Option<String>,
}

/// That a service did not come up; its tasks say why.
pub(super) const UNSTABLE: &str = "service.unstable";

/// A kind of failure: words that a reason has, all of those in one of the lists, and what to do then.
struct Kind {
    code: &'static str,
    words: &'static [&'static [&'static str]],
    next: &'static str,
}

/// The most particular first. Words are in lower case, as reasons are when they are looked for.
const KINDS: &[Kind] = &[
    Kind {
        code: "credentials.expired",
        words: &[&["security token", "expired"], &["expiredtoken"]],
        next: "sign in again and deploy again",
    },
    Kind {
        code: "access.explicit-deny",
        words: &[&["explicit deny"]],
        next: "a policy forbids it whatever others permit: of the organization (SCP), a permissions boundary, or of the \
               resource; change that one",
    },
    Kind {
        code: "access.pass-role",
        words: &[&["iam:passrole"]],
        next: "whoever deploys hands a role to a service, and needs `iam:PassRole` on it",
    },
    Kind {
        code: "access.denied",
        words: &[
            &["not authorized"],
            &["accessdenied"],
            &["access denied"],
            &["unauthorizedoperation"],
        ],
        next: "permit it to whoever deploys, then deploy again",
    },
    Kind {
        code: "name.taken",
        words: &[
            &["already exists"],
            &["alreadyexists"],
            &["bucketalreadyownedbyyou"],
        ],
        next: "something that the stack does not own has this name: give the resource another name, delete what is there, \
               or import it into the stack",
    },
    Kind {
        code: "bucket.not-empty",
        words: &[&["bucket", "not empty"]],
        next: "empty the bucket, all versions of its objects too, or retain it",
    },
    Kind {
        code: "repository.not-empty",
        words: &[&["repository", "contains images"], &["repositorynotempty"]],
        next: "delete the images of the repository, or retain it",
    },
    Kind {
        code: "export.in-use",
        words: &[&["export", "in use by"]],
        next: "another stack imports this value: change that stack first, so that it no longer does",
    },
    Kind {
        code: "resource.in-use",
        words: &[
            &["dependencyviolation"],
            &["has a dependent object"],
            &["has dependencies"],
            &["deleteconflict"],
            &["in use"],
        ],
        next: "something outside of the stack still uses it: find and remove that, then go on",
    },
    Kind {
        code: "deletion.protected",
        words: &[
            &["deletion protection"],
            &["terminationprotection"],
            &["termination protection"],
        ],
        next: "it is protected from deletion: switch the protection off, if it shall go",
    },
    Kind {
        code: "quota.exceeded",
        words: &[
            &["limitexceeded"],
            &["limit exceeded"],
            &["servicequotaexceeded"],
            &["quota"],
            &["maximum number of"],
            &["limit", "has been reached"],
        ],
        next: "a quota of the account is used up: remove what is not needed, or ask for more in the console under Service \
               Quotas (`aws service-quotas list-service-quotas --service-code SERVICE` names them)",
    },
    Kind {
        code: UNSTABLE,
        words: &[&["did not stabilize"], &["circuit breaker"]],
        next: "its tasks do not stay up: `aws ecs describe-services` has the events of the service, and a stopped task says \
               why it stopped",
    },
    Kind {
        code: "image.not-pulled",
        words: &[&["cannotpullcontainer"]],
        next: "the image cannot be pulled: check its name, the execution role, and the way from the subnet to the registry",
    },
    Kind {
        code: "request.throttled",
        words: &[&["rate exceeded"], &["throttl"], &["too many requests"]],
        next: "AWS was asked too much at once: deploy again",
    },
    Kind {
        code: "provider.unavailable",
        words: &[
            &["internal failure"],
            &["internalfailure"],
            &["serviceunavailable"],
            &["internal error"],
        ],
        next: "AWS failed by itself: deploy again; if it stays so, see the AWS Health Dashboard",
    },
    Kind {
        code: "capacity.missing",
        words: &[
            &["insufficientcapacity"],
            &["insufficient capacity"],
            &["capacity", "not available"],
        ],
        next: "AWS has none left there: deploy again later, to other zones, or with another size",
    },
    Kind {
        code: "property.refused",
        words: &[
            &["validationexception"],
            &["invalid request"],
            &["invalidparameter"],
            &["invalid", "value"],
        ],
        next: "the service refuses a property: `mycli validate` on the template may say which and why",
    },
    Kind {
        code: "resource.missing",
        words: &[&["does not exist"], &["not found"], &["notfound"]],
        next: "what it refers to is not there: check the names and ids in its properties, and what it has to wait for",
    },
];

/// What to do about a failure of which the provider says `reason`, where that is known.
pub fn advice(reason: &str) -> Option<Advice> {
    advice_on("", reason)
}

/// What to do about a resource of this type that failed, where that is known.
pub(super) fn advice_on(resource_type: &str, reason: &str) -> Option<Advice> {
    if let Some(quota) = quota(resource_type, reason) {
        return Some(Advice {
            code: "quota.exceeded",
            next: quota.next(),
            statement: None,
        });
    }
    let lower = reason.to_lowercase();
    let fits = |kind: &&Kind| {
        let mut words = kind.words.iter();
        words.any(|all| all.iter().all(|word| lower.contains(word)))
    };
    let kind = KINDS.iter().find(fits)?;
    let may_permit = matches!(kind.code, "access.denied" | "access.pass-role");
    Some(Advice {
        code: kind.code,
        next: kind.next.to_owned(),
        statement: may_permit.then(|| statement(reason)).flatten(),
    })
}

/// The statement that permits what was denied, where AWS says what it was.
fn statement(reason: &str) -> Option<String> {
    let after = |mark: &str| {
        let (_, rest) = reason.split_once(mark)?;
        let word = rest.split_whitespace().next()?;
        let word = word.trim_matches(|mark: char| "\"'`,;()".contains(mark));
        Some(word.trim_end_matches('.').to_owned())
    };
    let action = after("not authorized to perform: ")?;
    let is_action = |text: &str| {
        text.split_once(':').is_some_and(|(service, name)| {
            let is_word = |text: &str| {
                !text.is_empty()
                    && text
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            };
            is_word(service) && is_word(name)
        })
    };
    if !is_action(&action) {
        return None;
    }
    let resource = after("on resource: ").filter(|resource| resource.starts_with("arn:"));
    let statement = Statement {
        effect: "Allow",
        action,
        resource: resource.unwrap_or_else(|| "*".to_owned()),
    };
    serde_json::to_string(&statement).ok()
}

/// A statement of a policy.
#[derive(serde::Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: &'static str,
    action: String,
    resource: String,
}
