//! From the tree back to typed values: what a template says, as the structs that would write it.

use crate::data::FromText;
use crate::id::{Id, OneOf};
use crate::intrinsic::Intrinsic;
use crate::json::{Json, Text};
use crate::list::{List, Map};
use crate::listed::{Listed, Values};
use crate::options::Override;
use crate::property::Property;
use crate::value::Value;

/// A type that can be read from its form in a template.
///
/// Generated types implement it where the feature `read` of their crate is on.
pub trait Read: Sized {
    /// The value, or nothing where `json` is something else: then the property keeps `json` as it is.
    fn read(reader: &mut Reader, json: &Json) -> Option<Self>;
}

/// Reads the object under `Properties`, and what of it the type has no place for.
///
/// Nothing is lost: written again, with the leftovers as [`Options::overrides`](crate::Options::overrides), the object
/// is the same up to the order of its properties. A property that is not of its type, such as a number written as text
/// or an intrinsic function, is [`Property::Unknown`] and keeps what was written. Nothing where it is no object at all.
///
/// ```
/// use synth_core::{List, parse, read};
/// let text = parse(r#"["a", {"Ref": "B"}]"#)?;
/// let (list, leftovers) = read::<List<String>>(&text).unwrap_or_default();
/// assert_eq!(list.0.first().and_then(|first| first.known()), Some(&"a".to_owned()));
/// assert!(leftovers.is_empty());
/// # Ok::<(), synth_core::ParseError>(())
/// ```
pub fn read<T: Read>(json: &Json) -> Option<(T, Vec<Override>)> {
    let mut reader = Reader::default();
    let value = T::read(&mut reader, json)?;
    Some((value, reader.leftovers))
}

/// Where reading has come to, and what was left over on the way.
#[derive(Debug, Default)]
pub struct Reader {
    path: Vec<String>,
    /// For each open object, which of its entries were read.
    open: Vec<Vec<bool>>,
    leftovers: Vec<Override>,
}

impl Reader {
    /// Begins to read an object; nothing where `json` is none, or calls an intrinsic function.
    pub fn open(&mut self, json: &Json) -> Option<()> {
        let entries = object(json)?;
        self.open.push(vec![false; entries.len()]);
        Some(())
    }

    /// Reads one property of the object that was opened last.
    #[inline]
    pub fn field<T: Read>(&mut self, json: &Json, name: &str, into: &mut Property<T>) {
        if let Some(json) = self.take(json, name) {
            *into = match self.step(name, json) {
                Some(value) => Property::Known(value),
                None => Property::Unknown(Intrinsic::verbatim(json.clone())),
            };
        }
    }

    /// Ends the object that was opened last; what was not read of it is left over.
    ///
    /// Nothing where an override could not name what is left, because of a dot in it.
    pub fn close(&mut self, json: &Json) -> Option<()> {
        let read = self.open.pop()?;
        let unread = json.entries()?.iter().zip(read).filter(|(_, read)| !read);
        for ((name, value), _) in unread {
            let path = self.path.iter().map(String::as_str).chain([name.as_ref()]);
            let steps: Vec<&str> = path.collect();
            if steps
                .iter()
                .any(|step| step.is_empty() || step.contains('.'))
            {
                return None;
            }
            self.leftovers.push(Override {
                path: steps.join(".").into(),
                value: Some(value.clone()),
            });
        }
        Some(())
    }

    /// Reads one of several types: nothing where `json` is another, or says what this one has no place for.
    #[inline]
    pub fn alternative<T: Read>(&mut self, json: &Json) -> Option<T> {
        let before = (self.open.len(), self.leftovers.len());
        let value = T::read(self, json);
        let value = value.filter(|_| self.leftovers.len() == before.1);
        if value.is_none() {
            self.back_to(before);
        }
        value
    }

