//! Identity providers whose tokens become roles.

use synth_core::{Handle, Id, Problem, Scope, Text, Value};

use super::trust::Trust;
use crate::absent::some;
use crate::cfn::iam as l1;
use crate::cfn::refs::iam::OidcProviderArn;

/// Most audiences of a provider, as <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html> says.
const MOST_AUDIENCES: usize = 100;

/// What an [`OidcProvider`] needs to know.
#[derive(Debug, Clone)]
pub struct OidcProviderProps {
    /// The issuer's address, such as `https://token.actions.githubusercontent.com`. Changing it replaces the provider.
    pub url: Text,
    /// Audiences that tokens may be for, at most 100. Default: `sts.amazonaws.com`.
    pub audiences: Vec<Text>,
    /// SHA-1 fingerprints of the issuer's certificate authority, for one that no public authority vouches for.
    /// Default: none, and AWS asks the public ones.
    pub thumbprints: Vec<Text>,
    /// Tags of the provider. Default: those of the stack.
    pub tags: Vec<(Text, Value<String>)>,
}

impl OidcProviderProps {
    /// Tokens of this issuer for AWS.
    pub fn new(url: impl Into<Text>) -> Self {
        Self {
            url: url.into(),
            audiences: vec!["sts.amazonaws.com".into()],
            thumbprints: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// The issuer as conditions call it: without `https://`.
    fn issuer(&self) -> &str {
        self.url.strip_prefix("https://").unwrap_or(&self.url)
    }
}

/// An `OpenID` Connect provider, such as that of a CI service. An account has one for each issuer.
///
/// Declares `Resource` (`AWS::IAM::OIDCProvider`).
///
/// ```
/// use synth::iam::{OidcProvider, OidcProviderProps, Role, RoleProps};
///
/// let mut stack = synth::Stack::new("App", synth::StackProps::default());
/// let github = OidcProviderProps::new("https://token.actions.githubusercontent.com");
/// let github = OidcProvider::new(stack.child("GitHub"), github);
/// let main = github.trust(["repo:octo-org/octo-repo:ref:refs/heads/main"]);
/// Role::new(stack.child("Deployer"), RoleProps::new(main));
/// assert!(stack.synthesize().is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct OidcProvider {
    /// The provider; its `Ref` is its ARN.
    pub provider: Handle<l1::OidcProvider>,
    issuer: String,
    audience: Text,
}

impl OidcProvider {
    /// Adds the provider to `scope`.
    pub fn new(mut scope: Scope<'_>, props: OidcProviderProps) -> Self {
        for problem in problems(&props) {
            scope.problem(problem);
        }
        let issuer = props.issuer().to_owned();
        let audience = props.audiences.first().cloned().unwrap_or_default();
        let texts = |texts: Vec<Text>| {
            let texts = texts.into_iter();
            some(texts.map(|text| Value::from(text.into_owned())).collect())
        };
        let resource = l1::OidcProvider {
            client_id_list: texts(props.audiences).into(),
            tags: crate::tags::of(props.tags),
            thumbprint_list: texts(props.thumbprints).into(),
            url: props.url.into_owned().into(),
        };
        Self {
            provider: scope.add("Resource", &resource),
            issuer,
            audience,
        }
    }

    /// The provider's ARN.
    pub fn arn(&self) -> Value<Id<OidcProviderArn>> {
        self.provider.arn()
    }

    /// Tokens for the first audience whose subject fits one of `subjects`, such as
    /// `repo:octo-org/octo-repo:ref:refs/heads/main`.
    pub fn trust<S: Into<Value<String>>>(&self, subjects: impl IntoIterator<Item = S>) -> Trust {
        let arn = self.arn().map(|arn| arn.as_text().to_owned());
        Trust::open_id_connect(
            arn,
            &self.issuer,
            self.audience.clone().into_owned(),
            subjects,
        )
    }
}

fn problems(props: &OidcProviderProps) -> Vec<Problem> {
    let mut problems = Vec::new();
    let issuer = props.issuer();
    let is_https = props.url.starts_with("https://") && !issuer.is_empty();
    if !is_https || issuer.contains([' ', '?', '#', '@']) {
        problems.push(Problem {
            code: "iam.issuer-url",
            message: "IAM does not take this as the address of an issuer".to_owned(),
            value: props.url.to_string(),
            allowed: "`https://`, a host, and perhaps a path".to_owned(),
            fix: "take it from `iss` in a token of the provider".to_owned(),
        });
    }
    let count = props.audiences.len();
    if count == 0 || count > MOST_AUDIENCES {
        problems.push(Problem {
            code: "iam.audiences",
            message: format!("the provider has {count} audiences"),
            value: String::new(),
            allowed: format!("1 to {MOST_AUDIENCES}"),
            fix: "name the audiences that tokens are for, such as `sts.amazonaws.com`".to_owned(),
        });
    }
    let is_print = |text: &&Text| text.len() == 40 && text.bytes().all(|it| it.is_ascii_hexdigit());
    let wrong = props.thumbprints.iter().find(|text| !is_print(text));
    problems.extend(wrong.map(|text| Problem {
        code: "iam.thumbprint",
        message: "this is no SHA-1 fingerprint".to_owned(),
        value: text.to_string(),
        allowed: "40 hexadecimal digits".to_owned(),
        fix: "leave thumbprints out where a public authority vouches for the issuer".to_owned(),
    }));
    problems
}
