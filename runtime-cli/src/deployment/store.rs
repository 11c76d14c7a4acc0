//! Where what a stack needs is published, and the template that says so.

use std::collections::BTreeMap;
use std::path::PathBuf;

use runtime::deploy::{Buckets as _, Content, Upload};
use serde_json::Value;
use synth_core::{FileToPublish, Packaging, StackArtifact};

use super::bootstrap::{self, rewrite};
use super::environment::{Environment, Environments};
use super::error::DeployError;
use super::images::Images;
use super::publish::Publishing;
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
    images: Images,
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
    let images = Images::of(stack, wanted.images, environment, environments).await?;
    let text = stack.template().map_err(unreadable)?.to_compact();
    let mut template: Value = serde_json::from_str(&text)
        .map_err(|error| OwnError::doing("read the template")(std::io::Error::other(error)))?;
    if !images.elsewhere.is_empty() {
        rewrite(&mut template, &|text| images.rename(text));
    }
    let place = wanted.files.iter().find_map(|file| file.places.first());
    let role = place.and_then(|place| place.role.clone());
    let named = place
        .map(|place| place.bucket.clone())
        .or_else(|| bootstrap::bucket(&template));
    let is_long = text.len() > MAX_IN_REQUEST;
    let mut stored = Stored {
        template,
        template_url: None,
        uploads: Vec::new(),
        own: None,
        place: None,
        images,
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
            bootstrap::remove(&mut stored.template);
            rewrite(&mut stored.template, &|text| {
                text.replace(&named, &own).replace(&there, &own)
            });
            elsewhere = Some((named, there));
        }
    }
    let is_needed = is_long || !wanted.files.is_empty();
    stored.own = (bucket == own && is_needed).then(|| own.clone());
    for file in wanted.files {
        stored.add(stack, file, environment, elsewhere.as_ref(), &own)?;
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
        stack: &StackArtifact,
        file: FileToPublish,
        environment: &Environment,
        elsewhere: Option<&(String, String)>,
        own: &str,
    ) -> Result<(), Failure> {
        let content = match file.packaging {
            Packaging::Zip => Content::Directory(file.path),
            Packaging::File(_) if is_template(&file.path) => {
                self.template_of(stack, file.path, elsewhere, own)?
            }
            Packaging::File(_) => Content::File(file.path),
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

    /// The template of a nested stack, which may name the bucket and the repository itself.
    fn template_of(
        &self,
        stack: &StackArtifact,
        path: PathBuf,
        elsewhere: Option<&(String, String)>,
        own: &str,
    ) -> Result<Content, Failure> {
        if elsewhere.is_none() && self.images.elsewhere.is_empty() {
            return Ok(Content::File(path));
        }
        let text = std::fs::read_to_string(&path);
        let text = text.map_err(OwnError::doing(format!("read `{}`", path.display())))?;
        let renamed = self.images.rename(&text);
        let Some((named, there)) = elsewhere else {
            // Its key in the bucket of `cdk bootstrap` stands for what it is unchanged.
            let gone = self.images.elsewhere.first().filter(|_| renamed != text);
            return match gone {
                Some((_, repository)) => Err(DeployError::NoRepository {
                    stack: stack.display_name.clone(),
                    repository: repository.clone(),
                }
                .into()),
                None => Ok(Content::File(path)),
            };
        };
        let renamed = renamed.replace(named, own).replace(there, own);
        let template = serde_json::from_str::<Value>(&renamed);
        Ok(Content::Text(match template {
            Ok(template) => template.to_string(),
            Err(_) => text,
        }))
    }

    /// What is to be published, and the places for it: those of the account's own are made where they are missing.
    pub(super) async fn publishing(
        &self,
        stack: &StackArtifact,
        environment: &Environment,
        environments: &mut Environments,
        printer: Printer,
    ) -> Result<Publishing, Failure> {
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
        let mut by_role: BTreeMap<Option<String>, Vec<Upload>> = BTreeMap::new();
        for (upload, role) in &self.uploads {
            by_role
                .entry(role.clone())
                .or_default()
                .push(upload.clone());
        }
        let mut files = Vec::new();
        for (role, uploads) in by_role {
            let buckets = environments.buckets(environment, role.as_deref()).await?;
            files.push((buckets, uploads));
        }
        let images = self.images.uploads(environment, environments, printer);
        Ok(Publishing {
            files,
            within: stack.outermost.clone(),
            images: images.await?,
            turn: environments.turn(),
        })
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
