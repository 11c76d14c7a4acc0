//! Reading a policy that exists already, such as one from the console.

use synth_core::{Json, Text, Value, parse};

use super::condition::Condition;
use super::document::PolicyDocument;
use super::principal::Principal;
use super::statement::{Effect, Selection, Statement};

/// Why a text is not a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// Where in it, such as `Statement[0].Effect`; empty for the whole.
    pub place: String,
    /// What is wrong there.
    pub message: String,
}

impl std::fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.place.is_empty() {
            return write!(formatter, "not a policy: {}", self.message);
        }
        write!(formatter, "not a policy: {}: {}", self.place, self.message)
    }
}

impl std::error::Error for PolicyError {}

impl PolicyDocument {
    /// Reads a policy as IAM writes it. Whether it makes sense is said when a construct takes it.
    ///
    /// # Errors
    ///
    /// The first thing that has another shape than IAM's, or a name that policies do not have.
    ///
    /// ```
    /// use synth::iam::PolicyDocument;
    ///
    /// let text = r#"{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}"#;
    /// let policy = PolicyDocument::from_json(text)?;
    /// assert_eq!(policy.statements()[0].actions.items(), ["s3:GetObject"]);
    /// let wrong = r#"{"Statement": {"Effect": "allow", "Action": "s3:GetObject"}}"#;
    /// let error = PolicyDocument::from_json(wrong).unwrap_err();
    /// assert_eq!(error.place, "Statement[0].Effect");
    /// # Ok::<(), synth::iam::PolicyError>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, PolicyError> {
        let policy = parse(text).map_err(|error| fail("", error.to_string()))?;
        let entries = policy.entries();
        let entries = entries.ok_or_else(|| fail("", "it is not an object".to_owned()))?;
        let mut document = Self::new();
        for (name, value) in entries {
            match name.as_ref() {
                "Version" | "Id" => {
                    text_of(value, name)?;
                }
                "Statement" => {
                    let one = std::slice::from_ref(value);
                    for (position, item) in value.items().unwrap_or(one).iter().enumerate() {
                        document.add(statement(item, &format!("Statement[{position}]"))?);
                    }
                }
                other => return Err(unknown("", other)),
            }
        }
        Ok(document)
    }
}

fn fail(place: &str, message: String) -> PolicyError {
    PolicyError {
        place: place.to_owned(),
        message,
    }
}

fn unknown(place: &str, name: &str) -> PolicyError {
    fail(place, format!("policies have nothing called `{name}`"))
}

fn statement(value: &Json, place: &str) -> Result<Statement, PolicyError> {
    let entries = value.entries();
    let entries = entries.ok_or_else(|| fail(place, "it is not an object".to_owned()))?;
    let mut read = Statement::allow::<Text, Value<String>>([], []);
    read.resources = None;
    let mut has_effect = false;
    for (name, value) in entries {
        let at = format!("{place}.{name}");
        match name.as_ref() {
            "Sid" => read.sid = Some(text_of(value, &at)?.to_owned().into()),
            "Effect" => {
                has_effect = true;
                read.effect = effect(value, &at)?;
            }
            "Action" => read.actions = Selection::Only(texts(value, &at)?),
            "NotAction" => read.actions = Selection::Except(texts(value, &at)?),
            "Resource" => read.resources = Some(Selection::Only(values(value, &at)?)),
            "NotResource" => read.resources = Some(Selection::Except(values(value, &at)?)),
            "Principal" => read.principals = principals(value, &at)?,
            "NotPrincipal" => read.except_principals = principals(value, &at)?,
            "Condition" => read.conditions = conditions(value, &at)?,
            other => return Err(unknown(place, other)),
        }
    }
    if has_effect {
        Ok(read)
    } else {
        Err(fail(place, "it has no `Effect`".to_owned()))
    }
}

fn effect(value: &Json, at: &str) -> Result<Effect, PolicyError> {
    match text_of(value, at)? {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        other => {
            let message = format!("`{other}` is neither `Allow` nor `Deny`");
            Err(fail(at, message))
        }
    }
}

fn principals(value: &Json, at: &str) -> Result<Vec<Principal>, PolicyError> {
    if value.as_text() == Some("*") {
        return Ok(vec![Principal::Any]);
    }
    let entries = value.entries();
    let entries = entries.ok_or_else(|| fail(at, "it is neither an object nor `*`".to_owned()))?;
    let mut principals = Vec::new();
    for (kind, value) in entries {
        for text in texts(value, &format!("{at}.{kind}"))? {
            principals.push(match (kind.as_ref(), text.as_ref()) {
                ("AWS", "*") => Principal::Any,
                ("AWS", _) if super::arn::is_account(&text) => Principal::Account(value_of(text)),
                ("AWS", _) => Principal::Arn(value_of(text)),
                ("Service", _) => Principal::Service(text),
                ("Federated", _) => Principal::Federated(value_of(text)),
                ("CanonicalUser", _) => Principal::CanonicalUser(value_of(text)),
                (other, _) => return Err(unknown(at, other)),
            });
        }
    }
    Ok(principals)
}

fn conditions(value: &Json, at: &str) -> Result<Vec<Condition>, PolicyError> {
    let shape = |at: &str| fail(at, "it is not an object".to_owned());
    let mut conditions = Vec::new();
    for (operator, keys) in value.entries().ok_or_else(|| shape(at))? {
        let at = format!("{at}.{operator}");
        for (key, value) in keys.entries().ok_or_else(|| shape(&at))? {
            let values = scalars(value, &format!("{at}.{key}"))?;
            conditions.push(Condition::new(operator.clone(), key.clone(), values));
        }
    }
    Ok(conditions)
}

/// One text, or a list of them.
fn texts(value: &Json, at: &str) -> Result<Vec<Text>, PolicyError> {
    let one = std::slice::from_ref(value);
    let items = value.items().unwrap_or(one).iter();
    let texts = items.map(|item| Ok(text_of(item, at)?.to_owned().into()));
    texts.collect()
}

fn values(value: &Json, at: &str) -> Result<Vec<Value<String>>, PolicyError> {
    Ok(texts(value, at)?.into_iter().map(value_of).collect())
}

fn value_of(text: Text) -> Value<String> {
    text.into_owned().into()
}

/// As [`texts`]; a condition may also hold numbers and booleans.
fn scalars(value: &Json, at: &str) -> Result<Vec<String>, PolicyError> {
    let one = std::slice::from_ref(value);
    let items = value.items().unwrap_or(one).iter();
    let scalars = items.map(|item| {
        if matches!(item, Json::Bool(_) | Json::Int(_) | Json::Float(_)) {
            return Ok(item.to_compact());
        }
        text_of(item, at).map(str::to_owned)
    });
    scalars.collect()
}

fn text_of<'a>(value: &'a Json, at: &str) -> Result<&'a str, PolicyError> {
    value
        .as_text()
        .ok_or_else(|| fail(at, format!("`{}` is not text", value.to_compact())))
}
