//! The templates that `mycli init` deploys.

use synth_validate::{Options, validate};

#[test]
fn nothing_is_wrong_with_any_template_of_ours() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../snapshots/templates");
    let mut seen = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let template = synth_core::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let options = Options {
            regions: vec!["us-east-1".to_owned(), "eu-central-1".to_owned()],
        };
        let violations = validate(&template, &options);
        let told: Vec<_> = violations.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{}:\n{}", path.display(), told.join("\n"));
        seen += 1;
    }
    assert!(seen > 0);
}
