//! What is said of one resource, and of its type as a whole.

use synth_core::Problem;

use crate::suggest::closest;
use crate::table::{Ending, Listed, built_in};
use crate::{Options, Severity, Violation};

/// The violations of one resource.
pub(crate) struct Report<'a> {
    id: &'a str,
    type_name: &'a str,
    construct: &'a str,
    pub(crate) violations: Vec<Violation>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(id: &'a str, type_name: &'a str, construct: &'a str) -> Self {
        Self {
            id,
            type_name,
            construct,
            violations: Vec::new(),
        }
    }
}

impl Report<'_> {
    pub(crate) fn put(&mut self, severity: Severity, path: String, problem: Problem) {
        self.violations.push(Violation {
            severity,
            logical_id: self.id.to_owned(),
            resource_type: self.type_name.to_owned(),
            construct_path: self.construct.to_owned(),
            property_path: path,
            problem,
        });
    }

    fn about_type(
        &mut self,
        severity: Severity,
        code: &'static str,
        message: String,
        fix: String,
        allowed: String,
    ) {
        let problem = Problem {
            code,
            message,
            value: self.type_name.to_owned(),
            allowed,
            fix,
        };
        self.put(severity, "Type".to_owned(), problem);
    }

    pub(crate) fn unknown_type(&mut self) {
        let names = built_in().index().types.iter().map(|one| one.name.as_ref());
        let fix = match closest(self.type_name, names) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "check the name; a type newer than this program is let through".to_owned(),
        };
        let message = "no resource type of that name is known".to_owned();
        self.about_type(
            Severity::Warning,
            "resource.unknown-type",
            message,
            fix,
            String::new(),
        );
    }

    pub(crate) fn ending(&mut self, listed: &Listed) {
        let Some((ending, date)) = &listed.ending else {
            return;
        };
        let on = if date.is_empty() {
            String::new()
        } else {
            format!(" on {date}")
        };
        let message = match ending {
            Ending::Maintenance => "the service gets no new features".to_owned(),
            Ending::Sunset => format!("the service ends{on}"),
            Ending::Shutdown => format!("the service ended{on}"),
        };
        let severity = match ending {
            Ending::Maintenance | Ending::Sunset => Severity::Warning,
            Ending::Shutdown => Severity::Error,
        };
        let fix = "use another service".to_owned();
        self.about_type(severity, "resource.ending", message, fix, String::new());
    }

    pub(crate) fn regions(&mut self, listed: &Listed, options: &Options) {
        let index = built_in().index();
        for region in &options.regions {
            let bit = index.region(region);
            // A type that is only in the database may be anywhere, and so may all in a region nobody lists.
            if listed.regions != 0 && bit.is_some_and(|bit| listed.regions & bit == 0) {
                let known = index.regions.iter().enumerate();
                let known = known.filter(|(at, _)| listed.regions & (1 << at) != 0);
                let allowed: Vec<_> = known.map(|(_, name)| name.as_ref()).collect();
                let message = format!("the type is not to be had in {region}");
                let fix = "deploy to another region, or leave the resource out".to_owned();
                self.about_type(
                    Severity::Warning,
                    "resource.region",
                    message,
                    fix,
                    allowed.join(", "),
                );
            }
        }
    }
}
