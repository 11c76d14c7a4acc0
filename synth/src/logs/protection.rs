//! Personal data in a log group: found, reported and masked.

use crate::cfn::refs::logs::LogGroupName;
use crate::cfn::refs::s3::BucketName;
use crate::{Id, Json, Problem, Text, Value, join, pseudo};

/// Most custom identifiers of a policy, and most characters of their names and patterns.
///
/// Source:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL-custom-data-identifiers.html>
const MOST_CUSTOM: usize = 10;
const LONGEST_NAME: usize = 128;
const LONGEST_PATTERN: usize = 200;

/// What CloudWatch Logs looks for in the lines of a group; what it finds is masked for those without `logs:Unmask`.
///
/// ```
/// use synth::logs::{DataIdentifier, DataProtection};
///
/// let protection = DataProtection::new([
///     DataIdentifier::Managed("EmailAddress".into()),
///     DataIdentifier::Custom { name: "EmployeeId".into(), pattern: "E-[0-9]{9}".into() },
/// ]);
/// assert_eq!(protection.identifiers.len(), 2);
/// ```
#[derive(Debug, Clone)]
pub struct DataProtection {
    /// Its name. Default: `data-protection-policy-cdk`, as AWS CDK has it.
    pub name: Text,
    /// What it is for. Default: `cdk generated data protection policy`, as AWS CDK has it.
    pub description: Text,
    /// What is looked for, at least one; at most 10 of one's own.
    pub identifiers: Vec<DataIdentifier>,
    /// Where it is reported what was found. Default: nowhere, only as a metric.
    pub findings: Findings,
}

impl DataProtection {
    /// Masks these, and reports them nowhere.
    pub fn new(identifiers: impl Into<Vec<DataIdentifier>>) -> Self {
        Self {
            name: "data-protection-policy-cdk".into(),
            description: "cdk generated data protection policy".into(),
            identifiers: identifiers.into(),
            findings: Findings::default(),
        }
    }

    pub(super) fn to_json(&self) -> Json {
        let identifiers = || Json::array(self.identifiers.iter().map(DataIdentifier::to_json));
        let statement = |sid: &'static str, operation| {
            Json::object([
                ("Sid", sid.into()),
                ("DataIdentifier", identifiers()),
                ("Operation", operation),
            ])
        };
        let findings = Json::object([("FindingsDestination", self.findings.to_json())]);
        let audit = Json::object([("Audit", findings)]);
        let mask = Json::object([("MaskConfig", Json::Object(Vec::new()))]);
        let statements = [
            statement("audit-statement-cdk", audit),
            statement("redact-statement-cdk", Json::object([("Deidentify", mask)])),
        ];
        let custom = self.identifiers.iter().filter_map(DataIdentifier::custom);
        let configuration = [("CustomDataIdentifier", Json::array(custom))];
        Json::object([
            ("Name", self.name.clone().into()),
            ("Description", self.description.clone().into()),
            ("Version", "2021-06-01".into()),
            ("Statement", Json::array(statements)),
            ("Configuration", Json::object(configuration)),
        ])
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut add = |message: &str, value: String, allowed: String, fix: &str| {
            problems.push(Problem {
                code: "logs.data-protection",
                message: message.to_owned(),
                value,
                allowed,
                fix: fix.to_owned(),
            });
        };
        if self.identifiers.is_empty() {
            let message = "the data protection looks for nothing";
            add(
                message,
                String::new(),
                "at least one identifier".to_owned(),
                "name what to look for",
            );
        }
        let mut count = 0;
        for identifier in &self.identifiers {
            let DataIdentifier::Custom { name, pattern } = identifier else {
                continue;
            };
            count += 1;
            let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            if !(1..=LONGEST_NAME).contains(&name.len()) || !name.bytes().all(is_part) {
                let allowed = format!("1 to {LONGEST_NAME} letters, digits, `_` and `-`");
                add(
                    "this is not the name of a data identifier",
                    name.to_string(),
                    allowed,
                    "rename it",
                );
            }
            if !(1..=LONGEST_PATTERN).contains(&pattern.len()) {
                let message = "the pattern of a data identifier has the wrong length";
                let allowed = format!("1 to {LONGEST_PATTERN} characters");
                add(
                    message,
                    format!("{} characters", pattern.len()),
                    allowed,
                    "shorten it",
                );
            }
        }
        if count > MOST_CUSTOM {
            let message = "the data protection has too many identifiers of its own";
            add(
                message,
                count.to_string(),
                format!("at most {MOST_CUSTOM}"),
                "merge patterns",
            );
        }
        problems
    }
}

/// Something personal that a line may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataIdentifier {
    /// What AWS knows under this name, such as `EmailAddress` or `CreditCardNumber`.
    ///
    /// Names: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/protect-sensitive-log-data-types.html>
    Managed(Text),
    /// What a pattern of one's own matches.
    Custom {
        /// Up to 128 letters, digits, `_` and `-`.
        name: Text,
        /// A regular expression of up to 200 characters.
        pattern: Text,
    },
}

impl DataIdentifier {
    fn to_json(&self) -> Json {
        match self {
            Self::Managed(name) => join(
                "",
                [
                    "arn:".into(),
                    pseudo::partition(),
                    format!(":dataprotection::aws:data-identifier/{name}").into(),
                ],
            )
            .to_json(),
            Self::Custom { name, .. } => name.clone().into(),
        }
    }

    fn custom(&self) -> Option<Json> {
        let Self::Custom { name, pattern } = self else {
            return None;
        };
        let entries = [
            ("Name", name.clone().into()),
            ("Regex", pattern.clone().into()),
        ];
        Some(Json::object(entries))
    }
}

/// Where CloudWatch Logs reports the personal data it found. Default: nowhere.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// A log group, not the protected one.
    pub log_group: Option<Value<Id<LogGroupName>>>,
    /// A bucket.
    pub bucket: Option<Value<Id<BucketName>>>,
    /// The name of a Firehose stream.
    pub delivery_stream: Option<Value<String>>,
}

impl Findings {
    fn to_json(&self) -> Json {
        let place = |kind: &'static str, key: &'static str, name: Json| {
            (Text::Borrowed(kind), Json::object([(key, name)]))
        };
        let group = self.log_group.as_ref();
        let bucket = self.bucket.as_ref();
        let stream = self.delivery_stream.as_ref();
        let places = [
            group.map(|name| place("CloudWatchLogs", "LogGroup", name.to_json())),
            bucket.map(|name| place("S3", "Bucket", name.to_json())),
            stream.map(|name| place("Firehose", "DeliveryStream", name.to_json())),
        ];
        Json::Object(places.into_iter().flatten().collect())
    }
}
