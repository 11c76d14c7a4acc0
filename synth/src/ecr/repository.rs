//! The repository itself.

use synth_core::{Data, DeletionPolicy, Handle, Id, Options, Problem, Scope, Text, Value, join};

use super::lifecycle::{self, ImageRule};
use crate::absent::some;
use crate::cfn::ecr::{self as l1, repository};
use crate::cfn::refs::ecr::RepositoryName;
use crate::cfn::refs::kms::KeyArn;
use crate::iam::{PolicyDocument, PolicyKind, Statement};

/// Whether a tag can be moved from one image to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagMutability {
    /// It can.
    Mutable,
    /// It cannot; pushing a tag that exists is refused.
    Immutable,
}

impl TagMutability {
    const fn as_text(self) -> &'static str {
        match self {
            Self::Mutable => "MUTABLE",
            Self::Immutable => "IMMUTABLE",
        }
    }
}

/// Whose key encrypts images. It cannot be changed later.
#[derive(Debug, Clone, PartialEq)]
pub enum Encryption {
    /// A key of ECR, at no cost.
    EcrManaged,
    /// The account's key for ECR, `aws/ecr`.
    KmsManaged,
    /// The KMS key with this ARN, which ECR uses itself: those who pull and push need no right to
    /// it.
    CustomerManaged(Value<Id<KeyArn>>),
}

/// What a [`Repository`] needs to know.
#[derive(Debug, Clone)]
pub struct RepositoryProps {
    /// Its name, 2-256 lower-case letters, digits and `._-`, `/` between parts. Default:
    /// CloudFormation makes one.
    pub repository_name: Option<Value<String>>,
    /// Whether images are searched for known vulnerabilities when they are pushed. Default: yes, at
    /// no cost.
    pub scan_on_push: bool,
    /// Whether a tag can be moved. Default: [`TagMutability::Mutable`].
    pub tag_mutability: TagMutability,
    /// Which images are not kept, most important first. Default: all are kept.
    pub lifecycle_rules: Vec<ImageRule>,
    /// Whose key encrypts images. Default: [`Encryption::EcrManaged`].
    pub encryption: Encryption,
    /// What the repository itself says about who may do what, without `resources`. Default:
    /// nothing.
    pub policy: PolicyDocument,
    /// Whether deleting it deletes its images. Default: no; deleting a repository that has images
    /// fails.
    pub empty_on_delete: bool,
    /// What becomes of it when it leaves the stack or is replaced. Default:
    /// [`DeletionPolicy::Retain`].
    pub removal: DeletionPolicy,
    /// Its tags. Default: those of the stack.
    pub tags: Vec<(Text, Value<String>)>,
}

impl Default for RepositoryProps {
    fn default() -> Self {
        Self {
            repository_name: None,
            scan_on_push: true,
            tag_mutability: TagMutability::Mutable,
            lifecycle_rules: Vec::new(),
            encryption: Encryption::EcrManaged,
            policy: PolicyDocument::new(),
            empty_on_delete: false,
            removal: DeletionPolicy::Retain,
            tags: Vec::new(),
        }
    }
}

/// A repository of container images.
///
/// Declares `Resource` (`AWS::ECR::Repository`), scanned and retained unless told otherwise.
#[derive(Debug, Clone)]
pub struct Repository {
    /// The repository; its `Ref` is its name.
    pub repository: Handle<l1::Repository>,
}

const PULL: [&str; 3] = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
];
const PUSH: [&str; 4] = [
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
];

impl Repository {
    /// Adds the repository to `scope`.
    pub fn new(mut scope: Scope<'_>, props: RepositoryProps) -> Self {
        for problem in problems(&props) {
            scope.problem(problem);
        }
        let options = Options {
            deletion_policy: Some(props.removal),
            update_replace_policy: Some(props.removal),
            ..Options::default()
        };
        Self {
            repository: scope.add_with("Resource", &resource(props), options),
        }
    }

    /// The repository's ARN.
    pub fn arn(&self) -> Value<String> {
        self.repository.arn()
    }

    /// The repository's name.
    pub fn name(&self) -> Value<Id<RepositoryName>> {
        self.repository.reference()
    }

    /// Where images are pushed to and pulled from: `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`.
    pub fn uri(&self) -> Value<String> {
        self.repository.repository_uri()
    }

