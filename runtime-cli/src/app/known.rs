//! What an app is told about its surroundings, as CDK's command line tells it.

use std::ffi::OsString;
use std::time::Duration;

use super::AppArgs;
use crate::environment::Environment;

/// How long to wait for the account's id; an app that needs none should not be held up.
const PATIENCE: Duration = Duration::from_secs(5);

/// The newest schema of manifests that is read.
fn assembly_version() -> OsString {
    format!("{}.0.0", synth::NEWEST_VERSION).into()
}

/// Variables for the app: versions, and account and region of the caller where they are known.
///
/// AWS is asked for the account only where there is a sign of credentials: finding out that there are none takes
/// seconds. `CDK_DEFAULT_ACCOUNT` and `CDK_DEFAULT_REGION` of the caller's are left as they are.
pub(super) async fn variables(args: &AppArgs) -> Vec<(&'static str, OsString)> {
    let around = Environment::of_process();
    let mut variables = vec![
        ("CDK_CLI_ASM_VERSION", assembly_version()),
        ("CDK_CLI_VERSION", env!("CARGO_PKG_VERSION").into()),
    ];
    let told = |name: &str| around.text(name).is_some();
    let region = args.region.as_deref();
    let region = region.or_else(|| around.text("AWS_REGION"));
    let region = region.or_else(|| around.text("AWS_DEFAULT_REGION"));
    let mut region = region.map(str::to_owned);
    let mut account = None;
    if !told("CDK_DEFAULT_ACCOUNT") && has_credentials(args, &around) {
        let asked = tokio::time::timeout(PATIENCE, Box::pin(ask(args))).await;
        if let Ok(Some((found, its_region))) = asked {
            account = Some(found);
            region = region.or(Some(its_region));
        }
    }
    if let Some(account) = account {
        variables.push(("CDK_DEFAULT_ACCOUNT", account.into()));
    }
    // A region that was typed counts more than one that was there.
    if let Some(region) = region
        && (args.region.is_some() || !told("CDK_DEFAULT_REGION"))
    {
        variables.push(("CDK_DEFAULT_REGION", region.into()));
    }
    variables
}

async fn ask(args: &AppArgs) -> Option<(String, String)> {
    let options = runtime_aws::Options {
        region: args.region.clone(),
        profile: args.profile.clone(),
        ..runtime_aws::Options::default()
    };
    let cloud = runtime_aws::connect(options).await.ok()?;
    let account = cloud.identity().await.ok()?.account;
    Some((account, cloud.region().to_owned()))
}

fn has_credentials(args: &AppArgs, around: &Environment) -> bool {
    let variables = [
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    let home = around.path("HOME").unwrap_or_default();
    args.profile.is_some()
        || variables.iter().any(|name| around.text(name).is_some())
        || ["config", "credentials"]
            .iter()
            .any(|file| home.join(".aws").join(file).is_file())
}
