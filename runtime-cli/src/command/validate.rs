//! `mycli validate`

use std::path::PathBuf;

use super::{Ending, Output};
use crate::app::{self, AppArgs, SourceArgs};
use crate::failure::Failure;
use crate::printer::{Format, Printer};
use crate::validation::{self, Settings, Template, ValidateError};

/// Check CloudFormation templates, JSON or YAML, without deploying them
///
/// Without a TEMPLATE, those of all stacks of the app: of --app, of --assembly, of `app` in cdk.json, or in cdk.out.
///
/// Says what CloudFormation or the services behind it would refuse: properties against the schemas of AWS, references,
/// circles, functions and quotas; and what is open, broad, unencrypted or in the clear. The exit code is 1 when there
/// are errors.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ValidateArgs {
    /// The files; `-` is the standard input
    #[arg(value_name = "TEMPLATE|-", conflicts_with_all = ["app", "assembly"])]
    templates: Vec<PathBuf>,

    /// Where the templates are to be deployed; may be given more than once
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    region: Vec<String>,

    /// Leave the security rules out
    #[arg(long)]
    no_security: bool,

    /// Profile of the AWS configuration for lookups of the app
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,

    #[command(flatten)]
    source: SourceArgs,

    /// Take warnings for errors
    #[arg(long, visible_alias = "strict")]
    warnings_as_errors: bool,

    /// Print findings and errors, and nothing else
    #[arg(short, long)]
    quiet: bool,

    /// What findings look like
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "text",
        hide_default_value = true
    )]
    output: ReportFormat,
}

const EXAMPLES: &str = "\
Examples:
  mycli validate template.yaml
  mycli validate --app 'cargo run -q' --region eu-west-1 --strict
  aws cloudformation get-template --stack-name web --query TemplateBody | mycli validate -
  mycli validate -o sarif template.yaml > findings.sarif";

/// What a report looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ReportFormat {
    /// For people
    Text,
    /// For programs: one JSON object, `{"schema_version", "code", "data"}`
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

impl ValidateArgs {
    /// How the command speaks.
    pub(crate) fn printer(&self) -> Printer {
        let output = match self.output {
            ReportFormat::Text => Format::Text,
            ReportFormat::Json | ReportFormat::Sarif => Format::Json,
        };
        let quiet = self.quiet || self.output != ReportFormat::Text;
        Output { quiet, output }.printer()
    }
}

/// Runs `mycli validate`.
pub(crate) async fn run(args: ValidateArgs, printer: Printer) -> Ending {
    let settings = Settings {
        regions: args.region.clone(),
        security: !args.no_security,
        strict: args.warnings_as_errors,
    };
    let files = if args.templates.is_empty() {
        of_app(&args, printer).await?
    } else {
        let files = args.templates.iter().map(|path| validation::read(path));
        files.collect::<Result<Vec<_>, _>>()?
    };
    let files = files.iter().map(|file| validation::check(file, &settings));
    let report = validation::Report::new(files.collect());
    match args.output {
        ReportFormat::Text => printer.styled(&validation::text::render(&report))?,
        ReportFormat::Json => printer.data("validation", &validation::json::view(&report))?,
        ReportFormat::Sarif => printer.result(&validation::sarif::render(&report))?,
    }
    printer.note(&report.summary());
    Ok(u8::from(report.errors > 0))
}

/// The templates of every stack of the app.
async fn of_app(args: &ValidateArgs, printer: Printer) -> Result<Vec<Template>, Failure> {
    let app = AppArgs {
        source: args.source.clone(),
        region: args.region.first().cloned(),
        profile: args.profile.clone(),
    };
    if !app::is_named(&app)? {
        return Err(ValidateError::NothingToCheck.into());
    }
    let assembly = app::assembly(&app, printer).await?;
    let mut templates = Vec::new();
    for stack in &assembly.stacks {
        let mut template = validation::read(&stack.template_file)?;
        template.paths = app::construct_paths(stack)?;
        templates.push(template);
        for nested in stack.nested_templates().map_err(app::unreadable)?.values() {
            templates.push(validation::read(nested)?);
        }
    }
    Ok(templates)
}
