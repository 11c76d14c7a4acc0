//! Which attribute a relation means.

use std::collections::BTreeSet;

use super::database::{Database, Relation, Resource};

/// A resource and its attribute.
type Name = (&'static str, &'static str);

/// Two names of one attribute: the first is what the sources say, the second what everything becomes.
const ALIASES: &[(Name, Name)] = &[
    // Both are the id of a security group, `sg-…`.
    (
        ("AWS::EC2::SecurityGroup", "GroupId"),
        ("AWS::EC2::SecurityGroup", "Id"),
    ),
    (
        ("AWS::EC2::VPC", "DefaultSecurityGroup"),
        ("AWS::EC2::SecurityGroup", "Id"),
    ),
];

/// The attribute that a relation means, under its one name; nothing when no resource gives it.
///
/// Sources write `Id` or `Name` for what `Ref` returns, `Ids` for a list of them, and sometimes name an attribute
/// that does not exist.
pub(super) fn canonical(database: &Database, relation: &Relation) -> Option<Relation> {
    let resource = database.resources.get(&relation.resource)?;
    let attribute = match relation.attribute.as_str() {
        "Ids" => "Id",
        "Names" => "Name",
        other => other,
    };
    let reference = resource.reference();
    let gives = |name: &str| resource.attributes.contains_key(name) || reference == Some(name);
    let attribute = if gives(attribute) {
        attribute
    } else {
        reference.filter(|reference| {
            attribute == "Id" || (attribute == "Name" && reference.ends_with("Name"))
        })?
    };
    let alias = ALIASES
        .iter()
        .find(|(from, _)| *from == (relation.resource.as_str(), attribute));
    let (resource, attribute) = alias
        .map_or((relation.resource.as_str(), attribute), |(_, target)| {
            *target
        });
    Some(Relation {
        resource: resource.to_owned(),
        attribute: attribute.to_owned(),
    })
}

/// The attributes that a property of `resource` takes, each once; `own` is its name where it is the resource's own.
/// What names the resource itself is no reference.
pub(super) fn taken(
    database: &Database,
    resource: &Resource,
    own: Option<&str>,
    found: &[Relation],
) -> Vec<Relation> {
    let mut taken = Vec::new();
    for relation in found {
        let itself = relation.resource == resource.name
            && (own == Some(&relation.attribute) || own == resource.reference());
        let relation = canonical(database, relation).filter(|_| !itself);
        taken.extend(relation.filter(|relation| !taken.contains(relation)));
    }
    taken
}

/// Every attribute that some property of some type asks for, whether that type is generated or not.
pub(super) fn all(database: &Database) -> BTreeSet<Relation> {
    let of_resources = database
        .resources
        .values()
        .map(|resource| &resource.properties);
    let of_parts = database.definitions.values().map(|part| &part.properties);
    let properties = of_resources
        .chain(of_parts)
        .flat_map(|properties| properties.values());
    let relations = properties.flat_map(|property| &property.relationship_refs);
    relations
        .filter_map(|relation| canonical(database, relation))
        .collect()
}

/// The attribute itself, under its one name, when some property asks for it.
pub(super) fn known(
    kinds: &BTreeSet<Relation>,
    database: &Database,
    relation: &Relation,
) -> Option<Relation> {
    canonical(database, relation).filter(|relation| kinds.contains(relation))
}
