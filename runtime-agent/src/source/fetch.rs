//! Asks a remote repository for one revision, and for nothing else.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError};

use gix::bstr::{BStr, ByteSlice};
use gix::progress::Discard;
use gix::protocol::fetch::refmap::Source;
use gix::protocol::handshake::Ref;
use gix::remote::fetch::{Shallow, Tags};
use gix::remote::{Direction, ref_map};
use gix::{ObjectId, Repository};
use gix_transport::Protocol;
use gix_transport::client::blocking_io::{Transport, connect, http};
use runtime_wire::Revision;
use runtime_wire::order::GitToken;

use super::address::Address;
use super::checkout;
use super::refusal::Refusal;
use super::transport::{Client, Heard};

/// Fetches `revision` of the repository at `address` into `workspace`; returns the commit's id.
pub(super) fn into(
    address: &Address,
    revision: &Revision,
    workspace: &Path,
    interrupt: &Arc<AtomicBool>,
    token: Option<&GitToken>,
) -> Result<String, Refusal> {
    let heard = Heard::default();
    let refusal = |error: gix::Error| Refusal::of(&error, None, address);
    let repository = checkout::create(workspace).map_err(refusal)?;
    let remote = Remote {
        address,
        repository: &repository,
        heard,
        interrupt,
        token,
    };
    let found = remote.revision(revision)?;
    checkout::check_out(&repository, &found, address, interrupt).map_err(refusal)
}

/// What was fetched.
pub(super) struct Found {
    /// The object that the revision names: a commit, or a tag of one.
    pub object: ObjectId,
    /// The branch it is, if it is one, without `refs/heads/`.
    pub branch: Option<String>,
}

struct Remote<'a> {
    address: &'a Address,
    repository: &'a Repository,
    heard: Heard,
    interrupt: &'a Arc<AtomicBool>,
    token: Option<&'a GitToken>,
}

