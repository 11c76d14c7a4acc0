//! Where a stack goes: the account, the region, and with whose rights.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use runtime::deploy::{Buckets as _, Repositories as _};
use runtime_aws::{AccountBuckets, AccountRepositories, Cloud, Identity, Options, partition};
use synth_core::StackArtifact;
use tokio::sync::Mutex;

use super::error::DeployError;
use crate::app::AppArgs;
use crate::failure::Failure;
use crate::printer::Printer;

/// The places that were asked for so far, each connected to once.
#[derive(Debug)]
pub(crate) struct Environments {
    app: AppArgs,
    printer: Printer,
    identity: Option<Identity>,
    clouds: BTreeMap<(Option<String>, Option<String>), Option<Cloud>>,
    /// Whether there are these buckets and repositories.
    stores: BTreeMap<(String, String), bool>,
    secured: BTreeSet<String>,
    turn: Arc<Mutex<()>>,
}

/// Where a stack goes.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    /// Id of the account.
    pub(crate) account: String,
    /// What it is deployed with.
    pub(crate) cloud: Cloud,
    /// The role that was assumed for it.
    pub(crate) role: Option<String>,
}

impl Environment {
    /// A text of a manifest, with what it leaves open put in place.
    pub(crate) fn fill(&self, text: &str) -> String {
        let region = self.cloud.region();
        text.replace("${AWS::AccountId}", &self.account)
            .replace("${AWS::Region}", region)
            .replace("${AWS::Partition}", partition(region))
    }
}

impl Environments {
    pub(crate) fn new(app: AppArgs, printer: Printer) -> Self {
        Self {
            app,
            printer,
            identity: None,
            clouds: BTreeMap::new(),
            stores: BTreeMap::new(),
            secured: BTreeSet::new(),
            turn: Arc::default(),
        }
    }

    /// Who deploys: whose credentials those are that no role was assumed with.
    pub(crate) async fn identity(&mut self) -> Result<Identity, Failure> {
        if let Some(identity) = &self.identity {
            return Ok(identity.clone());
        }
        let region = self.app.region.clone();
        let identity = match self.own(region).await {
            Ok(cloud) => cloud.identity().await?,
            Err(failure) => return Err(failure),
        };
        self.identity = Some(identity.clone());
        Ok(identity)
    }

    /// Where `stack` goes. The role that its manifest names is assumed where that is possible; in the caller's own account
    /// the caller's own rights do as well.
    pub(crate) async fn of(&mut self, stack: &StackArtifact) -> Result<Environment, Failure> {
        let region = stack.environment.region.clone().map(String::from);
        let region = self.app.region.clone().or(region);
        let own = self.own(region.clone()).await?;
        if self.identity.is_none() {
            self.identity = Some(own.identity().await?);
        }
        let caller = self.identity().await?.account;
        let account = stack.environment.account.clone().map(String::from);
        let account = account.unwrap_or_else(|| caller.clone());
        let plain = Environment {
            account: account.clone(),
            cloud: own,
            role: None,
        };
        let role = stack.deploy_role.as_ref().map(|role| plain.fill(role));
        let assumed = match &role {
            Some(role) => self.assumed(region, role).await?,
            None => None,
        };
        match assumed {
            Some(cloud) => Ok(Environment {
                cloud,
                role,
                ..plain
            }),
            None if account == caller => Ok(plain),
            None => Err(DeployError::OtherAccount {
                stack: stack.display_name.clone(),
                account,
                caller,
            }
            .into()),
        }
    }

    /// The buckets to publish to with `role`, where it can be assumed.
    pub(crate) async fn buckets(
        &mut self,
        environment: &Environment,
        role: Option<&str>,
    ) -> Result<AccountBuckets, Failure> {
        let region = Some(environment.cloud.region().to_owned());
        let assumed = match role {
            Some(role) => self.assumed(region, &environment.fill(role)).await?,
            None => None,
        };
        let cloud = assumed.unwrap_or_else(|| environment.cloud.clone());
        Ok(cloud.buckets_of(&environment.account))
    }

