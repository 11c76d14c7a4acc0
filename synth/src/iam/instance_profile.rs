//! What an EC2 instance has its role by.

use synth_core::{Handle, Id, Problem, Scope, Text, Value};

use super::arn;
use super::policy::LONGEST_NAME;
use crate::cfn::iam as l1;
use crate::cfn::refs::iam::RoleName;

/// What an [`InstanceProfile`] needs to know.
#[derive(Debug, Clone)]
pub struct InstanceProfileProps {
    /// Name of the role; an instance profile has one. The role has to trust `ec2.amazonaws.com`.
    pub role: Value<Id<RoleName>>,
    /// Its name, 1-128 letters, digits and `+=,.@_-`. Default: CloudFormation makes one.
    pub instance_profile_name: Option<Value<String>>,
    /// Its path, such as `/team/`. Default: `/`.
    pub path: Option<Text>,
}

impl InstanceProfileProps {
    /// A profile for the role with this name.
    pub fn new(role: impl Into<Value<Id<RoleName>>>) -> Self {
        Self {
            role: role.into(),
            instance_profile_name: None,
            path: None,
        }
    }
}

/// The role of EC2 instances, as they take it.
///
/// Declares `Resource` (`AWS::IAM::InstanceProfile`).
///
/// ```
/// use synth::iam::{InstanceProfile, InstanceProfileProps, Role, RoleProps, Trust};
///
/// let mut stack = synth::Stack::new("App", synth::StackProps::default());
/// let role = Role::new(stack.child("Role"), RoleProps::new(Trust::service("ec2.amazonaws.com")));
/// InstanceProfile::new(stack.child("Profile"), InstanceProfileProps::new(role.name()));
/// assert!(stack.synthesize().is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct InstanceProfile {
    /// The profile; its `Ref` is its name.
    pub profile: Handle<l1::InstanceProfile>,
}

impl InstanceProfile {
    /// Adds the profile to `scope`.
    pub fn new(mut scope: Scope<'_>, props: InstanceProfileProps) -> Self {
        for problem in problems(&props) {
            scope.problem(problem);
        }
        let resource = l1::InstanceProfile {
            instance_profile_name: props.instance_profile_name.into(),
            path: props.path.map(Text::into_owned).into(),
            ..l1::InstanceProfile::new(vec![props.role])
        };
        Self {
            profile: scope.add("Resource", &resource),
        }
    }
}

fn problems(props: &InstanceProfileProps) -> Vec<Problem> {
    let name = props.instance_profile_name.as_ref().and_then(Value::known);
    let name = name.and_then(|name| {
        let code = "iam.instance-profile-name";
        arn::name_problem(code, "instance profile", name, LONGEST_NAME)
    });
    let path = props.path.as_deref().and_then(arn::path_problem);
    name.into_iter().chain(path).collect()
}