impl Remote<'_> {
    fn revision(&self, revision: &Revision) -> Result<Found, Refusal> {
        match revision {
            Revision::Default => self.head(),
            Revision::Named(name) => self.named(name),
            Revision::PullRequest(number) => self.pull_request(*number),
            Revision::Commit { id, branch } => self.commit(id, branch.as_deref()),
        }
    }

    /// Fetches what the remote's HEAD names.
    fn head(&self) -> Result<Found, Refusal> {
        self.fetch("HEAD", Depth::One).map_err(|refusal| {
            if matches!(&refusal, Refusal::Failed { message } if message.contains("refspec")) {
                missing(
                    "the repository is empty, or its HEAD names nothing".to_owned(),
                    Some("push a commit to it, or name a branch"),
                )
            } else {
                refusal
            }
        })
    }

    /// Fetches the head of a pull request, under the name that the kind of server has for it.
    fn pull_request(&self, number: u64) -> Result<Found, Refusal> {
        // GitHub and Gitea, GitLab, Bitbucket Server.
        let places = [
            format!("refs/pull/{number}/head"),
            format!("refs/merge-requests/{number}/head"),
            format!("refs/pull-requests/{number}/from"),
        ];
        let specs = places.each_ref().map(|place| format!("{place}:{place}"));
        let names = self.names(&specs.each_ref().map(String::as_str))?;
        match places.iter().find(|place| names.contains(*place)) {
            Some(place) => self.fetch(place, Depth::One),
            None => Err(missing(
                format!("there is no pull request {number} in it"),
                Some(
                    "check the number; some servers drop what was merged, and Bitbucket Cloud has no such names",
                ),
            )),
        }
    }

    /// Fetches a branch, a tag, a full name of a reference, or a commit.
    fn named(&self, name: &str) -> Result<Found, Refusal> {
        if name.is_empty() || name.starts_with('-') || name.contains([':', '*', '+', '^']) {
            return Err(missing(
                format!("`{name}` is not the name of a branch, a tag or a commit"),
                None,
            ));
        }
        let names = self.names(&["refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*"])?;
        for place in ["refs/heads/", "refs/tags/", ""] {
            let full = format!("{place}{name}");
            if names.contains(&full) || (place.is_empty() && name.starts_with("refs/")) {
                return self.fetch(&full, Depth::One);
            }
        }
        if is_full_id(name) {
            return self.commit(name, None);
        }
        let abbreviated = name.len() >= 4 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        Err(missing(
            format!("there is no branch and no tag `{name}` in it"),
            Some(if abbreviated {
                "a commit has to be given with all 40 digits of its id"
            } else {
                "check the name; `git ls-remote` lists what there is"
            }),
        ))
    }

    /// Fetches a commit by its id; from the history of `branch` where the server wants a name.
    fn commit(&self, id: &str, branch: Option<&str>) -> Result<Found, Refusal> {
        let no_such = || {
            missing(
                format!("there is no commit `{id}` in it"),
                Some("was it pushed? a commit has to be on the server before it can be fetched"),
            )
        };
        if !is_full_id(id) {
            return Err(no_such());
        }
        let refusal = match self.fetch(id, Depth::One) {
            Ok(found) => return Ok(found),
            Err(refusal @ (Refusal::Failed { .. } | Refusal::RevisionMissing { .. })) => refusal,
            Err(refusal) => return Err(refusal),
        };
        let name = branch.map_or("HEAD".to_owned(), |branch| format!("refs/heads/{branch}"));
        crate::diagnostics::say(&format!(
            "the server does not hand out {id} by itself: fetching {name} with its history"
        ));
        match self.fetch(&name, Depth::All) {
            Ok(_) => {}
            Err(Refusal::Failed { .. } | Refusal::RevisionMissing { .. }) => return Err(no_such()),
            Err(refusal) => return Err(refusal),
        }
        let object = ObjectId::from_hex(id.as_bytes()).map_err(|_| refusal)?;
        if self.repository.has_object(object) {
            return Ok(Found {
                object,
                branch: None,
            });
        }
        Err(no_such())
    }

    /// Full names of all branches and tags.
    fn names(&self, specs: &[&str]) -> Result<Vec<String>, Refusal> {
        let remote = self.remote(specs)?;
        let connection = remote.to_connection_with_transport(self.connect(&remote)?);
        let (map, _) = connection
            .with_credentials(|_| Ok(None))
            .ref_map(Discard, ref_map::Options::default())
            .map_err(|error| self.refusal(&error))?;
        let names = map.remote_refs.iter().map(|known| {
            let (Ref::Peeled { full_ref_name, .. }
            | Ref::Direct { full_ref_name, .. }
            | Ref::Symbolic { full_ref_name, .. }
            | Ref::Unborn { full_ref_name, .. }) = known;
            full_ref_name.to_string()
        });
        Ok(names.collect())
    }

    /// Fetches the one object that `spec` names, and what it needs.
    fn fetch(&self, spec: &str, depth: Depth) -> Result<Found, Refusal> {
        let remote = self.remote(&[spec])?;
        let connection = remote.to_connection_with_transport(self.connect(&remote)?);
        let outcome = connection
            .with_credentials(|_| Ok(None))
            .prepare_fetch(Discard, ref_map::Options::default())
            .and_then(|prepared| {
                prepared
                    .with_shallow(match depth {
                        Depth::One => Shallow::DepthAtRemote(NonZeroU32::MIN),
                        Depth::All => Shallow::NoChange,
                    })
                    .receive(Discard, self.interrupt)
            })
            .map_err(|error| self.refusal(&error))?;
        let source = outcome
            .ref_map
            .mappings
            .first()
            .map(|mapping| &mapping.remote);
        let Some((source, object)) = source.and_then(|source| Some((source, source.as_id()?)))
        else {
            return Err(missing(format!("`{spec}` names nothing in it"), None));
        };
        Ok(Found {
            object: object.to_owned(),
            branch: branch(source),
        })
    }

    fn remote(&self, specs: &[&str]) -> Result<gix::Remote<'_>, Refusal> {
        self.repository
            .remote_at(self.address.url.clone())
            .map(|remote| remote.with_fetch_tags(Tags::None))
            .and_then(|remote| remote.with_refspecs(specs, Direction::Fetch))
            .map_err(|error| self.refusal(&error))
    }

    fn connect(&self, remote: &gix::Remote<'_>) -> Result<Box<dyn Transport + Send>, Refusal> {
        use gix::url::Scheme;
        let url = self.address.url.clone();
        if matches!(url.scheme, Scheme::Http | Scheme::Https) {
            let client = Client::new(Arc::clone(&self.heard), self.token.cloned());
            return Ok(Box::new(http::connect_http(
                client,
                url,
                Protocol::V2,
                false,
            )));
        }
        let (url, version) = remote
            .sanitized_url_and_version(Direction::Fetch)
            .map_err(|error| self.refusal(&error))?;
        let options = connect::Options {
            version,
            ..connect::Options::default()
        };
        connect::connect(url, options).map_err(|error| self.refusal(&error))
    }

    fn refusal(&self, error: &gix::Error) -> Refusal {
        let heard = self
            .heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        Refusal::of(error, heard, self.address)
    }
}

/// How much history to fetch.
#[derive(Clone, Copy)]
enum Depth {
    One,
    All,
}

fn missing(message: String, hint: Option<&str>) -> Refusal {
    Refusal::RevisionMissing {
        message,
        hint: hint.map(str::to_owned),
    }
}

fn is_full_id(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The branch that `source` is, or that it names.
fn branch(source: &Source) -> Option<String> {
    let name: &BStr = source.as_target().or_else(|| source.as_name())?;
    let name = name.strip_prefix(b"refs/heads/")?;
    Some(name.to_str().ok()?.to_owned())
}
