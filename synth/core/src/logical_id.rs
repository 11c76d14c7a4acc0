//! Logical ids from construct paths, by the algorithm of AWS CDK, so that a CDK stack can be taken over unchanged.

use md5::{Digest as _, Md5};

/// Characters of the readable part at most, as in CDK.
const LONGEST_READABLE: usize = 240;

/// Most characters of a logical id.
pub(crate) const LONGEST: usize = 255;

/// The logical id for `path`, the ids below the stack joined by `/`.
///
/// Empty when no id is left: every component was `Default`, or none had a letter or digit.
pub(crate) fn from_path(path: &str) -> String {
    let components = || path.split('/').filter(|component| *component != "Default");
    let mut all = components();
    match (all.next(), all.next()) {
        (None, _) => return String::new(),
        (Some(only), None) => {
            let mut id = String::new();
            push_alphanumeric(&mut id, only);
            if id.len() <= LONGEST {
                return id;
            }
        }
        (Some(_), Some(_)) => {}
    }
    let mut readable = String::with_capacity(path.len() + 8);
    let mut before = "";
    let mut digest = Md5::new();
    for (position, component) in components().enumerate() {
        if position > 0 {
            digest.update(b"/");
        }
        digest.update(component.as_bytes());
        // A component that repeats the end of the one before, and `Resource`, say nothing to a reader.
        if before.is_empty() || !before.ends_with(component) {
            if component != "Resource" {
                push_alphanumeric(&mut readable, component);
            }
            before = component;
        }
    }
    readable.truncate(LONGEST_READABLE);
    push_hash(&mut readable, digest.finalize().as_slice());
    readable
}

fn push_hash(id: &mut String, digest: &[u8]) {
    for byte in digest.iter().take(4) {
        for digit in [byte >> 4, byte & 0xF] {
            let symbol = if digit < 10 { b'0' } else { b'A' - 10 } + digit;
            id.push(char::from(symbol));
        }
    }
}

fn push_alphanumeric(id: &mut String, text: &str) {
    for part in text.split(|symbol: char| !symbol.is_ascii_alphanumeric()) {
        id.push_str(part);
    }
}

/// Whether CloudFormation accepts `id`: 1 to 255 letters and digits.
pub(crate) fn is_valid(id: &str) -> bool {
    !id.is_empty() && id.len() <= LONGEST && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LONGEST, from_path, is_valid};

    #[test]
    fn ids_are_those_of_cdk() {
        let cases = [
            ("Bucket/Resource", "Bucket83908E77"),
            (
                "Vpc/privateSubnet1/Subnet",
                "VpcprivateSubnet1SubnetCEAD3716",
            ),
            // One component is its own id, and `Default` is no component.
            ("Bucket", "Bucket"),
            ("my-bucket_1", "mybucket1"),
            ("Default/Bucket/Default", "Bucket"),
            ("Default", ""),
            ("--", ""),
        ];
        for (path, id) in cases {
            assert_eq!(from_path(path), id, "{path}");
        }
    }

    #[test]
    fn a_component_that_repeats_the_one_before_is_read_once_but_still_counts() {
        let once = from_path("Vpc/Table/Resource");
        let twice = from_path("Vpc/Table/Table/Resource");
        assert!(once.starts_with("VpcTable") && twice.starts_with("VpcTable"));
        assert_eq!(once.len(), twice.len());
        assert_ne!(once, twice);
    }

    proptest! {
        #[test]
        fn every_path_with_letters_has_a_valid_id(path in "[A-Za-z0-9]{1,99}(/[A-Za-z0-9]{1,99}){0,5}") {
            let id = from_path(&format!("X{path}"));
            prop_assert!(is_valid(&id));
            prop_assert_eq!(from_path(&path), from_path(&path));
        }

        #[test]
        fn ids_of_deep_paths_stay_in_the_limit(component in "[A-Z][a-z]{200,300}") {
            let id = from_path(&format!("{component}/{component}x/{component}y"));
            prop_assert!(id.len() <= LONGEST);
            prop_assert!(is_valid(&from_path(&component)));
        }

        #[test]
        fn different_paths_have_different_ids(
            one in "[A-C]{1,3}(/[A-C]{1,3}){1,3}", other in "[A-C]{1,3}(/[A-C]{1,3}){1,3}",
        ) {
            prop_assert_eq!(one == other, from_path(&one) == from_path(&other));
        }
    }
}
