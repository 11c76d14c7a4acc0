//! Copies of the same stacks for different purposes.

use crate::context::Context;
use crate::json::Text;
use crate::stack::{Environment, Stack, StackProps};

/// What a [`Stage`] needs to know beside its id. Default: all as where it is made.
#[derive(Debug, Clone, Default)]
pub struct StageProps {
    /// Where its stacks go that do not say so themselves. Default: that of the app or stage around it.
    pub environment: Environment,
}

/// A name for stacks that are deployed together, such as `Prod`. It makes stacks; the [`App`](crate::App) holds them.
///
/// A stack `Api` of the stage `Prod` is called `Prod-Api` in CloudFormation, and `Prod/Api` in paths. Stacks of one stage
/// may refer to each other, not to those of another.
///
/// ```
/// use synth_core::{App, AppProps, Json, Options, Raw, StackProps, Stage, StageProps};
///
/// fn mail(stage: &Stage) -> synth_core::Stack {
///     let mut stack = stage.stack("Mail", StackProps::default());
///     let queue = Raw { type_name: "AWS::SQS::Queue".into(), properties: Json::object::<&str>([]) };
///     stack.scope().add_raw("Inbox", queue, Options::default());
///     stack
/// }
///
/// let mut app = App::new(AppProps::default());
/// for id in ["Test", "Prod"] {
///     let stage = app.stage(id, StageProps::default());
///     app.add(mail(&stage));
/// }
/// let assembly = app.synthesize()?;
/// assert!(assembly.files().contains_key("assembly-Prod/Prod-Mail.template.json"));
/// # Ok::<(), synth_core::Problems>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stage {
    /// Ids joined by `/`; empty for the app itself.
    path: String,
    environment: Environment,
    context: Context,
}

impl Stage {
    /// What an app is to its stacks.
    pub(crate) fn root(environment: Environment, context: Context) -> Self {
        Self {
            path: String::new(),
            environment,
            context,
        }
    }

    /// An empty stack of this stage. Add it to the app when it is described.
    pub fn stack(&self, id: &str, mut props: StackProps) -> Stack {
        props.environment = self.complete(props.environment);
        if props.context.is_empty() {
            props.context = self.context.clone();
        }
        let path = self.path_of(id);
        let name = path.replace('/', "-");
        let mut stack = Stack::within(Text::Owned(self.path.clone()), &path, &name, props);
        stack.check_name();
        stack
    }

    /// A stage within this one: its stacks are called `Outer-Inner-Stack`.
    #[must_use]
    pub fn stage(&self, id: &str, props: StageProps) -> Self {
        Self {
            path: self.path_of(id),
            environment: self.complete(props.environment),
            context: self.context.clone(),
        }
    }

    /// The ids of this stage and those around it, joined by `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where its stacks go that do not say so themselves.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// What was looked up before, and whatever else the caller of the program says.
    pub fn context(&self) -> &Context {
        &self.context
    }

    fn complete(&self, own: Environment) -> Environment {
        let around = self.environment.clone();
        Environment {
            account: own.account.or(around.account),
            region: own.region.or(around.region),
        }
    }

    fn path_of(&self, id: &str) -> String {
        if self.path.is_empty() {
            id.to_owned()
        } else {
            [self.path.as_str(), "/", id].concat()
        }
    }
}
