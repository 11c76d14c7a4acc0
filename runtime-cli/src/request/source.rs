//! Which repository is fetched, and what of it.

use std::path::Path;

use runtime::wire::{Revision, Source};

use super::layer::Layer;
use super::{Origin, Remark, RequestError, Setting};
use crate::git::{Checkout, Detection};
use crate::repository::{Removed, without_credentials};
use crate::surroundings::Surroundings;

/// Finds out what is fetched; nothing when nobody names a repository and git knows of none.
pub(super) fn resolve(
    layers: &[Layer],
    around: &Surroundings,
    detect: &dyn Fn(&Path) -> Detection,
    remarks: &mut Vec<Remark>,
) -> Result<Option<Setting<Source>>, RequestError> {
    let named = layers.iter().position(|layer| layer.repo.is_some());
    // A branch belongs to the repository it was written for: one that stands in a weaker place than
    // the repository was written for another.
    let reach = named.map_or(layers.len(), |place| place + 1);
    let revision = revision(layers.iter().take(reach))?;
    let named = named.and_then(|place| layers.get(place));
    match named.and_then(|layer| Some((layer, layer.repo.as_ref()?))) {
        Some((layer, repository)) => Ok(Some(Setting {
            value: Source {
                repository: explicit(repository, around, remarks)?,
                revision: revision.unwrap_or(Revision::Default),
            },
            origin: layer.origin.clone(),
        })),
        None => detected(revision, detect(&around.directory), remarks),
    }
}

fn revision<'a>(
    mut layers: impl Iterator<Item = &'a Layer>,
) -> Result<Option<Revision>, RequestError> {
    let chosen = layers
        .find(|layer| layer.branch.is_some() || layer.reference.is_some() || layer.pr.is_some());
    let Some(layer) = chosen else {
        return Ok(None);
    };
    if let Some(number) = layer.pr {
        return Ok(Some(Revision::PullRequest(number)));
    }
    if let (Some(branch), Some(reference)) = (&layer.branch, &layer.reference) {
        return Err(RequestError::BranchAndRef {
            branch: branch.clone(),
            reference: reference.clone(),
            origin: layer.origin.clone(),
        });
    }
    let name = layer.branch.clone().or_else(|| layer.reference.clone());
    Ok(name.map(Revision::Named))
}

/// A repository that somebody named.
fn explicit(
    repository: &str,
    around: &Surroundings,
    remarks: &mut Vec<Remark>,
) -> Result<String, RequestError> {
    let (repository, removed) = without_credentials(repository);
    match removed {
        Removed::Nothing => {}
        Removed::User => remarks.push(user_left_out()),
        Removed::Password => return Err(RequestError::Password { repository }),
    }
    let path = around.directory.join(&repository);
    match path.canonicalize() {
        Ok(path) if path.is_dir() => Ok(path.to_string_lossy().into_owned()),
        _ => Ok(repository),
    }
}

/// The repository around the current directory.
fn detected(
    revision: Option<Revision>,
    detection: Detection,
    remarks: &mut Vec<Remark>,
) -> Result<Option<Setting<Source>>, RequestError> {
    let checkout = match detection {
        Detection::Checkout(checkout) => checkout,
        Detection::Nothing(why) => {
            remarks.push(Remark::Note(format!("running without a source: {why}")));
            return Ok(None);
        }
    };
    let (repository, removed) = without_credentials(&checkout.origin);
    if removed != Removed::Nothing {
        remarks.push(user_left_out());
    }
    let revision = match revision {
        Some(revision) => revision,
        None => head(checkout, remarks)?,
    };
    Ok(Some(Setting {
        value: Source {
            repository,
            revision,
        },
        origin: Origin::Git,
    }))
}

/// The commit that is checked out here.
fn head(checkout: Checkout, remarks: &mut Vec<Remark>) -> Result<Revision, RequestError> {
    if checkout.published_as.is_none() {
        return Err(RequestError::Unpublished {
            commit: checkout.commit,
            branch: checkout.branch,
        });
    }
    if checkout.dirty {
        let text = "there are uncommitted changes here; the command gets the commit without them";
        remarks.push(Remark::Warning(text.to_owned()));
    }
    Ok(Revision::Commit {
        id: checkout.commit,
        branch: checkout.published_as,
    })
}

fn user_left_out() -> Remark {
    Remark::Note("the credentials in the repository's URL are left out of the request".to_owned())
}
