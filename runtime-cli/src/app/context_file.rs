//! `cdk.context.json`: values that were looked up, kept with the project so that synthesis repeats itself.

use std::io::ErrorKind;
use std::path::Path;

use serde_json::{Map, Value};

use super::error::WrongFile;
use crate::failure::{Failure, OwnError};

/// Name of the file.
pub(super) const FILE_NAME: &str = "cdk.context.json";

/// Reads the file in `directory`, if there is one.
pub(super) fn read(directory: &Path) -> Result<Map<String, Value>, Failure> {
    match std::fs::read_to_string(directory.join(FILE_NAME)) {
        Ok(text) => Ok(serde_json::from_str(&text).map_err(WrongFile::named(FILE_NAME))?),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Map::new()),
        Err(error) => Err(OwnError::doing(format!("read `{FILE_NAME}`"))(error).into()),
    }
}

/// Adds `values` to the file in `directory`. Keys are sorted, so that the file differs by what is new.
pub(super) fn add(
    directory: &Path,
    values: impl IntoIterator<Item = (String, Value)>,
) -> Result<(), Failure> {
    let mut all = read(directory)?;
    all.extend(values);
    let written = text(all).and_then(|text| {
        // Beside the file, so that it is whole at every moment.
        let new = directory.join(format!("{FILE_NAME}.new"));
        std::fs::write(&new, text)?;
        std::fs::rename(new, directory.join(FILE_NAME))
    });
    Ok(written.map_err(OwnError::doing(format!("write `{FILE_NAME}`")))?)
}

fn text(mut all: Map<String, Value>) -> std::io::Result<String> {
    all.sort_keys();
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_and_values_are_as_they_came() {
        let directory = tempfile::tempdir().unwrap();
        let put = |key: &str, value| add(directory.path(), [(key.to_owned(), value)]).unwrap();
        put("vpc", json!({ "vpcId": "vpc-1", "availabilityZones": [] }));
        put("ami", json!("ami-1"));
        let text = std::fs::read_to_string(directory.path().join(FILE_NAME)).unwrap();
        insta::assert_snapshot!(text, @r#"
        {
          "ami": "ami-1",
          "vpc": {
            "vpcId": "vpc-1",
            "availabilityZones": []
          }
        }
        "#);
    }
}
