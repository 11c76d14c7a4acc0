//! References from one stack to another: the one gets an output, the other reads it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::json::{Json, Text};
use crate::logical_id;
use crate::problem::Placed;
use crate::reference::{Form, Reference, Target};
use crate::stack::{Environment, OutputPart, Stack, place};

use super::CrossStack;
use super::cycle::{self, Edge};
use super::refusal;
use super::tree::{Member, Parameters, Tree, Wait};
use super::visit::{self, Found, Kind};

/// Carries every reference across, between stacks and into and out of nested ones, and says which cannot be.
pub(crate) fn stacks(stacks: &mut [Stack], default: CrossStack) -> Vec<Placed> {
    let mut tree = Tree::of(stacks);
    let facts: Vec<Facts> = tree
        .members
        .iter()
        .map(|member| Facts::new(member, default))
        .collect();
    let mut linker = Linker::new(&facts);
    for (position, member) in tree.members.iter_mut().enumerate() {
        visit::stack(member.stack(), &mut |found| linker.carry(position, found));
    }
    for (member, outputs) in tree.members.iter_mut().zip(linker.outputs) {
        member.stack().outputs.extend(outputs.into_values());
    }
    for (position, parameters) in linker.parameters.into_iter().enumerate() {
        tree.give(position, parameters);
    }
    for wait in linker.waits {
        tree.wait(wait);
    }
    for edge in &linker.edges {
        let (Some(member), Some(producer)) = (tree.members.get_mut(edge.from), facts.get(edge.to))
        else {
            continue;
        };
        let depends_on = &mut member.stack().props.depends_on;
        if depends_on.iter().all(|other| **other != *producer.name) {
            depends_on.push(Text::Owned(producer.name.to_string()));
        }
    }
    tree.restore();
    let paths: Vec<&str> = facts.iter().map(|stack| &*stack.path).collect();
    let mut problems = linker.problems;
    problems.extend(cycle::check(&paths, &linker.edges));
    problems
}

/// What others need to know of a stack.
pub(super) struct Facts {
    pub(super) name: Arc<str>,
    pub(super) path: Arc<str>,
    pub(super) stage: Text,
    pub(super) environment: Environment,
    pub(super) cross_stack: CrossStack,
    depends_on: Vec<Text>,
    /// Of a nested stack: the position of that around it, and what stands for it there.
    pub(super) around: Option<(usize, Arc<Target>)>,
}

impl Facts {
    fn new(member: &Member<'_>, default: CrossStack) -> Self {
        let stack = member.as_stack();
        Self {
            around: member.around(),
            name: Arc::clone(&stack.name),
            path: Arc::clone(&stack.path),
            stage: stack.stage.clone(),
            environment: stack.props.environment.clone(),
            cross_stack: stack.props.cross_stack.unwrap_or(default),
            depends_on: stack.props.depends_on.clone(),
        }
    }
}

pub(super) struct Linker<'a> {
    pub(super) facts: &'a [Facts],
    /// Positions by the address of the name, which is a stack's identity: asked, never listed.
    by_identity: BTreeMap<usize, usize>,
    /// For each stack the outputs it gets, by name.
    pub(super) outputs: Vec<BTreeMap<String, OutputPart>>,
    /// For each nested stack the parameters it gets, and what they are given, by name.
    pub(super) parameters: Vec<Parameters>,
    pub(super) waits: Vec<Wait>,
    edges: Vec<Edge>,
    problems: Vec<Placed>,
}

fn identity(name: &Arc<str>) -> usize {
    Arc::as_ptr(name).cast::<u8>().addr()
}

impl<'a> Linker<'a> {
    fn new(facts: &'a [Facts]) -> Self {
        let by_identity = facts.iter().enumerate();
        Self {
            facts,
            by_identity: by_identity
                .map(|(position, stack)| (identity(&stack.name), position))
                .collect(),
            outputs: facts.iter().map(|_| BTreeMap::new()).collect(),
            parameters: facts.iter().map(|_| BTreeMap::new()).collect(),
            waits: Vec::new(),
            edges: explicit(facts),
            problems: Vec::new(),
        }
    }

    /// What to write in the place of the reference; nothing where it cannot be carried, which is reported.
    fn carry(&mut self, from: usize, found: &Found<'_>) -> Json {
        let facts = self.facts;
        let to = self
            .by_identity
            .get(&identity(found.target.identity()))
            .copied();
        let Some(consumer) = facts.get(from) else {
            return Json::Null;
        };
        let producer = to.and_then(|to| Some((to, facts.get(to)?)));
        if let Some(problem) = refusal::of(consumer, producer.map(|(_, facts)| facts), found) {
            let path = place(&consumer.path, found.part);
            self.problems.push(Placed { path, problem });
            return Json::Null;
        }
        let Some((to, producer)) = producer else {
            return Json::Null;
        };
        let (outer, inner) = (self.top(from), self.top(to));
        let is_new = |edge: &Edge| (edge.from, edge.to) != (outer, inner);
        if outer != inner && self.edges.iter().all(is_new) {
            self.edges.push(Edge {
                from: outer,
                to: inner,
                referring: place(&consumer.path, found.part),
                place: found.place.to_owned(),
                referred: place(&producer.path, found.target.path()),
            });
        }
        match found.kind {
            Kind::Value(form) => self.value(from, to, found.target, form),
            Kind::Dependency if outer == inner => {
                self.wait(from, to, found);
                Json::Null
            }
            Kind::InCondition | Kind::Condition | Kind::Dependency => Json::Null,
        }
    }