    /// Whether the account has this bucket; asked once.
    pub(crate) async fn has_bucket(
        &mut self,
        environment: &Environment,
        buckets: &AccountBuckets,
        bucket: &str,
    ) -> Result<bool, Failure> {
        let key = (environment.account.clone(), bucket.to_owned());
        if let Some(known) = self.stores.get(&key) {
            return Ok(*known);
        }
        let has = buckets.has_bucket(bucket).await?;
        self.stores.insert(key, has);
        Ok(has)
    }

    /// The repositories to publish to with `role`, where it can be assumed; in the stack's region, or in that which the manifest
    /// names, unless the caller names one.
    pub(crate) async fn repositories(
        &mut self,
        environment: &Environment,
        region: Option<&str>,
        role: Option<&str>,
    ) -> Result<AccountRepositories, Failure> {
        let here = environment.cloud.region();
        let named = region.filter(|_| self.app.region.is_none());
        let region = named.map_or_else(|| here.to_owned(), |region| environment.fill(region));
        let assumed = match role {
            Some(role) => {
                let role = environment.fill(role);
                self.assumed(Some(region.clone()), &role).await?
            }
            None => None,
        };
        let cloud = match assumed {
            Some(cloud) => cloud,
            None if region == here => environment.cloud.clone(),
            None => self.own(Some(region)).await?,
        };
        Ok(cloud.repositories_of(&environment.account))
    }

    /// Whether the account has this repository; asked once.
    pub(crate) async fn has_repository(
        &mut self,
        environment: &Environment,
        region: Option<&str>,
        role: Option<&str>,
        repository: &str,
    ) -> Result<bool, Failure> {
        let repositories = self.repositories(environment, region, role).await?;
        // No bucket has a slash in its name.
        let name = format!("{}/{repository}", repositories.region());
        let key = (environment.account.clone(), name);
        if let Some(known) = self.stores.get(&key) {
            return Ok(*known);
        }
        let has = repositories.has_repository(repository).await?;
        self.stores.insert(key, has);
        Ok(has)
    }

    /// Whether a bucket or repository of the account's own was seen to. Its name says the account.
    pub(crate) fn is_secured(&self, store: &str) -> bool {
        self.secured.contains(store)
    }

    /// That it was seen to.
    pub(crate) fn secured(&mut self, store: &str) {
        self.secured.insert(store.to_owned());
    }

    /// Held by whoever makes images.
    pub(crate) fn turn(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.turn)
    }

    /// With the caller's own rights.
    pub(crate) async fn own(&mut self, region: Option<String>) -> Result<Cloud, Failure> {
        let key = (region.clone(), None);
        if let Some(Some(cloud)) = self.clouds.get(&key) {
            return Ok(cloud.clone());
        }
        let options = Options {
            region,
            profile: self.app.profile.clone(),
            role: None,
        };
        let cloud = Box::pin(runtime_aws::connect(options)).await?;
        self.clouds.insert(key, Some(cloud.clone()));
        Ok(cloud)
    }

    /// With the rights of `role`; nothing where it cannot be assumed.
    pub(crate) async fn assumed(
        &mut self,
        region: Option<String>,
        role: &str,
    ) -> Result<Option<Cloud>, Failure> {
        let key = (region.clone(), Some(role.to_owned()));
        if let Some(known) = self.clouds.get(&key) {
            return Ok(known.clone());
        }
        let options = Options {
            region,
            profile: self.app.profile.clone(),
            role: Some(role.to_owned()),
        };
        let cloud = Box::pin(runtime_aws::connect(options)).await.ok();
        if cloud.is_none() {
            let text = format!("{role} cannot be assumed: going on with your own rights");
            self.printer.note(&text);
        }
        self.clouds.insert(key, cloud.clone());
        Ok(cloud)
    }
}
