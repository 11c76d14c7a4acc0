//! Values that never stand in a template.

use crate::{Text, Value, join};

/// Where ECS finds the value of a variable when it starts a container.
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
    },
}

impl Secret {
    /// A parameter of the SSM Parameter Store, by its ARN.
    pub fn parameter(arn: impl Into<Value<String>>) -> Self {
        Self::Parameter { arn: arn.into() }
    }

    /// A whole secret of Secrets Manager, by its ARN.
    pub fn secrets_manager(arn: impl Into<Value<String>>) -> Self {
        Self::SecretsManager {
            arn: arn.into(),
            field: None,
        }
    }

    /// What the task definition holds.
    pub(crate) fn value_from(&self) -> Value<String> {
        match self {
            Self::Parameter { arn } | Self::SecretsManager { arn, field: None } => arn.clone(),
            Self::SecretsManager {
                arn,
                field: Some(field),
            } => join("", [arn.clone(), format!(":{field}::").into()]),
        }
    }

    /// What the execution role needs: an action and the ARN to allow it on.
    pub(crate) fn access(&self) -> (&'static str, &Value<String>) {
        match self {
            Self::Parameter { arn } => ("ssm:GetParameters", arn),
            Self::SecretsManager { arn, .. } => ("secretsmanager:GetSecretValue", arn),
        }
    }
}
