use synth::{Scope, Stack, StackProps, pseudo};

fn main() {
    let mut stack = Stack::new("App", StackProps::default());
    let _scope: Scope<'_> = stack.child(pseudo::region());
}
