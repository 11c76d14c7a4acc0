//! Assertions about a template, for tests.
//!
//! [`Assert`] is made from a [`Template`] or from the text of any other one. It selects parts of it, and a [`Selection`]
//! has one set of verbs, whatever the parts are: [`count`](Selection::count), [`find`](Selection::find),
//! [`has`](Selection::has), [`has_none`](Selection::has_none), [`all`](Selection::all). What they look for is a
//! [`Match`]; a resource with some properties set is one, too. They return a [`Mismatch`], whose text shows the nearest
//! candidate: a test ends with `?`, or with `unwrap()` to have the line.
//!
//! ```
//! use synth::assert::{Assert, Match};
//! use synth::cfn::ecr::Repository;
//! use synth::{Stack, StackProps};
//!
//! let mut stack = Stack::new("App", StackProps::default());
//! let images = Repository { repository_name: "images".into(), ..Default::default() };
//! stack.scope().add("Images", &images);
//! let template = stack.synthesize()?;
//! let assert = Assert::on(&template);
//!
//! assert.resources::<Repository>().count(1)?;
//! assert.has(&Repository { repository_name: "images".into(), ..Default::default() })?;
//! let found = assert.resources::<Repository>().has(Match::object([
//!     ("RepositoryName", Match::capture("name", Match::regex("^im"))),
//!     ("ImageTagMutability", Match::absent()),
//! ]))?;
//! assert_eq!(found.captured_text("name"), Some("images"));
//!
//! let wanted = Repository { repository_name: "pictures".into(), ..Default::default() };
//! assert_eq!(assert.has(&wanted).unwrap_err().to_string(), r#"`AWS::ECR::Repository`: the one there is does not match; the nearest is `Images`
//!   RepositoryName: wanted "pictures", found "images"
//!
//!   {
//! !   "RepositoryName": "images"
//!   }"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compare;
mod draw;
mod matching;
mod mismatch;
mod selection;

use std::borrow::Cow;

use synth_core::{Json, ParseError, Read, Resource, Template, parse, read};

pub use matching::Match;
pub use mismatch::{Difference, Mismatch};
pub use selection::{Found, Selection};

/// A template about which something is asserted.
#[derive(Debug, Clone)]
pub struct Assert<'a>(Cow<'a, Json>);

impl<'a> Assert<'a> {
    /// About a template that was synthesized.
    pub fn on(template: &'a Template) -> Self {
        Self(Cow::Borrowed(template.body()))
    }

    /// About a tree.
    pub const fn of(template: Json) -> Self {
        Self(Cow::Owned(template))
    }

    /// About the text of a template, in JSON.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        parse(text).map(Self::of)
    }

    /// The resources of one type, by their properties.
    pub fn resources<R: Resource>(&self) -> Selection<'_> {
        self.resources_named(R::TYPE)
    }

    /// The resources of a type without a struct, by their properties.
    pub fn resources_named(&self, type_name: &str) -> Selection<'_> {
        let of_type = |body: &Json| body.get("Type").and_then(Json::as_text) == Some(type_name);
        Selection::properties(
            format!("`{type_name}`"),
            self.section("Resources").filter(|(_, body)| of_type(body)),
        )
    }

    /// The resources of all types, by their properties.
    pub fn all_resources(&self) -> Selection<'_> {
        Selection::properties("resources".to_owned(), self.section("Resources"))
    }

    /// Says that there is a resource of this type with these properties at least.
    pub fn has<R: Resource>(&self, like: &R) -> Result<Found<'_>, Mismatch> {
        self.resources::<R>().has(like)
    }

    /// The outputs: objects with `Value` and `Export`.
    pub fn outputs(&self) -> Selection<'_> {
        self.whole("outputs", "Outputs")
    }

    /// The parameters: objects with `Type` and `Default`.
    pub fn parameters(&self) -> Selection<'_> {
        self.whole("parameters", "Parameters")
    }

    /// The conditions: each a function.
    pub fn conditions(&self) -> Selection<'_> {
        self.whole("conditions", "Conditions")
    }

    /// The mappings: objects of objects.
    pub fn mappings(&self) -> Selection<'_> {
        self.whole("mappings", "Mappings")
    }

    /// Says that the template as a whole is like this.
    pub fn is(&self, like: impl Into<Match>) -> Result<Found<'_>, Mismatch> {
        let template = std::iter::once(("the template", &*self.0));
        Selection::whole_of("template".to_owned(), template).has(like)
    }

    /// The properties of a resource as its type. What the type has no place for is not in it.
    pub fn properties<R: Resource + Read>(&self, logical_id: &str) -> Result<R, Mismatch> {
        let found = self.resources::<R>().named(logical_id).has(Match::any())?;
        let (resource, _) = read(found.value).ok_or_else(|| {
            let what = format!(
                "`{logical_id}`: its properties are no object of `{}`",
                R::TYPE
            );
            Mismatch::said(what)
        })?;
        Ok(resource)
    }

    fn whole(&self, what: &str, section: &str) -> Selection<'_> {
        Selection::whole_of(what.to_owned(), self.section(section))
    }

    fn section(&self, name: &str) -> impl Iterator<Item = (&str, &Json)> {
        let entries = self.0.get(name).and_then(Json::entries);
        let entries = entries.unwrap_or_default().iter();
        entries.map(|(name, value)| (name.as_ref(), value))
    }
}
