//! Files that are published before the stack that uses them is deployed.

use std::path::PathBuf;

use crate::intrinsic::sub;
use crate::json::{Json, Text};
use crate::stack::Environment;
use crate::value::Value;

/// A file, or a directory as a zip archive, known by what is in it.
///
/// The feature `asset` of `synth` reads them: `synth::asset::file` and `synth::asset::directory`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// What its content is: the same files give the same hash on every machine. Letters and digits.
    pub hash: Text,
    /// How it is published.
    pub packaging: Packaging,
    /// Where its files are, and where each goes below the directory that is packed. A single file has an empty place.
    pub files: Vec<(PathBuf, Text)>,
}

/// How an [`Asset`] is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packaging {
    /// As it is. The object's key ends in this, such as `.json`; empty for a name without an ending.
    File(Text),
    /// Packed into a zip archive.
    Zip,
}

/// Where an [`Asset`] is once it has been published.
#[derive(Debug, Clone)]
pub struct Published {
    /// The bucket's name.
    pub bucket: Value<String>,
    /// The object's key.
    pub key: Text,
}

/// Where a stack's assets are published. Default: what `cdk bootstrap` makes for its default qualifier.
///
/// `${AWS::AccountId}`, `${AWS::Region}` and `${AWS::Partition}` stand for those that the stack is deployed to.
///
/// Source: <https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetStore {
    /// The bucket's name. Default: `cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}`.
    pub bucket: Text,
    /// What keys begin with. Default: nothing.
    pub prefix: Text,
    /// The role that is assumed to publish. Default: the file publishing role of the bootstrap stack.
    pub role: Option<Text>,
    /// The SSM parameter with the version of the bootstrap stack, which has to be 6 at least.
    /// Default: `/cdk-bootstrap/hnb659fds/version`. None: not asked.
    pub bootstrap_version: Option<Text>,
}

impl Default for AssetStore {
    fn default() -> Self {
        Self {
            bucket: "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}".into(),
            prefix: "".into(),
            role: Some(
                "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/\
                 cdk-hnb659fds-file-publishing-role-${AWS::AccountId}-${AWS::Region}"
                    .into(),
            ),
            bootstrap_version: Some("/cdk-bootstrap/hnb659fds/version".into()),
        }
    }
}

impl AssetStore {
    /// A bucket of one's own, to which whoever publishes has access.
    pub fn bucket(name: impl Into<Text>) -> Self {
        Self {
            bucket: name.into(),
            prefix: "".into(),
            role: None,
            bootstrap_version: None,
        }
    }

    /// Where an asset will be, for a template.
    pub(crate) fn place(&self, asset: &Asset, environment: &Environment) -> Published {
        let bucket = known(&self.bucket, environment);
        let bucket = if bucket.contains("${") {
            sub(bucket, Vec::<(Text, Value<String>)>::new())
        } else {
            bucket.into()
        };
        Published {
            bucket,
            key: self.key(asset),
        }
    }

    fn key(&self, asset: &Asset) -> Text {
        let ending = match &asset.packaging {
            Packaging::File(ending) => ending,
            Packaging::Zip => ".zip",
        };
        [&self.prefix, &asset.hash, ending].concat().into()
    }

    /// The entry of an asset in the list of those to publish: it is at `path` in the assembly, and people know it as
    /// `name`.
    pub(crate) fn entry(
        &self,
        asset: &Asset,
        path: &str,
        name: &str,
        environment: &Environment,
    ) -> Json {
        let packaging = match asset.packaging {
            Packaging::File(_) => "file",
            Packaging::Zip => "zip",
        };
        let mut destination: Vec<(&'static str, Json)> = vec![
            ("bucketName", known(&self.bucket, environment).into()),
            ("objectKey", self.key(asset).into()),
        ];
        let region = environment.region.clone();
        destination.extend(region.map(|region| ("region", region.into())));
        let role = self.role.as_ref();
        destination.extend(role.map(|role| ("assumeRoleArn", known(role, environment).into())));
        let at = format!(
            "{}-{}",
            environment.account.as_deref().unwrap_or("current_account"),
            environment.region.as_deref().unwrap_or("current_region"),
        );
        Json::object([
            ("displayName", name.to_owned().into()),
            (
                "source",
                Json::object([
                    ("path", path.to_owned().into()),
                    ("packaging", packaging.into()),
                ]),
            ),
            (
                "destinations",
                Json::object([(Text::Owned(at), Json::object(destination))]),
            ),
        ])
    }

    /// What the artifact of the list says beside its file.
    pub(crate) fn requirements(&self) -> Vec<(&'static str, Json)> {
        let parameter = self.bootstrap_version.clone();
        parameter.map_or_else(Vec::new, |parameter| {
            vec![
                ("requiresBootstrapStackVersion", 6.into()),
                ("bootstrapStackVersionSsmParameter", parameter.into()),
            ]
        })
    }
}

impl Asset {
    /// What it is called in the assembly, where its files are copied to.
    pub(crate) fn staged(&self) -> String {
        let ending = match &self.packaging {
            Packaging::File(ending) => ending,
            Packaging::Zip => "",
        };
        ["asset.", &self.hash, ending].concat()
    }
}

impl Published {
    /// `s3://BUCKET/KEY`.
    pub fn uri(&self) -> Value<String> {
        self.after("s3://")
    }

    /// `https://s3.REGION.SUFFIX/BUCKET/KEY`, which CloudFormation takes as the URL of a template.
    pub fn url(&self) -> Value<String> {
        self.after("https://s3.${AWS::Region}.${AWS::URLSuffix}/")
    }

    fn after(&self, start: &str) -> Value<String> {
        let format = format!("{start}${{Bucket}}/{}", self.key);
        sub(format, [("Bucket", self.bucket.clone())])
    }
}

/// A text with what is known of the environment in place.
fn known(text: &str, environment: &Environment) -> String {
    let places = [
        ("${AWS::AccountId}", &environment.account),
        ("${AWS::Region}", &environment.region),
    ];
    places
        .into_iter()
        .fold(text.to_owned(), |text, (place, value)| match value {
            Some(value) => text.replace(place, value),
            None => text,
        })
}
