//! YAML as CloudFormation takes it.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the parser has events that say nothing here, and may get more"
)]

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, Tag};
use synth_core::{Json, Problem};

use super::object::{Node, Object, VALUE_WEIGHT};
use super::{DEEPEST, Place, ReadError, Reading, Remark, Span, scalar, tag};
use crate::Severity;

/// The most that all values may weigh together, so that aliases cannot multiply a text without end.
const MOST_WEIGHT: usize = 32 * 1_048_576;

/// What the parser says when `DEEPEST` is passed before this reader sees it.
const TOO_DEEP: &str = "recursion limit exceeded";

/// What is being filled.
enum Open {
    List(Vec<Node>),
    Object(Object),
}

struct Frame {
    open: Open,
    at: Span,
    anchor: usize,
    tag: Option<(String, Span)>,
}

struct Reader<'a> {
    text: &'a str,
    frames: Vec<Frame>,
    anchors: BTreeMap<usize, Node>,
    document: Option<Node>,
    weight: usize,
    remarks: Vec<Remark>,
}

/// Reads one document.
pub(super) fn read(text: &str) -> Reading {
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: DEEPEST + 2,
        block_nesting_limit: DEEPEST + 2,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut reader = Reader {
        text,
        frames: Vec::new(),
        anchors: BTreeMap::new(),
        document: None,
        weight: 0,
        remarks: Vec::new(),
    };
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or_default();
            if error.info() == TOO_DEEP {
                return too_deep(Span {
                    start: at,
                    end: text.len().min(at + 1),
                });
            }
            let before = text.get(..at).unwrap_or_default();
            let is_tab =
                before.ends_with('\t') || text.get(at..).is_some_and(|it| it.starts_with('\t'));
            let (start, fix) = if is_tab {
                (
                    at - usize::from(before.ends_with('\t')),
                    "indent with spaces",
                )
            } else {
                (at, "correct the YAML")
            };
            let end = text.len().min(start + 1);
            ReadError::new("template.syntax", error.info(), fix, Span { start, end })
        })?;
        if matches!(event, Event::StreamEnd) {
            break;
        }
        reader.event(event, &span)?;
    }
    let Some(node) = reader.document else {
        let message = "there is nothing in the file";
        let fix = "write a template with `Resources`";
        return Err(ReadError::new(
            "template.syntax",
            message,
            fix,
            Span::default(),
        ));
    };
    Ok((node.json, node.place, reader.remarks))
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, span: &granit_parser::Span) -> Result<(), ReadError> {
        let at = bytes(span);
        let tag_at = span.tag_span().as_ref().map_or(at, bytes);
        match event {
            Event::DocumentStart(..) if self.document.is_some() => {
                let message = "a second document starts here";
                let fix = "keep one template in a file";
                return Err(ReadError::new("template.several", message, fix, at));
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tag, at, tag_at)?;
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.open(Open::List(Vec::new()), anchor, tag, at, tag_at)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.open(Open::Object(Object::default()), anchor, tag, at, tag_at)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close()?,
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    let message = "this alias stands within what it stands for";
                    let fix = "write the value out";
                    return Err(ReadError::new("template.syntax", message, fix, at));
                };
                self.weigh(node.weight, at)?;
                self.put(node, at, false)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn weigh(&mut self, weight: usize, at: Span) -> Result<(), ReadError> {
        self.weight = self.weight.saturating_add(weight);
        if self.weight <= MOST_WEIGHT {
            return Ok(());
        }
        let message = "the template holds more values than are read, aliases written out";
        let fix = "use fewer aliases, or divide it into several templates";
        Err(ReadError::new("template.too-large", message, fix, at))
    }

    fn open(
        &mut self,
        open: Open,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
        at: Span,
        tag_at: Span,
    ) -> Result<(), ReadError> {
        if self.frames.len() >= DEEPEST {
            return Err(too_deep(at));
        }
        self.weigh(VALUE_WEIGHT, at)?;
        let tag = named(tag, tag_at);
        self.frames.push(Frame {
            open,
            at,
            anchor,
            tag,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), ReadError> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        let start = Span {
            start: frame.at.start,
            end: frame.at.start + 1,
        };
        let mut node = Node {
            json: Json::Null,
            place: Place {
                name: start,
                value: start,
                below: Vec::new(),
                by_name: Box::default(),
            },
            depth: 1,
            weight: VALUE_WEIGHT,
        };
        let mut count = |one: &Node| {
            node.depth = node.depth.max(one.depth + 1);
            node.weight += one.weight;
        };
        match frame.open {
            Open::List(items) => {
                for one in &items {
                    count(one);
                }
                let (json, below) = items.into_iter().map(|one| (one.json, one.place)).unzip();
                node.json = Json::Array(json);
                node.place.below = below;
            }
            Open::Object(object) => {
                let (entries, merged_weight) = object.entries();
                for (_, one) in &entries {
                    count(one);
                }
                node.weight += merged_weight;
                let entries = entries.into_iter();
                let (json, below): (Vec<_>, Vec<_>) = entries
                    .map(|(name, one)| ((name, one.json), one.place))
                    .unzip();
                node.place.by_name = super::by_name(&json);
                node.json = Json::Object(json);
                node.place.below = below;
            }
        }
        self.finish(node, frame.anchor, frame.tag, frame.at, false)
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
        at: Span,
        tag_at: Span,
    ) -> Result<(), ReadError> {
        let weight = VALUE_WEIGHT + text.len();
        self.weigh(weight, at)?;
        let is_plain = style == ScalarStyle::Plain;
        let is_text = tag.as_ref().is_some_and(|tag| {
            // A function's argument is text unless it looks like something else.
            tag.core_suffix() == Some("str") || !is_plain
        });
        let is_name = self.wants_name();
        let json = if is_plain && !is_text && !is_name {
            scalar::plain(text)
        } else {
            Json::from(text.to_owned())
        };
        if is_plain && !is_name && scalar::is_octal(text) {
            self.remark(at, octal(text));
        }
        let tag = named(tag, tag_at);
        let place = Place {
            name: at,
            value: at,
            below: Vec::new(),
            by_name: Box::default(),
        };
        let node = Node {
            json,
            place,
            depth: 1,
            weight,
        };
        self.finish(node, anchor, tag, at, is_plain)
    }

    /// Hands a value that has ended on to what it is in.
    fn finish(
        &mut self,
        mut node: Node,
        anchor: usize,
        tag: Option<(String, Span)>,
        at: Span,
        is_plain: bool,
    ) -> Result<(), ReadError> {
        if let Some((name, tag_at)) = tag {
            if let Some(function) = tag::long(&name) {
                (node.json, node.place) = tag::call(function, node.json, node.place, tag_at);
                node.depth += 2;
                node.weight += 3 * VALUE_WEIGHT;
            } else {
                self.remark(tag_at, tag::unknown(&name));
            }
        }
        if self.frames.len() + node.depth > 2 * DEEPEST {
            return Err(too_deep(at));
        }
        if anchor != 0 {
            self.weigh(node.weight, at)?;
            self.anchors.insert(anchor, node.clone());
        }
        self.put(node, at, is_plain)
    }

    fn put(&mut self, mut node: Node, at: Span, is_plain: bool) -> Result<(), ReadError> {
        let text = self.text;
        if self.frames.len() + node.depth > 2 * DEEPEST {
            return Err(too_deep(at));
        }
        let mut merges_at = None;
        match self.frames.last_mut().map(|frame| &mut frame.open) {
            None => self.document = Some(node),
            Some(Open::List(items)) => items.push(node),
            Some(Open::Object(object)) => match object.name.take() {
                None => object.start(text, &node, at, is_plain)?,
                Some((_, name_at, true)) => {
                    merges_at = Some(name_at);
                    object.merged.push(node);
                }
                Some((name, name_at, false)) => {
                    node.place.name = name_at;
                    object.entries.push((name.into(), node));
                }
            },
        }
        if let Some(name_at) = merges_at {
            self.remark(name_at, merge_key());
        }
        Ok(())
    }

    /// Whether the next scalar is a name.
    fn wants_name(&self) -> bool {
        let open = self.frames.last().map(|frame| &frame.open);
        matches!(open, Some(Open::Object(object)) if object.name.is_none())
    }

    fn remark(&mut self, span: Span, problem: Problem) {
        let severity = match problem.code {
            "template.unknown-tag" => Severity::Error,
            _ => Severity::Warning,
        };
        self.remarks.push(Remark {
            severity,
            problem,
            span,
        });
    }
}

/// The name of a function's tag; the tags of YAML's own types need nothing more.
fn named(tag: Option<Cow<'_, Tag>>, at: Span) -> Option<(String, Span)> {
    let tag = tag.filter(|tag| !tag.is_yaml_core_schema())?;
    let name = tag.original().trim_start_matches('!').to_owned();
    (!name.is_empty()).then_some((name, at))
}

fn bytes(span: &granit_parser::Span) -> Span {
    let start = span.start.byte_offset().unwrap_or_default();
    Span {
        start,
        end: span.end.byte_offset().unwrap_or(start),
    }
}

fn too_deep(at: Span) -> ReadError {
    let message = format!("nested deeper than {DEEPEST} levels");
    ReadError::new("template.too-large", message, "write it flatter", at)
}

fn octal(text: &str) -> Problem {
    Problem {
        code: "template.octal",
        message: "YAML 1.1 takes this for a number with eight digits".to_owned(),
        value: text.to_owned(),
        allowed: String::new(),
        fix: format!("put it in quotes: '{text}'"),
    }
}

fn merge_key() -> Problem {
    Problem {
        code: "template.merge-key",
        message:
            "CloudFormation does not merge objects; `aws cloudformation package` does it before"
                .to_owned(),
        value: "<<".to_owned(),
        allowed: String::new(),
        fix: "write the entries out, or package the template first".to_owned(),
    }
}
