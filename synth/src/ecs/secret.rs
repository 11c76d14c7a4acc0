//! Values that never stand in a template.

use crate::{Text, Value, join, pseudo};

/// Where ECS finds the value of a variable when it starts a container.
///
/// ```
/// use synth::ecs::{Secret, SecretVersion};
/// let token = Secret::parameter_named("/orders/token");
/// let password = Secret::SecretsManager {
///     arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf".into(),
///     field: Some("password".into()),
///     version: Some(SecretVersion::Stage("AWSPREVIOUS".into())),
/// };
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Secret {
    /// A parameter of the SSM Parameter Store.
    Parameter {
        /// Its ARN.
        arn: Value<String>,
    },
    /// A secret of Secrets Manager.
    SecretsManager {
        /// Its ARN.
        arn: Value<String>,
        /// One key of a secret that is a JSON object. Default: the whole secret.
        field: Option<Text>,
        /// Which version of it. Default: the current one.
        version: Option<SecretVersion>,
    },
}

/// One version of a secret of Secrets Manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretVersion {
    /// The one with this label, such as `AWSPREVIOUS`.
    Stage(Text),
    /// The one with this id.
    VersionId(Text),
}

impl Secret {
    /// A parameter of the SSM Parameter Store, by its ARN.
    pub fn parameter(arn: impl Into<Value<String>>) -> Self {
        Self::Parameter { arn: arn.into() }
    }

    /// A parameter of the SSM Parameter Store of the stack's account and region, by its name, such as `/orders/token`.
    pub fn parameter_named(name: &str) -> Self {
        let start = [
            "arn:".into(),
            pseudo::partition(),
            ":ssm:".into(),
            pseudo::region(),
            ":".into(),
            pseudo::account_id(),
        ];
        let name = format!(":parameter/{}", name.trim_start_matches('/'));
        Self::parameter(join("", start.into_iter().chain([name.into()])))
    }

    /// A whole secret of Secrets Manager, by its ARN.
    pub fn secrets_manager(arn: impl Into<Value<String>>) -> Self {
        Self::SecretsManager {
            arn: arn.into(),
            field: None,
            version: None,
        }
    }

    /// One key of a secret of Secrets Manager that is a JSON object.
    pub fn secrets_manager_field(arn: impl Into<Value<String>>, field: impl Into<Text>) -> Self {
        Self::SecretsManager {
            arn: arn.into(),
            field: Some(field.into()),
            version: None,
        }
    }

    /// What the task definition holds: the ARN, and of a secret `:field:stage:id` when one of them is said.
    pub(crate) fn value_from(&self) -> Value<String> {
        let (arn, field, version) = match self {
            Self::Parameter { arn }
            | Self::SecretsManager {
                arn,
                field: None,
                version: None,
            } => return arn.clone(),
            Self::SecretsManager {
                arn,
                field,
                version,
            } => (arn, field.as_deref().unwrap_or_default(), version),
        };
        let (stage, id) = match version {
            None => ("", ""),
            Some(SecretVersion::Stage(stage)) => (stage.as_ref(), ""),
            Some(SecretVersion::VersionId(id)) => ("", id.as_ref()),
        };
        join("", [arn.clone(), format!(":{field}:{stage}:{id}").into()])
    }

    /// What the execution role needs: an action and the ARN to allow it on.
    pub(crate) fn access(&self) -> (&'static str, &Value<String>) {
        match self {
            Self::Parameter { arn } => ("ssm:GetParameters", arn),
            Self::SecretsManager { arn, .. } => ("secretsmanager:GetSecretValue", arn),
        }
    }
}
