//! What has to be published before a stack is deployed: the files and the images of its asset manifest.

use std::path::{Path, PathBuf};

use super::AssemblyError;
use super::images::{ImageToPublish, image};
use super::manifest::Object;
use super::read;
use crate::asset::Packaging;
use crate::json::{Json, Text};

/// What a stack needs to have published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToPublish {
    /// Files and directories.
    pub files: Vec<FileToPublish>,
    /// Container images.
    pub images: Vec<ImageToPublish>,
}

/// A file or directory that goes to a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileToPublish {
    /// What a person knows it as, such as `Api/Code`. Default: its id, a hash.
    pub name: String,
    /// Where it is now.
    pub path: PathBuf,
    /// How it is published.
    pub packaging: Packaging,
    /// Where it goes, each once.
    pub places: Vec<PlaceToPublish>,
}

/// A place in a bucket. `${AWS::AccountId}`, `${AWS::Region}` and `${AWS::Partition}` stand for those that the stack is
/// deployed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceToPublish {
    /// Name of the bucket.
    pub bucket: String,
    /// Key of the object.
    pub key: String,
    /// Region of the bucket. Default: the stack's.
    pub region: Option<String>,
    /// The role that is assumed to publish.
    pub role: Option<String>,
}

/// The directories that paths of an asset manifest are seen from.
#[derive(Clone, Copy)]
pub(super) struct Home<'a> {
    /// The outermost assembly's: stages put their files there.
    pub(super) outermost: &'a Path,
    /// That of the manifest, which paths are relative to.
    pub(super) directory: &'a Path,
}

impl Home<'_> {
    /// The path that `path`, the value of `name` in `source`, is.
    pub(super) fn path(
        self,
        source: Object<'_>,
        name: &str,
        path: &str,
    ) -> Result<PathBuf, AssemblyError> {
        source.shared_path(self.outermost, self.directory, name, path)
    }
}

/// Reads the asset manifest at `list`, whose files are in `directory` or elsewhere in the outermost assembly.
pub(super) fn read(
    outermost: &Path,
    directory: &Path,
    list: &Path,
) -> Result<ToPublish, AssemblyError> {
    let home = Home {
        outermost,
        directory,
    };
    let json = read::json(directory, list)?;
    let manifest = Object::new(list, "", &json)?;
    manifest.version()?;
    let empty = Json::Object(Vec::new());
    let files = manifest.get("files").unwrap_or(&empty);
    let files = Object::new(list, "files", files)?;
    let images = manifest.get("dockerImages").unwrap_or(&empty);
    let images = Object::new(list, "dockerImages", images)?;
    Ok(ToPublish {
        files: files
            .entries()
            .iter()
            .map(|(id, entry)| file(home, files, id, entry))
            .collect::<Result<_, _>>()?,
        images: images
            .entries()
            .iter()
            .map(|(id, entry)| image(home, images, id, entry))
            .collect::<Result<_, _>>()?,
    })
}

fn file(
    home: Home<'_>,
    files: Object<'_>,
    id: &str,
    entry: &Json,
) -> Result<FileToPublish, AssemblyError> {
    let member = files.member(id);
    let entry = Object::new(files.file, &member, entry)?;
    let missing = Json::Object(Vec::new());
    let source = entry.get("source").unwrap_or(&missing);
    let member = entry.member("source");
    let source = Object::new(files.file, &member, source)?;
    if source.get("executable").is_some() {
        let message = "is made by a program, which is not run";
        let fix = "let the app write the file itself, and name it under `path`";
        let code = "assembly.unknown-packaging";
        return Err(source.error(code, "executable", message, fix));
    }
    let path = source.required("path", "name the file or directory")?;
    let path = home.path(source, "path", path)?;
    let packaging = match source.text("packaging")?.unwrap_or("file") {
        "file" => {
            let ending = path.extension().and_then(|it| it.to_str());
            Packaging::File(ending.map_or_else(Text::default, |it| format!(".{it}").into()))
        }
        "zip" => Packaging::Zip,
        other => {
            let message = format!("`{other}` is not a way of packaging that is known here");
            let code = "assembly.unknown-packaging";
            return Err(source.error(code, "packaging", message, "write `file` or `zip`"));
        }
    };
    let places = entry.get("destinations").unwrap_or(&missing);
    let member = entry.member("destinations");
    let places = Object::new(files.file, &member, places)?;
    let mut found = Vec::new();
    for (name, place) in places.entries() {
        let member = places.member(name);
        let place = Object::new(files.file, &member, place)?;
        let place = PlaceToPublish {
            bucket: place.required("bucketName", "name the bucket")?.to_owned(),
            key: place.required("objectKey", "name the object")?.to_owned(),
            region: place.text("region")?.map(str::to_owned),
            role: place.text("assumeRoleArn")?.map(str::to_owned),
        };
        if !found.contains(&place) {
            found.push(place);
        }
    }
    Ok(FileToPublish {
        name: entry.text("displayName")?.unwrap_or(id).to_owned(),
        path,
        packaging,
        places: found,
    })
}
