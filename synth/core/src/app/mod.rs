//! All stacks of a program, which may refer to each other.

mod cycle;
pub(crate) mod link;
mod refusal;
mod tree;
mod visit;
mod within;

use crate::assembly::{self, Assembly};
use crate::context::Context;
use crate::problem::Problems;
use crate::stack::{Environment, Stack, StackProps};
use crate::stage::{Stage, StageProps};
use crate::template::Template;

/// How one stack gets a value of another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CrossStack {
    /// An output of the one, which the other reads when it is deployed (`Fn::GetStackOutput`). Nothing keeps the one
    /// from changing or removing it later.
    #[default]
    Output,
    /// An export of the one, which the other imports (`Fn::ImportValue`). CloudFormation refuses to change or remove it
    /// while it is imported. Same account and region only.
    Export,
    /// The output and the export, of which the other reads the output: the step between the two above. Deploy everything
    /// with it once, then choose the other.
    Both,
}

/// What an [`App`] needs to know. Default: stacks for any account and region, nothing looked up.
#[derive(Debug, Clone, Default)]
pub struct AppProps {
    /// Where stacks go that do not say so themselves. Default: decided at deployment.
    pub environment: Environment,
    /// What was looked up before. Default: nothing.
    pub context: Context,
    /// How stacks get each other's values. Default: [`CrossStack::Output`].
    pub cross_stack: CrossStack,
    /// Whether `tree.json` is written as well, for tools that show an app as a tree of constructs. Default: no;
    /// nothing needs it to compare or to deploy.
    pub tree: bool,
}

/// All stacks of a program. A handle of one stack may be used in another: the app carries the value across.
///
/// ```
/// use synth_core::{App, AppProps, Json, Options, Raw, StackProps};
///
/// let raw = |type_name, properties| Raw { type_name, properties };
/// let mut app = App::new(AppProps::default());
/// let mut data = app.stack("Data", StackProps::default());
/// let queue = raw("AWS::SQS::Queue".into(), Json::object::<&str>([]));
/// let queue = data.scope().add_raw("Queue", queue, Options::default());
/// let mut api = app.stack("Api", StackProps::default());
/// let arn = queue.attribute_named::<String>("Arn");
/// let parameter = Json::object([("Type", "String".into()), ("Value", arn.into())]);
/// api.scope().add_raw("Name", raw("AWS::SSM::Parameter".into(), parameter), Options::default());
/// app.add(data);
/// app.add(api);
///
/// let assembly = app.synthesize()?;
/// let text = &assembly.files()["Api.template.json"];
/// assert!(text.contains("Fn::GetStackOutput"));
/// # Ok::<(), synth_core::Problems>(())
/// ```
#[derive(Debug, Default)]
pub struct App {
    root: Stage,
    cross_stack: CrossStack,
    tree: bool,
    stacks: Vec<Stack>,
}

impl App {
    /// An app without stacks.
    pub fn new(props: AppProps) -> Self {
        Self {
            root: Stage::root(props.environment, props.context),
            cross_stack: props.cross_stack,
            tree: props.tree,
            stacks: Vec::new(),
        }
    }

    /// An empty stack with the environment and context of the app. Add it when it is described.
    pub fn stack(&self, id: &str, props: StackProps) -> Stack {
        self.root.stack(id, props)
    }

    /// A stage, which makes stacks of its own; they are added to the app, too.
    pub fn stage(&self, id: &str, props: StageProps) -> Stage {
        self.root.stage(id, props)
    }

    /// What was looked up before, and whatever else the caller of the program says.
    pub fn context(&self) -> &Context {
        self.root.context()
    }

    /// Takes a stack. The order is that of the manifest.
    pub fn add(&mut self, stack: Stack) {
        self.stacks.push(stack);
    }

    /// An assembly without stacks that asks for what nobody has looked up yet, or `None` where nothing is missing.
    ///
    /// For a program that a CLI runs: where it cannot synthesize, that may come of the values which stand for those
    /// that are missing. With the question the CLI looks them up and runs it again.
    ///
    /// ```
    /// use synth_core::{App, AppProps, Environment, Stack, StackProps, lookup};
    ///
    /// let environment = Environment { account: Some("123456789012".into()), region: Some("eu-west-1".into()) };
    /// let mut app = App::new(AppProps { environment, ..AppProps::default() });
    /// let mut stack = app.stack("Network", StackProps::default());
    /// assert!(lookup::availability_zones(&mut stack.scope()).is_none());
    /// app.add(stack);
    /// let question = app.question().unwrap();
    /// assert!(question.files()["manifest.json"].contains("availability-zones:account=123456789012"));
    /// assert!(app.synthesize().is_err(), "the stack is empty for want of zones");
    /// ```
    pub fn question(&self) -> Option<Assembly> {
        assembly::question(&self.stacks)
    }

    /// Synthesizes every stack, or says everything that is wrong with any of them.
    ///
    /// Every stack is in memory. Where none refers to another, [`Assembly::synthesize`] needs only one at a time.
    pub fn synthesize(self) -> Result<Assembly, Problems> {
        self.synthesize_with(|_| Ok(()))
    }

    /// The same, and `check` looks at each template as well: what it refuses is told with the rest.
    ///
    /// `synth::validation::synthesize` does so with AWS's schemas.
    pub fn synthesize_with(
        self,
        mut check: impl FnMut(&mut Template) -> Result<(), Problems>,
    ) -> Result<Assembly, Problems> {
        let mut stacks = self.stacks;
        let problems = link::stacks(&mut stacks, self.cross_stack);
        assembly::write(stacks, problems, self.tree, &mut check)
    }
}
