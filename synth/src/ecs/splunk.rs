//! The driver that writes to Splunk.

use super::range::InRange;
use super::secret::Secret;
use crate::{Text, Value};

/// The `splunk` driver: output goes to an HTTP event collector.
///
/// ```
/// use synth::ecs::{Secret, Splunk, SplunkFormat};
/// let logs = Splunk {
///     format: Some(SplunkFormat::Json),
///     ..Splunk::new("https://splunk.example.com:8088", Secret::parameter_named("/splunk/token"))
/// };
/// ```
///
/// Source: <https://docs.docker.com/engine/logging/drivers/splunk/>
#[derive(Debug, Clone)]
pub struct Splunk {
    /// Address of the collector, such as `https://splunk.example.com:8088`.
    pub url: Value<String>,
    /// Its token.
    pub token: Secret,
    /// Where the events are from. Default: nothing.
    pub source: Option<Value<String>>,
    /// What kind they are. Default: nothing.
    pub source_type: Option<Value<String>>,
    /// The index. Default: that of the token.
    pub index: Option<Value<String>>,
    /// A file with certificates to trust. Default: those of the system.
    pub ca_path: Option<Value<String>>,
    /// The name in the certificate. Default: that of the address.
    pub ca_name: Option<Value<String>>,
    /// Whether any certificate will do. Default: no.
    pub insecure_skip_verify: bool,
    /// How an event is written. Default: [`SplunkFormat::Inline`].
    pub format: Option<SplunkFormat>,
    /// Whether the container does not start when the collector cannot be reached. Default: it does not.
    pub verify_connection: Option<bool>,
    /// How hard events are compressed, 0–9. Default: not at all.
    pub gzip_level: Option<InRange<0, 9>>,
    /// What an event is marked with. Default: the container's id.
    pub tag: Option<Value<String>>,
    /// Labels of the container that events carry. Default: none.
    pub labels: Vec<Text>,
    /// Variables of the container that events carry. Default: none.
    pub env: Vec<Text>,
    /// The same, by a regular expression. Default: none.
    pub env_regex: Option<Text>,
}

impl Splunk {
    /// To the collector at `url`, with its token.
    pub fn new(url: impl Into<Value<String>>, token: Secret) -> Self {
        Self {
            url: url.into(),
            token,
            source: None,
            source_type: None,
            index: None,
            ca_path: None,
            ca_name: None,
            insecure_skip_verify: false,
            format: None,
            verify_connection: None,
            gzip_level: None,
            tag: None,
            labels: Vec::new(),
            env: Vec::new(),
            env_regex: None,
        }
    }

    pub(crate) fn options(&self) -> Vec<(&'static str, Value<String>)> {
        let list = |names: &[Text]| (!names.is_empty()).then(|| names.join(",").into());
        let level = self.gzip_level;
        let format = self.format.map(|format| format.as_text().into());
        let options: [(&'static str, Option<Value<String>>); 15] = [
            ("splunk-url", Some(self.url.clone())),
            ("splunk-source", self.source.clone()),
            ("splunk-sourcetype", self.source_type.clone()),
            ("splunk-index", self.index.clone()),
            ("splunk-capath", self.ca_path.clone()),
            ("splunk-caname", self.ca_name.clone()),
            (
                "splunk-insecureskipverify",
                self.insecure_skip_verify.then(|| "true".into()),
            ),
            ("splunk-format", format),
            (
                "splunk-verify-connection",
                self.verify_connection
                    .map(|verify| verify.to_string().into()),
            ),
            ("splunk-gzip", level.map(|_| "true".into())),
            (
                "splunk-gzip-level",
                level.map(|level| level.get().to_string().into()),
            ),
            ("tag", self.tag.clone()),
            ("labels", list(&self.labels)),
            ("env", list(&self.env)),
            (
                "env-regex",
                self.env_regex.as_ref().map(|regex| regex.as_ref().into()),
            ),
        ];
        let said = |(name, value): (&'static str, Option<_>)| value.map(|value| (name, value));
        options.into_iter().filter_map(said).collect()
    }
}

/// How an event is written for Splunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplunkFormat {
    /// The line in a field of an object.
    Inline,
    /// As `Inline`, with lines that are JSON as objects.
    Json,
    /// The line alone.
    Raw,
}

impl SplunkFormat {
    /// The word in the template.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Json => "json",
            Self::Raw => "raw",
        }
    }
}
