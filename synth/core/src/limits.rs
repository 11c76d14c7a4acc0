//! CloudFormation's quotas from
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.

/// Resources in one template.
pub const RESOURCES: usize = 500;
/// Parameters in one template.
pub const PARAMETERS: usize = 200;
/// Outputs in one template.
pub const OUTPUTS: usize = 200;
/// Mappings in one template.
pub const MAPPINGS: usize = 200;
/// Bytes of a template's description.
pub const DESCRIPTION_BYTES: usize = 1024;
/// Bytes of a template that is read from S3.
pub const TEMPLATE_BYTES: usize = 1_048_576;
/// Names in one mapping, and keys below each of them.
pub const MAPPING_NAMES: usize = 200;
/// Characters of the name of a resource, a parameter, a mapping, a condition or an output.
pub const NAME_LENGTH: usize = 255;
/// Bytes of the description of a parameter.
pub const PARAMETER_DESCRIPTION_BYTES: usize = 4000;
