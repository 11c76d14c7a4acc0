//! No two things may have one name in Rust.

use std::collections::BTreeMap;

use super::emit;
use super::model::{Model, Resource};
use super::names;
use crate::process::Failure;

/// Everything that is named, by where it is and what it is called; the items are AWS's names.
#[derive(Default)]
struct Register(BTreeMap<(String, String), Vec<String>>);

impl Register {
    fn add(&mut self, scope: &str, rust: String, aws: &str) {
        let named = self.0.entry((scope.to_owned(), rust)).or_default();
        named.push(aws.to_owned());
    }

    fn resource(&mut self, service: &str, resource: &Resource) {
        let name = &resource.name;
        self.add(service, resource.module.clone(), name);
        for structure in &resource.structures {
            self.add(name, structure.rust.clone(), &structure.name);
            let scope = format!("{name}, {}", structure.rust);
            for field in &structure.fields {
                self.add(&scope, names::identifier(&field.name), &field.name);
            }
        }
        for listed in &resource.enums {
            self.add(name, listed.rust.clone(), &listed.of);
            let scope = format!("{name}, {}", listed.rust);
            for (variant, value) in emit::variants(&listed.values) {
                self.add(&scope, variant, value);
            }
        }
        for choice in &resource.choices {
            self.add(name, choice.rust.clone(), &choice.of);
        }
        for union in &resource.unions {
            self.add(name, union.rust.clone(), &union.of);
            let scope = format!("{name}, {}", union.rust);
            for alternative in &union.alternatives {
                self.add(&scope, alternative.rust.clone(), &alternative.rust);
            }
        }
        let scope = format!("{name}, attributes");
        for attribute in &resource.attributes {
            self.add(&scope, attribute.rust.clone(), &attribute.name);
        }
    }
}

/// Fails and lists every name that stands for two things, or that Rust cannot read.
pub(super) fn check(model: &Model) -> Result<(), Failure> {
    let mut register = Register::default();
    for (service, held) in &model.services {
        register.add("services", service.clone(), service);
        for resource in held.resources.values() {
            register.resource(service, resource);
            // The service's module has the resource's own name, from the module of the resource.
            if let Some(structure) = resource.structures.first() {
                register.add(service, structure.rust.clone(), &resource.name);
            }
        }
    }
    for kind in &model.kinds {
        let scope = format!("refs::{}", super::service_of(&kind.resource));
        let aws = format!("{}.{}", kind.resource, kind.attribute);
        register.add(&scope, emit::marker(kind), &aws);
    }
    let mut problems = Vec::new();
    for ((scope, rust), named) in &register.0 {
        let starts = rust.trim_start_matches("r#").chars().next();
        if !starts.is_some_and(|first| first.is_ascii_alphabetic()) {
            problems.push(format!("{scope}: `{rust}` is no name"));
        }
        if named.len() > 1 {
            problems.push(format!("{scope}: `{rust}` is {}", named.join(" and ")));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}