    /// The image with this tag, as a container definition takes it.
    pub fn image(&self, tag: impl Into<Value<String>>) -> Value<String> {
        join(":", [self.uri(), tag.into()])
    }

    /// Lets `policy` pull images. Signing in to the registry cannot be narrowed to a repository, so
    /// it is granted on `*`.
    pub fn grant_pull(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(PULL, [self.arn()]));
        grant_sign_in(policy);
    }

    /// Lets `policy` push images, and check which layers are there already. Not pull them.
    pub fn grant_push(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(
            ["ecr:BatchCheckLayerAvailability"],
            [self.arn()],
        ));
        policy.add(Statement::allow(PUSH, [self.arn()]));
        grant_sign_in(policy);
    }
}

fn grant_sign_in(policy: &mut PolicyDocument) {
    policy.add(Statement::allow(["ecr:GetAuthorizationToken"], ["*"]));
}

fn resource(props: RepositoryProps) -> l1::Repository {
    let rules = some(props.lifecycle_rules);
    let lifecycle_policy = rules.map(|rules| repository::LifecyclePolicy {
        lifecycle_policy_text: lifecycle::to_json(&rules).to_compact().into(),
        ..repository::LifecyclePolicy::default()
    });
    let key = match props.encryption {
        Encryption::EcrManaged => None,
        Encryption::KmsManaged => Some(None),
        Encryption::CustomerManaged(key) => Some(Some(key)),
    };
    let encryption = key.map(|key| repository::EncryptionConfiguration {
        kms_key: key.into(),
        ..repository::EncryptionConfiguration::new("KMS")
    });
    let policy = (!props.policy.is_empty()).then(|| props.policy.to_json());
    l1::Repository {
        empty_on_delete: props.empty_on_delete.then_some(true).into(),
        encryption_configuration: encryption.into(),
        image_scanning_configuration: repository::ImageScanningConfiguration {
            scan_on_push: props.scan_on_push.into(),
        }
        .into(),
        image_tag_mutability: props.tag_mutability.as_text().into(),
        lifecycle_policy: lifecycle_policy.into(),
        repository_name: props.repository_name.into(),
        repository_policy_text: policy.into(),
        tags: crate::tags::of(props.tags),
        ..l1::Repository::default()
    }
}

fn problems(props: &RepositoryProps) -> Vec<Problem> {
    let mut problems = lifecycle::problems(&props.lifecycle_rules);
    if let Some(Value::Known(name)) = &props.repository_name {
        problems.extend(name_problem(name));
    }
    if !props.policy.is_empty() {
        problems.extend(props.policy.problems(PolicyKind::Resource));
    }
    if props.empty_on_delete && props.removal == DeletionPolicy::Retain {
        problems.push(Problem {
            code: "ecr.empty-on-delete-of-retained",
            message: "the repository is emptied when it is deleted, and it is never deleted"
                .to_owned(),
            value: "empty_on_delete with DeletionPolicy::Retain".to_owned(),
            allowed: "one of the two".to_owned(),
            fix: "set `removal: DeletionPolicy::Delete`, or leave `empty_on_delete` out".to_owned(),
        });
    }
    problems
}

fn name_problem(name: &str) -> Option<Problem> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    // Parts between slashes are words between single `.`, `_` or `-`, or `__`, or several `-`.
    let is_part = |part: &str| {
        part.bytes().next().is_some_and(is_plain)
            && part.bytes().last().is_some_and(is_plain)
            && part
                .bytes()
                .all(|byte| is_plain(byte) || b"._-".contains(&byte))
            && !["..", "._", "_.", ".-", "-.", "___", "_-", "-_"]
                .iter()
                .any(|pair| part.contains(pair))
    };
    let is_name = (2..=256).contains(&name.len()) && name.split('/').all(is_part);
    (!is_name).then(|| Problem {
        code: "ecr.repository-name",
        message: "ECR does not take this as the name of a repository".to_owned(),
        value: name.to_owned(),
        allowed: "2 to 256 lower-case letters and digits, single `.`, `_` or `-` between them, `/` between parts"
            .to_owned(),
        fix: "choose another name, or leave it out: CloudFormation then makes one".to_owned(),
    })
}
