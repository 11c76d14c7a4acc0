//! Resource types in the shape that the generator writes.

use synth_core::{
    Accepts, Attributes, Data, Fields, FromText, Id, Identifies, Json, List, Map, OneOf, Origin,
    Property, Read, Reader, Resource, Text, Value,
};

/// The id of a VPC.
#[derive(Debug)]
pub enum VpcId {}
/// The ARN of a role.
#[derive(Debug)]
pub enum RoleArn {}
/// The ARN of a key.
#[derive(Debug)]
pub enum KeyArn {}
/// What a table is encrypted with.
#[derive(Debug)]
pub enum Encryptor {}
impl Accepts<KeyArn> for Encryptor {}
impl Accepts<RoleArn> for Encryptor {}

#[derive(Debug, Default)]
pub struct Vpc {
    pub cidr_block: Property<String>,
}

pub struct VpcAttributes(Origin);

impl Attributes for VpcAttributes {
    fn of(origin: Origin) -> Self {
        Self(origin)
    }

    fn origin(&self) -> &Origin {
        &self.0
    }
}

impl VpcAttributes {
    pub fn cidr_block(&self) -> Value<String> {
        self.0.attribute("CidrBlock")
    }
}

impl Data for Vpc {
    #[inline]
    fn to_json(&self) -> Json {
        let mut fields = Fields::new();
        fields.optional("CidrBlock", &self.cidr_block);
        fields.into()
    }
}

impl Read for Vpc {
    #[inline]
    fn read(from: &mut Reader, json: &Json) -> Option<Self> {
        let mut this = Self::default();
        from.open(json)?;
        from.field(json, "CidrBlock", &mut this.cidr_block);
        from.close(json)?;
        Some(this)
    }
}

impl Resource for Vpc {
    const TYPE: &'static str = "AWS::EC2::VPC";
    type Ref = Id<VpcId>;
    type Attributes = VpcAttributes;
}

impl Identifies<Id<VpcId>> for Vpc {
    const ATTRIBUTE: Option<&'static str> = None;
}

pub struct RoleAttributes(Origin);

impl Attributes for RoleAttributes {
    fn of(origin: Origin) -> Self {
        Self(origin)
    }

    fn origin(&self) -> &Origin {
        &self.0
    }
}

impl RoleAttributes {
    pub fn arn(&self) -> Value<Id<RoleArn>> {
        self.0.attribute("Arn")
    }
}

#[derive(Debug, Default)]
pub struct Role {
    pub assume_role_policy_document: Property<Json>,
    pub path: Property<String>,
}

impl Role {
    pub fn new(assume_role_policy_document: impl Into<Value<Json>>) -> Self {
        Self {
            assume_role_policy_document: assume_role_policy_document.into().into(),
            ..Self::default()
        }
    }
}

impl Data for Role {
    #[inline]
    fn to_json(&self) -> Json {
        let mut fields = Fields::new();
        fields.required(
            "AssumeRolePolicyDocument",
            &self.assume_role_policy_document,
        );
        fields.optional("Path", &self.path);
        fields.into()
    }
}

impl Resource for Role {
    const TYPE: &'static str = "AWS::IAM::Role";
    type Ref = String;
    type Attributes = RoleAttributes;
}

impl Identifies<Id<RoleArn>> for Role {
    const ATTRIBUTE: Option<&'static str> = Some("Arn");
}

#[derive(Debug, Clone, PartialEq)]
pub enum Architecture {
    Arm64,
    Other(Text),
}

impl Data for Architecture {
    fn to_json(&self) -> Json {
        match self {
            Self::Arm64 => "arm64".into(),
            Self::Other(text) => Json::Text(text.clone()),
        }
    }
}

impl FromText for Architecture {
    fn from_text(text: &str) -> Self {
        match text {
            "arm64" => Self::Arm64,
            other => Self::Other(Text::Owned(other.to_owned())),
        }
    }
}

#[derive(Debug, Default)]
pub struct Environment {
    pub variables: Property<Map<String>>,
}

impl Data for Environment {
    fn to_json(&self) -> Json {
        let mut fields = Fields::new();
        fields.optional("Variables", &self.variables);
        fields.into()
    }
}

#[derive(Debug, Default)]
pub struct Function {
    pub architectures: Property<List<Architecture>>,
    pub environment: Property<Environment>,
    pub key: Property<OneOf<Encryptor>>,
    pub layers: Property<List<String>>,
    pub memory_size: Property<i64>,
    pub role: Property<Id<RoleArn>>,
    pub vpc: Property<Id<VpcId>>,
}

impl Data for Function {
    fn to_json(&self) -> Json {
        let mut fields = Fields::new();
        fields.optional("Architectures", &self.architectures);
        fields.optional("Environment", &self.environment);
        fields.optional("KmsKeyArn", &self.key);
        fields.optional("Layers", &self.layers);
        fields.optional("MemorySize", &self.memory_size);
        fields.required("Role", &self.role);
        fields.optional("Vpc", &self.vpc);
        fields.into()
    }
}

impl Resource for Function {
    const TYPE: &'static str = "AWS::Lambda::Function";
    type Ref = String;
    type Attributes = Origin;
}
