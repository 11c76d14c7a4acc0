//! Where the files and the template of a stack are published, and the template that says so.

use runtime::deploy::{Buckets as _, Content, Sent, Upload};
use runtime_aws::AccountBuckets;
use runtime_local::Zip;
use serde_json::Value;
use synth_core::{FileToPublish, Packaging, StackArtifact};

use super::bootstrap::{bootstrap_bucket, remove_bootstrap, rename};
use super::environment::{Environment, Environments};
use super::error::DeployError;
use crate::app::unreadable;
use crate::failure::{Failure, OwnError};
use crate::printer::Printer;

/// The longest template that a request may hold, in bytes.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
const MAX_IN_REQUEST: usize = 51_200;

/// What is published for a stack, and its template as it is deployed.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) template: Value,
    /// There where the template is too long for a request.
    pub(super) template_url: Option<String>,
    uploads: Vec<(Upload, Option<String>)>,
    /// The bucket of the account's own, where that is used.
    own: Option<String>,
    /// Where the template is published and with which role, where it is too long for a request.
    place: Option<(String, Option<String>)>,
}

/// Finds out where what `stack` needs is published. Sends nothing.
///
/// That is where its asset manifest says, if that bucket exists: `cdk bootstrap` has made it, or the app's author. Else it is
/// a bucket of the account's own, made when it is needed, and the template is changed to name it.
pub(super) async fn store(
    stack: &StackArtifact,
    environment: &Environment,
    environments: &mut Environments,
) -> Result<Stored, Failure> {
    let wanted = stack.to_publish().map_err(unreadable)?;
    if !wanted.images.is_empty() {
        return Err(DeployError::Images {
            stack: stack.display_name.clone(),
            images: wanted.images,
        }
        .into());
    }
    let text = stack.template().map_err(unreadable)?.to_compact();
    let template: Value = serde_json::from_str(&text)
        .map_err(|error| OwnError::doing("read the template")(std::io::Error::other(error)))?;
    let place = wanted.files.iter().find_map(|file| file.places.first());
    let role = place.and_then(|place| place.role.clone());
    let named = place
        .map(|place| place.bucket.clone())
        .or_else(|| bootstrap_bucket(&template));
    let is_long = text.len() > MAX_IN_REQUEST;
    let mut stored = Stored {
        template,
        template_url: None,
        uploads: Vec::new(),
        own: None,
        place: None,
    };
    if named.is_none() && !is_long {
        return Ok(stored);
    }
    let own = format!(
        "mycli-assets-{}-{}",
        environment.account,
        environment.cloud.region()
    );
    let plain = environments.buckets(environment, None).await?;
    let mut bucket = own.clone();
    let mut elsewhere = None;
    if let Some(named) = named {
        let there = environment.fill(&named);
        if environments.has_bucket(environment, &plain, &there).await? {
            bucket = there;
        } else {
            remove_bootstrap(&mut stored.template);
            rename(&mut stored.template, &named, &there, &own);
            elsewhere = Some((named, there));
        }
    }
    let is_needed = is_long || !wanted.files.is_empty();
    stored.own = (bucket == own && is_needed).then(|| own.clone());
    for file in wanted.files {
        stored.add(file, environment, elsewhere.as_ref(), &own)?;
    }
    if is_long {
        stored.place = Some((bucket, role.filter(|_| elsewhere.is_none())));
        stored.put_template(stack, environment);
    }
    Ok(stored)
}

impl Stored {
    /// Adds what is to be done for the template, where it is too long for a request.
    fn put_template(&mut self, stack: &StackArtifact, environment: &Environment) {
        let Some((bucket, role)) = self.place.clone() else {
            return;
        };
        let text = self.template.to_string();
        let key = format!("templates/{}.json", hash(text.as_bytes()));
        self.template_url = Some(url(environment, &bucket, &key));
        let upload = Upload {
            name: format!("template of {}", stack.display_name),
            content: Content::Text(text),
            bucket,
            key,
        };
        self.uploads.push((upload, role));
    }

