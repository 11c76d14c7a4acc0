//! Answers of EC2 and IAM: elements with text, and lists of such elements.

use std::collections::BTreeMap;

use aws_smithy_xml::decode::{Document, ScopedDecoder, try_data};

/// Lists may be nested this deep, so that no answer can exhaust the stack.
const DEEPEST: usize = 16;

/// An element of an answer.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Element {
    texts: BTreeMap<String, String>,
    lists: BTreeMap<String, Vec<Element>>,
}

impl Element {
    /// What the element `name` in it says.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// The items of the list `name` in it, such as `subnetSet`.
    pub(crate) fn list(&self, name: &str) -> &[Element] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }

    /// Value of the tag `key`.
    pub(crate) fn tag(&self, key: &str) -> Option<&str> {
        let mut tags = self.list("tagSet").iter();
        tags.find(|tag| tag.text("key") == Some(key))?.text("value")
    }

    /// Code and words, where this is a refusal.
    pub(crate) fn error(&self) -> Option<(&str, &str)> {
        let error = self.list("Errors").first().unwrap_or(self);
        Some((
            error.text("Code")?,
            error.text("Message").unwrap_or_default(),
        ))
    }
}

/// Reads the root element of `answer`.
pub(crate) fn parse(answer: &str) -> Result<Element, String> {
    let mut document = Document::new(answer);
    let mut root = document.root_element().map_err(|error| error.to_string())?;
    Ok(element(&mut root, 0))
}

fn element(scope: &mut ScopedDecoder<'_, '_>, depth: usize) -> Element {
    let mut element = Element::default();
    if depth > DEEPEST {
        return element;
    }
    while let Some(mut tag) = scope.next_tag() {
        let name = tag.start_el().local().to_owned();
        if is_list(&name) {
            let mut items = Vec::new();
            while let Some(mut item) = tag.next_tag() {
                items.push(self::element(&mut item, depth + 1));
            }
            element.lists.insert(name, items);
        } else if is_wrapper(&name) {
            let inner = self::element(&mut tag, depth + 1);
            element.texts.extend(inner.texts);
            element.lists.extend(inner.lists);
        } else if let Ok(text) = try_data(&mut tag) {
            element.texts.insert(name, text.into_owned());
        }
    }
    element
}

/// EC2 names its lists so; other elements that hold elements are passed over.
fn is_list(name: &str) -> bool {
    let others = [
        "availabilityZoneInfo",
        "Errors",
        "EvaluationResults",
        "MissingContextValues",
    ];
    name.ends_with("Set") || others.contains(&name)
}

/// IAM puts its answers into such elements; what they hold is taken for what the element around them holds.
fn is_wrapper(name: &str) -> bool {
    name.ends_with("Result") || name == "Role" || name == "Error"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_lists_are_read_and_what_is_unknown_is_passed_over() {
        let answer = parse(
            "<R><requestId>1</requestId><subnetSet><item><subnetId>s-1</subnetId><state><a>x</a></state>\
             <tagSet><item><key>a&amp;b</key><value>c</value></item></tagSet></item><item/></subnetSet></R>",
        )
        .unwrap();
        let [subnet, empty] = answer.list("subnetSet") else {
            panic!("{answer:?}");
        };
        assert_eq!(subnet.text("subnetId"), Some("s-1"));
        assert_eq!(subnet.tag("a&b"), Some("c"));
        assert_eq!(*empty, Element::default());
    }

    #[test]
    fn a_refusal_has_its_code_and_its_words() {
        let answer = parse(
            "<?xml version=\"1.0\"?><Response><Errors><Error><Code>AuthFailure</Code>\
             <Message>no</Message></Error></Errors></Response>",
        );
        assert_eq!(answer.unwrap().error(), Some(("AuthFailure", "no")));
        assert!(parse("not xml").is_err());
        let answer = parse(
            "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>\
             </ErrorResponse>",
        );
        assert_eq!(answer.unwrap().error(), Some(("AccessDenied", "no")));
    }

    #[test]
    fn what_iam_simulated_is_a_list() {
        let answer = parse(
            "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults><member>\
             <MatchedStatements><member/></MatchedStatements><EvalActionName>ecs:RunTask</EvalActionName>\
             <EvalDecision>allowed</EvalDecision></member></EvaluationResults></SimulatePrincipalPolicyResult>\
             </SimulatePrincipalPolicyResponse>",
        )
        .unwrap();
        let [one] = answer.list("EvaluationResults") else {
            panic!("{answer:?}");
        };
        assert_eq!(one.text("EvalDecision"), Some("allowed"));
    }
}
