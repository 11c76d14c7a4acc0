//! Looking up what only the account knows, by way of the CLI that runs the program.
//!
//! Synthesis asks nobody. A lookup answers from the [`Context`](crate::Context); what is not in there is written into
//! the manifest, the `cdk` CLI looks it up, keeps it in `cdk.context.json` and runs the program again. Until then a
//! lookup gives `None`, and the caller goes on with a value that stands for it.
//!
//! ```
//! use synth_core::{Context, Environment, Stack, StackProps, lookup};
//! let key = "availability-zones:account=123456789012:region=eu-west-1";
//! let mut stack = Stack::new("Network", StackProps {
//!     environment: Environment { account: Some("123456789012".into()), region: Some("eu-west-1".into()) },
//!     context: Context::parse(&format!(r#"{{"{key}": ["eu-west-1a", "eu-west-1b"]}}"#))?,
//!     ..StackProps::default()
//! });
//! let zones = lookup::availability_zones(&mut stack.scope());
//! assert_eq!(zones.as_deref(), Some(&["eu-west-1a".to_owned(), "eu-west-1b".to_owned()][..]));
//! # Ok::<(), synth_core::ParseError>(())
//! ```

use crate::json::{Json, Text};
use crate::problem::Problem;
use crate::scope::Scope;

/// Under this name the CLI says why it could not look something up.
const ERROR: &str = "$providerError";

/// A question about an account and region.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// Who answers: one of the `cdk` CLI's providers, such as `ami`, `ssm`, `vpc-provider` or `hosted-zone`.
    pub provider: Text,
    /// What it is asked, beside the account and region.
    pub props: Vec<(Text, Json)>,
}

/// A lookup that nobody has answered yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Missing {
    pub(crate) key: String,
    pub(crate) provider: Text,
    pub(crate) props: Vec<(Text, Json)>,
}

impl From<&Missing> for Json {
    fn from(missing: &Missing) -> Self {
        Self::object([
            ("key", missing.key.clone().into()),
            ("provider", Json::Text(missing.provider.clone())),
            ("props", Json::Object(missing.props.clone())),
        ])
    }
}

impl Scope<'_> {
    /// The answer to `lookup` for the account and region of this stack, or `None` while nobody has looked it up.
    ///
    /// Reports a stack without an account and region, and a lookup that failed.
    pub fn lookup(&mut self, lookup: Lookup) -> Option<Json> {
        let environment = &self.stack.props.environment;
        let (Some(account), Some(region)) = (&environment.account, &environment.region) else {
            self.problem(Problem {
                code: "core.lookup-without-environment",
                message: "this looks something up in an account and region that are not known"
                    .to_owned(),
                value: lookup.provider.into_owned(),
                allowed: "a stack whose `environment` has an account and a region".to_owned(),
                fix: "set both in `StackProps::environment`, or in that of the `App`".to_owned(),
            });
            return None;
        };
        let mut props = vec![
            ("account".into(), Json::Text(account.clone())),
            ("region".into(), Json::Text(region.clone())),
        ];
        props.extend(lookup.props);
        let key = key(&lookup.provider, &props);
        let known = self.stack.props.context.get(&key);
        if let Some(error) = known.and_then(|value| value.get(ERROR)) {
            let message = error.as_text().unwrap_or("without a reason");
            let problem = Problem {
                code: "core.lookup-failed",
                message: format!("looking this up failed: {message}"),
                value: key,
                allowed: String::new(),
                fix: "correct what is looked up, or the account's permissions".to_owned(),
            };
            self.problem(problem);
            return None;
        }
        if known.is_some() {
            return known.cloned();
        }
        if self.stack.missing.iter().all(|other| other.key != key) {
            self.stack.missing.push(Missing {
                key,
                provider: lookup.provider,
                props,
            });
        }
        None
    }
}

/// The name in the context, as AWS CDK makes it: `provider:name=value:…`, names in order.
fn key(provider: &str, props: &[(Text, Json)]) -> String {
    let mut parts = Vec::new();
    for (name, value) in props {
        flatten(name, value, &mut parts);
    }
    parts.sort_unstable();
    format!("{provider}:{}", parts.join(":"))
}

fn flatten(name: &str, value: &Json, parts: &mut Vec<String>) {
    match value {
        Json::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                flatten(&format!("{name}.{position}"), item, parts);
            }
        }
        Json::Object(entries) => {
            for (inner, value) in entries {
                flatten(&format!("{name}.{inner}"), value, parts);
            }
        }
        Json::Text(text) => parts.push(format!("{name}={}", text.replace(':', "$:"))),
        Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::Float(_)
        | Json::Reference(_)
        | Json::Missing => parts.push(format!("{name}={}", value.to_compact())),
    }
}

/// The availability zones of the stack's region that the account can use, such as `eu-west-1a`.
pub fn availability_zones(scope: &mut Scope<'_>) -> Option<Vec<String>> {
    let answer = scope.lookup(Lookup {
        provider: "availability-zones".into(),
        props: Vec::new(),
    })?;
    let items = answer.items()?.iter();
    items.map(|item| Some(item.as_text()?.to_owned())).collect()
}

/// What the SSM parameter called `name` holds now. The template keeps it until the context is reset.
pub fn ssm_parameter(scope: &mut Scope<'_>, name: impl Into<Text>) -> Option<String> {
    let answer = scope.lookup(Lookup {
        provider: "ssm".into(),
        props: vec![("parameterName".into(), Json::Text(name.into()))],
    })?;
    answer.as_text().map(str::to_owned)
}

/// The id of the newest machine image with this name, in which `*` stands for anything, of these owners.
///
/// `owners` are account ids or `amazon`, `aws-marketplace`, `self`; none means everybody.
pub fn ami(
    scope: &mut Scope<'_>,
    name: impl Into<Text>,
    owners: impl IntoIterator<Item = Text>,
) -> Option<String> {
    let one = |text: Text| Json::array([text]);
    let filters = Json::object([
        ("name", one(name.into())),
        ("state", one("available".into())),
        ("image-type", one("machine".into())),
    ]);
    let owners: Vec<Text> = owners.into_iter().collect();
    let mut props = Vec::new();
    if !owners.is_empty() {
        props.push(("owners".into(), Json::array(owners)));
    }
    props.push(("filters".into(), filters));
    let answer = scope.lookup(Lookup {
        provider: "ami".into(),
        props,
    })?;
    answer.as_text().map(str::to_owned)
}
