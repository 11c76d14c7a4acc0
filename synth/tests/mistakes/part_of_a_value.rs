use synth::pseudo;

fn main() {
    let region = pseudo::region();
    let _continent = &region[..2];
}