    /// Puts another template in the place of the stack's own.
    pub(super) fn replace_template(
        &mut self,
        template: Value,
        stack: &StackArtifact,
        environment: &Environment,
    ) {
        self.template = template;
        if let Some(old) = self.template_url.take() {
            let is_old = |upload: &Upload| url(environment, &upload.bucket, &upload.key) == old;
            self.uploads.retain(|(upload, _)| !is_old(upload));
            self.put_template(stack, environment);
        }
    }

    /// Adds what is to be done for one file of the asset manifest.
    fn add(
        &mut self,
        file: FileToPublish,
        environment: &Environment,
        elsewhere: Option<&(String, String)>,
        own: &str,
    ) -> Result<(), Failure> {
        let content = match file.packaging {
            Packaging::Zip => Content::Directory(file.path),
            Packaging::File(_) => match elsewhere {
                // A template may name the bucket itself.
                Some((named, there)) if is_template(&file.path) => {
                    let text = std::fs::read_to_string(&file.path);
                    let text =
                        text.map_err(OwnError::doing(format!("read `{}`", file.path.display())))?;
                    let mut template = serde_json::from_str(&text).unwrap_or(Value::Null);
                    rename(&mut template, named, there, own);
                    Content::Text(if template.is_null() {
                        text
                    } else {
                        template.to_string()
                    })
                }
                _ => Content::File(file.path),
            },
        };
        for place in file.places {
            let bucket = match elsewhere {
                Some(_) => own.to_owned(),
                None => environment.fill(&place.bucket),
            };
            let upload = Upload {
                name: file.name.clone(),
                content: content.clone(),
                bucket,
                key: environment.fill(&place.key),
            };
            let role = place.role.filter(|_| elsewhere.is_none());
            self.uploads.push((upload, role));
        }
        Ok(())
    }

    /// Publishes what is not there yet.
    pub(super) async fn publish(
        &self,
        stack: &StackArtifact,
        environment: &Environment,
        environments: &mut Environments,
        printer: Printer,
    ) -> Result<(), Failure> {
        if let Some(bucket) = &self.own
            && !environments.is_secured(bucket)
        {
            let buckets = environments.buckets(environment, None).await?;
            if !buckets.has_bucket(bucket).await? {
                buckets.make_bucket(bucket).await?;
                printer.note(&format!("made the bucket {bucket} for what is published"));
            }
            // Whoever made it may have been stopped before this.
            buckets.secure_bucket(bucket).await?;
            environments.secured(bucket);
        }
        let packer = Zip {
            within: stack.directory.clone(),
        };
        let mut by_role: std::collections::BTreeMap<Option<String>, Vec<Upload>> =
            std::collections::BTreeMap::new();
        for (upload, role) in &self.uploads {
            by_role
                .entry(role.clone())
                .or_default()
                .push(upload.clone());
        }
        for (role, uploads) in by_role {
            let buckets: AccountBuckets =
                environments.buckets(environment, role.as_deref()).await?;
            runtime::deploy::publish(&buckets, &packer, &uploads, |upload, sent| {
                if sent == Sent::Now {
                    printer.note(&format!("published {} to {}", upload.name, upload.bucket));
                }
            })
            .await?;
        }
        Ok(())
    }
}

/// Whether a file of an assembly is the template of a nested stack.
fn is_template(path: &std::path::Path) -> bool {
    path.to_string_lossy().ends_with(".template.json")
}

/// What CloudFormation takes as the URL of a template.
fn url(environment: &Environment, bucket: &str, key: &str) -> String {
    let region = environment.cloud.region();
    let suffix = match runtime_aws::partition(region) {
        "aws-cn" => "amazonaws.com.cn",
        _ => "amazonaws.com",
    };
    format!("https://s3.{region}.{suffix}/{bucket}/{key}")
}

/// SHA-256, in hexadecimal digits.
pub(super) fn hash(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in sha2::Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
