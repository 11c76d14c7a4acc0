//! What a bucket can permit.
//!
//! Actions: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>

use synth_core::{Text, Value, join};

use super::bucket::{Bucket, Encryption};
use crate::iam::{Condition, PolicyDocument, Statement};

const READ: [&str; 1] = ["s3:GetObject"];
const READ_VERSIONED: [&str; 2] = ["s3:GetObject", "s3:GetObjectVersion"];
const PUT: [&str; 2] = ["s3:AbortMultipartUpload", "s3:PutObject"];
const DELETE: [&str; 1] = ["s3:DeleteObject"];
const DECRYPT: [&str; 1] = ["kms:Decrypt"];
/// An upload in parts reads its own parts, so it needs both.
const ENCRYPT: [&str; 2] = ["kms:Decrypt", "kms:GenerateDataKey"];

/// Every grant takes a pattern of keys, such as `artifacts/*`, or `*` for all objects.
impl Bucket {
    /// Lets `policy` list and read the objects whose key fits `keys`.
    pub fn grant_read(&self, policy: &mut PolicyDocument, keys: impl Into<Text>) {
        let keys = keys.into();
        let is_all = keys == "*";
        let conditions = if is_all {
            Vec::new()
        } else {
            vec![Condition::string_like(
                "s3:prefix",
                [keys.clone().into_owned()],
            )]
        };
        policy.add(Statement {
            conditions,
            ..Statement::allow(["s3:ListBucket"], [self.arn()])
        });
        let actions: &[&'static str] = if self.is_versioned {
            &READ_VERSIONED
        } else {
            &READ
        };
        self.grant_objects(policy, keys, actions, &DECRYPT);
    }

    /// Lets `policy` put objects whose key fits `keys`. Not read, list or delete them.
    pub fn grant_put(&self, policy: &mut PolicyDocument, keys: impl Into<Text>) {
        self.grant_objects(policy, keys.into(), &PUT, &ENCRYPT);
    }

    /// Lets `policy` delete the objects whose key fits `keys`. In a versioned bucket their versions
    /// stay.
    pub fn grant_delete(&self, policy: &mut PolicyDocument, keys: impl Into<Text>) {
        self.grant_objects(policy, keys.into(), &DELETE, &[]);
    }

    /// Lets `policy` list, read, put and delete the objects whose key fits `keys`.
    pub fn grant_read_write(&self, policy: &mut PolicyDocument, keys: impl Into<Text>) {
        let keys = keys.into();
        self.grant_read(policy, keys.clone());
        self.grant_put(policy, keys.clone());
        self.grant_delete(policy, keys);
    }

    /// The ARN of the objects whose key fits `keys`.
    pub fn objects(&self, keys: impl Into<Text>) -> Value<String> {
        join(
            "",
            [
                self.arn().into(),
                "/".into(),
                keys.into().into_owned().into(),
            ],
        )
    }

    fn grant_objects(
        &self,
        policy: &mut PolicyDocument,
        keys: Text,
        actions: &[&'static str],
        key_actions: &[&'static str],
    ) {
        policy.add(Statement::allow(
            actions.iter().copied(),
            [self.objects(keys)],
        ));
        if let Encryption::CustomerManaged { key, .. } = &self.encryption
            && !key_actions.is_empty()
        {
            policy.add(Statement::allow(key_actions.iter().copied(), [key.clone()]));
        }
    }
}
