//! Roles, policies, and who may do what.
//!
//! # Grants
//!
//! A permission is a [`Statement`] in a [`PolicyDocument`], a plain value. Constructs add to it
//! what they know how to grant: `table.grant_read(&mut policy)` names the actions and the table's
//! ARN, and nothing wider. When it is complete, hand it to [`RoleProps::policy`], or to a
//! [`Policy`] or a [`ManagedPolicy`] when it is for somebody else.

mod arn;
mod check;
mod check_who;
mod condition;
mod document;
mod group;
mod instance_profile;
mod managed_policy;
mod oidc_provider;
mod parse;
mod policy;
mod principal;
mod role;
mod role_reference;
mod statement;
mod trust;
mod user;

pub use arn::{aws_managed_policy, managed_policy_by_name};
pub use check::PolicyKind;
pub use condition::Condition;
pub use document::PolicyDocument;
pub use group::{Group, GroupProps};
pub use instance_profile::{InstanceProfile, InstanceProfileProps};
pub use managed_policy::{ManagedPolicy, ManagedPolicyProps};
pub use oidc_provider::{OidcProvider, OidcProviderProps};
pub use parse::PolicyError;
pub use policy::{Policy, PolicyProps};
pub use principal::Principal;
pub use role::{Role, RoleProps};
pub use role_reference::RoleReference;
pub use statement::{Effect, Selection, Statement};
pub use trust::Trust;
pub use user::{User, UserProps};
