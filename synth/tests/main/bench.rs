//! The stacks of the benchmark have the logical ids and types that AWS CDK 2 gives the same constructs.

#[path = "../../examples/bench/stacks.rs"]
mod stacks;
#[path = "../../examples/bench/tables.rs"]
mod tables;

use synth::{Json, Text};

/// A line for each resource, as in the files, which were taken from CDK's own templates.
fn resources(small: bool) -> String {
    let template = stacks::stack(0, small).synthesize().unwrap();
    let resources = template
        .body()
        .get("Resources")
        .and_then(Json::entries)
        .unwrap();
    let line = |(id, resource): &(Text, Json)| {
        format!(
            "{id} {}\n",
            resource.get("Type").and_then(Json::as_text).unwrap()
        )
    };
    let mut lines: Vec<_> = resources.iter().map(line).collect();
    lines.sort();
    lines.concat()
}

#[test]
fn fifty_resources_have_the_ids_and_types_of_cdk() {
    snapshots::assert_file("synth/cdk-platform.txt", &resources(false));
}

#[test]
fn ten_resources_have_the_ids_and_types_of_cdk() {
    snapshots::assert_file("synth/cdk-small.txt", &resources(true));
}