    /// The value in the words of the stack at `from`. A list comes from elsewhere as text, and is taken apart again.
    fn value(&mut self, from: usize, to: usize, target: &Arc<Target>, form: &Form) -> Json {
        if from == to {
            return Json::Reference(Reference::new(target, form.clone()));
        }
        let carried = self.text(from, to, target, form);
        if matches!(form, Form::List(_)) {
            let arguments = Json::Array(vec![BETWEEN.into(), carried]);
            return Json::object([("Fn::Split", arguments)]);
        }
        carried
    }

    /// The value as text: as it is, by a parameter, by an output, or from another stack.
    fn text(&mut self, from: usize, to: usize, target: &Arc<Target>, form: &Form) -> Json {
        let facts = self.facts;
        if from == to {
            return as_text(target, form);
        }
        let (Some(consumer), Some(producer)) = (facts.get(from), facts.get(to)) else {
            return Json::Null;
        };
        if let Some((around, _)) = &consumer.around
            && self.is_within(from, to)
        {
            let given = self.text(*around, to, target, form);
            return self.parameter(from, consumer, producer, target, form, given);
        }
        if let Some((around, resource)) = &producer.around {
            let id = self.hand_out(to, producer, target, form);
            let form = Form::Attribute(format!("Outputs.{id}").into());
            return self.text(from, *around, resource, &form);
        }
        self.read(to, producer, consumer, target, form)
    }

    /// Gives the producer its outputs, and the consumer the call that reads one.
    fn read(
        &mut self,
        to: usize,
        producer: &Facts,
        consumer: &Facts,
        target: &Arc<Target>,
        form: &Form,
    ) -> Json {
        let mut output = |group: &str, is_exported: bool| {
            let (part, id) = output(group, producer, target, form, is_exported);
            if let Some(outputs) = self.outputs.get_mut(to) {
                outputs.entry(id.clone()).or_insert(part);
            }
            id
        };
        let strength = producer.cross_stack;
        let exported = (strength != CrossStack::Output).then(|| output("Exports", true));
        let imported = exported.filter(|_| strength == CrossStack::Export);
        if let Some(id) = imported {
            let name = export_name(producer, &id);
            return Json::object([("Fn::ImportValue", name.into())]);
        }
        let id = output("Publish", false);
        let region = producer.environment.region.clone();
        let region = region.filter(|_| consumer.environment.region.is_some());
        let region =
            region.map_or_else(|| Json::object([("Ref", "AWS::Region".into())]), Json::Text);
        let arguments = Json::object([
            ("StackName", producer.name.to_string().into()),
            ("Region", region),
            ("OutputName", id.into()),
        ]);
        Json::object([("Fn::GetStackOutput", arguments)])
    }
}

/// What stands between the items of a list that travels as text, as in AWS CDK.
const BETWEEN: &str = "||";

/// A reference as outputs and parameters take it: a list becomes one text.
pub(super) fn as_text(target: &Arc<Target>, form: &Form) -> Json {
    let reference = Json::Reference(Reference::new(target, form.clone()));
    if matches!(form, Form::List(_)) {
        let arguments = Json::Array(vec![BETWEEN.into(), reference]);
        return Json::object([("Fn::Join", arguments)]);
    }
    reference
}

/// An output at the path that AWS CDK gives it, and so with its name.
fn output(
    group: &str,
    producer: &Facts,
    target: &Arc<Target>,
    form: &Form,
    is_exported: bool,
) -> (OutputPart, String) {
    let reference = Json::Reference(Reference::new(target, form.clone()));
    let path = format!("{group}/Output{}", reference.to_compact());
    let id = logical_id::from_path(&path);
    let part = OutputPart {
        target: Target::new(&producer.name, path, id.clone()),
        value: as_text(target, form),
        description: Text::Borrowed(""),
        export: is_exported.then(|| export_name(producer, &id).into()),
        condition: None,
        attributes: Vec::new(),
    };
    (part, id)
}

fn export_name(producer: &Facts, id: &str) -> String {
    format!("{}:{id}", producer.name)
}

/// What the stacks say themselves.
fn explicit(facts: &[Facts]) -> Vec<Edge> {
    let mut by_name = BTreeMap::new();
    for (position, stack) in facts.iter().enumerate() {
        by_name.insert((stack.stage.as_ref(), &*stack.name), position);
    }
    let mut edges = Vec::new();
    for (from, stack) in facts.iter().enumerate() {
        for name in &stack.depends_on {
            let to = by_name.get(&(stack.stage.as_ref(), name.as_ref()));
            edges.extend(to.map(|to| Edge {
                from,
                to: *to,
                referring: stack.path.to_string(),
                place: "depends_on".to_owned(),
                referred: name.to_string(),
            }));
        }
    }
    edges
}