    /// The entry of that name, which counts as read.
    fn take<'j>(&mut self, json: &'j Json, name: &str) -> Option<&'j Json> {
        let entries = json.entries()?;
        let at = entries.iter().position(|(found, _)| found == name)?;
        *self.open.last_mut()?.get_mut(at)? = true;
        entries.get(at).map(|(_, value)| value)
    }

    /// Reads what lies one step further. Where that fails, nothing of it is left over: it is kept whole.
    fn step<T: Read>(&mut self, step: &str, json: &Json) -> Option<T> {
        let before = (self.open.len(), self.leftovers.len());
        self.path.push(step.to_owned());
        let value = T::read(self, json);
        self.path.pop();
        if value.is_none() {
            self.back_to(before);
        }
        value
    }

    fn back_to(&mut self, (open, leftovers): (usize, usize)) {
        self.open.truncate(open);
        self.leftovers.truncate(leftovers);
    }

    fn element<T: Read>(&mut self, step: &str, json: &Json) -> Value<T> {
        match self.step(step, json) {
            Some(value) => Value::Known(value),
            None => Value::Unknown(Intrinsic::verbatim(json.clone())),
        }
    }
}

/// The entries of an object that is not the call of an intrinsic function.
fn object(json: &Json) -> Option<&[(Text, Json)]> {
    let entries = json.entries()?;
    match entries {
        [(name, _)] if name == "Ref" || name == "Condition" || name.starts_with("Fn::") => None,
        entries => Some(entries),
    }
}

impl Read for Json {
    fn read(_: &mut Reader, json: &Json) -> Option<Self> {
        Some(json.clone())
    }
}

impl Read for String {
    fn read(_: &mut Reader, json: &Json) -> Option<Self> {
        json.as_text().map(str::to_owned)
    }
}

impl Read for bool {
    fn read(_: &mut Reader, json: &Json) -> Option<Self> {
        if let Json::Bool(value) = json {
            Some(*value)
        } else {
            None
        }
    }
}

impl Read for i64 {
    fn read(_: &mut Reader, json: &Json) -> Option<Self> {
        if let Json::Int(value) = json {
            Some(*value)
        } else {
            None
        }
    }
}

impl Read for f64 {
    fn read(_: &mut Reader, json: &Json) -> Option<Self> {
        // Whole numbers are written without a point whichever they are; above 32 bits digits might be lost.
        match json {
            Json::Float(value) => Some(*value),
            Json::Int(value) => i32::try_from(*value).ok().map(Self::from),
            Json::Null
            | Json::Bool(_)
            | Json::Text(_)
            | Json::Array(_)
            | Json::Object(_)
            | Json::Reference(_)
            | Json::Missing => None,
        }
    }
}

impl<K> Read for Id<K> {
    fn read(_: &mut Reader, json: &Json) -> Option<Self> {
        json.as_text().map(Self::literal)
    }
}

impl<M> Read for OneOf<M> {
    fn read(_: &mut Reader, json: &Json) -> Option<Self> {
        json.as_text().map(Self::literal)
    }
}

impl<T: Values> Read for Listed<T> {
    fn read(_: &mut Reader, json: &Json) -> Option<Self> {
        json.as_text().map(Self::from_text)
    }
}

impl<T: Read> Read for Box<T> {
    fn read(reader: &mut Reader, json: &Json) -> Option<Self> {
        T::read(reader, json).map(Self::new)
    }
}

impl<T: Read> Read for List<T> {
    fn read(reader: &mut Reader, json: &Json) -> Option<Self> {
        let items = json.items()?.iter().enumerate();
        let items = items.map(|(at, item)| reader.element(&at.to_string(), item));
        Some(Self(items.collect()))
    }
}

impl<T: Read> Read for Map<T> {
    fn read(reader: &mut Reader, json: &Json) -> Option<Self> {
        let entries = object(json)?.iter();
        let entries = entries.map(|(name, value)| (name.clone(), reader.element(name, value)));
        Some(Self(entries.collect()))
    }
}
