//! How findings are told.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use runtime::doctor::{Check, Finding, Verdict};
use serde_json::{Value, json};
use stacks::platform::VERSION;

use crate::render::{lines, one_line};

/// What came of all checks.
#[derive(Debug)]
pub(crate) struct Examination {
    /// Context of the installation that was looked at, if one was.
    pub(super) context: Option<String>,
    /// In the order of the checks.
    pub(super) findings: Vec<Finding>,
}

impl Examination {
    /// Whether something keeps commands from running.
    pub(crate) fn is_wrong(&self) -> bool {
        self.count(Verdict::Fail) > 0
    }

    fn count(&self, verdict: Verdict) -> usize {
        let of = |it: &&Finding| it.verdict == verdict;
        self.findings.iter().filter(of).count()
    }

    /// A line for each check, what to do about it beneath, and a sum; `quiet` leaves out what is as it should be.
    pub(crate) fn text(&self, quiet: bool) -> String {
        let width = Check::ALL.iter().map(|check| check.code().len()).max();
        let width = width.unwrap_or_default();
        let mut text = String::new();
        let worth = |it: &&Finding| !quiet || it.verdict >= Verdict::Warn;
        for finding in self.findings.iter().filter(worth) {
            let (style, symbol) = symbol(finding.verdict);
            let what = lines(&finding.what).replace('\n', "\n    ");
            let code = finding.check.code();
            let _ = writeln!(text, "{style}{symbol}{style:#} {code:width$}  {what}");
            let fix = finding.fix.as_ref();
            if let Some(fix) = fix.filter(|_| finding.verdict != Verdict::Ok) {
                let _ = writeln!(text, "  {:width$}  fix: {}", "", one_line(fix));
            }
        }
        text + &self.sum()
    }

    fn sum(&self) -> String {
        let parts = [
            (Verdict::Ok, "ok"),
            (Verdict::Warn, "to look at"),
            (Verdict::Fail, "wrong"),
            (Verdict::Skipped, "skipped"),
        ];
        let parts = parts.map(|(verdict, word)| (self.count(verdict), word));
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        parts.join(", ") + "\n"
    }

    /// The same for programs. Field names are a promise.
    pub(crate) fn data(&self) -> Value {
        let findings = self.findings.iter().map(|finding| {
            json!({
                "check": finding.check.code(),
                "verdict": finding.verdict.word(),
                "what": finding.what,
                "fix": finding.fix,
            })
        });
        json!({
            "version": VERSION,
            "context": self.context,
            "ok": self.count(Verdict::Ok),
            "warn": self.count(Verdict::Warn),
            "fail": self.count(Verdict::Fail),
            "skipped": self.count(Verdict::Skipped),
            "findings": findings.collect::<Vec<_>>(),
        })
    }
}

fn symbol(verdict: Verdict) -> (Style, char) {
    match verdict {
        Verdict::Ok => (AnsiColor::Green.on_default(), '✓'),
        Verdict::Warn => (AnsiColor::Yellow.on_default().bold(), '!'),
        Verdict::Fail => (AnsiColor::Red.on_default().bold(), '✗'),
        Verdict::Skipped => (Style::new().dimmed(), '-'),
    }
}

#[cfg(test)]
mod tests {
    use runtime::doctor::complete;

    use super::*;

    fn examination() -> Examination {
        let findings = vec![
            Finding::ok(Check::Data, "the history in /d opens"),
            Finding::warn(Check::Engine, "none \u{1b}[2J", "start the engine"),
            Finding::ok(Check::Region, "eu-central-1"),
            Finding::fail(Check::Credentials, "there are none", "log in"),
            Finding::ok(Check::Clock, "this clock goes as AWS's does"),
        ];
        Examination {
            context: Some("team".to_owned()),
            findings: complete(findings),
        }
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn a_person_sees_a_line_for_each_check_and_what_to_do() {
        insta::assert_snapshot!(plain(&examination().text(false)), @r#"
        ✓ data           the history in /d opens
        ! engine         none \u{1b}[2J
                         fix: start the engine
        ✓ region         eu-central-1
        ✓ clock          this clock goes as AWS's does
        ✗ credentials    there are none
                         fix: log in
        - stack          not looked at: `credentials` comes first
        - version        not looked at: `credentials` comes first
        - drift          not looked at: `credentials` comes first
        - agent          not looked at: `credentials` comes first
        - network        not looked at: `credentials` comes first
        - permissions    not looked at: `credentials` comes first
        - quota          not looked at: `credentials` comes first
        3 ok, 1 to look at, 1 wrong, 7 skipped
        "#);
        insta::assert_snapshot!(plain(&examination().text(true)), @r#"
        ! engine         none \u{1b}[2J
                         fix: start the engine
        ✗ credentials    there are none
                         fix: log in
        3 ok, 1 to look at, 1 wrong, 7 skipped
        "#);
    }

    #[test]
    fn a_program_gets_the_same() {
        let mut data = examination().data();
        assert_eq!(data["version"], VERSION);
        data["version"] = "VERSION".into();
        data["findings"].as_array_mut().unwrap().truncate(4);
        insta::assert_snapshot!(serde_json::to_string_pretty(&data).unwrap(), @r#"
        {
          "version": "VERSION",
          "context": "team",
          "ok": 3,
          "warn": 1,
          "fail": 1,
          "skipped": 7,
          "findings": [
            {
              "check": "data",
              "verdict": "ok",
              "what": "the history in /d opens",
              "fix": null
            },
            {
              "check": "engine",
              "verdict": "warn",
              "what": "none \u001b[2J",
              "fix": "start the engine"
            },
            {
              "check": "region",
              "verdict": "ok",
              "what": "eu-central-1",
              "fix": null
            },
            {
              "check": "clock",
              "verdict": "ok",
              "what": "this clock goes as AWS's does",
              "fix": null
            }
          ]
        }
        "#);
    }
}
