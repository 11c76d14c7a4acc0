//! Results in a form of the user's own: a Tera template (<https://keats.github.io/tera/>).

use runtime::{Blame, Diagnosis};
use serde::Serialize;
use tera::{Context, Tera};

/// A template that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the template cannot be used")]
pub(crate) struct TemplateError(#[source] tera::Error);

impl Diagnosis for TemplateError {
    fn code(&self) -> &'static str {
        "template.invalid"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        Some("names are those of `--output json`: `{{ id }}`, `{{ state }}`, …".to_owned())
    }
}

/// Fills `template` with the fields of `data`. Nothing is escaped: the result is no HTML.
pub(crate) fn render(template: &str, data: &impl Serialize) -> Result<String, TemplateError> {
    let context = Context::from_serialize(data).map_err(TemplateError)?;
    Tera::one_off(template, &context, false).map_err(TemplateError)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn fields_are_filled_in_without_escaping() {
        let data = serde_json::json!({ "id": "abc", "command": ["echo", "a & b"] });
        let text = render(
            "{{ id }}: {% for word in command %}<{{ word }}>{% endfor %}",
            &data,
        );
        assert_eq!(text.unwrap(), "abc: <echo><a & b>");
    }

    #[test]
    fn a_name_that_is_not_there_is_said() {
        let error = render("{{ idd }}", &serde_json::json!({ "id": 1 })).unwrap_err();
        insta::assert_snapshot!(Failure::from(error).text(false), @"
        error: the template cannot be used
          cause: error: Variable `idd` is not defined. Available variables: id
             --> __tera_one_off:1:4
              |
            1 | {{ idd }}
              |    ^^^
          hint: names are those of `--output json`: `{{ id }}`, `{{ state }}`, …
          code: template.invalid
        ");
    }
}
