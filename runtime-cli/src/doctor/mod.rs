//! What `mycli doctor` looks at: facts from here and from AWS, put before the rules of `runtime::doctor`.
//!
//! Reading order: [`examine`] makes every check, `local` those of this machine, `installation` those of AWS; `show` is how they
//! are told. No check takes longer than [`LIMIT`], so that a doctor always has an answer.

mod installation;
mod local;
mod show;
mod wanted;

use std::time::Duration;

use runtime::doctor::{Check, Finding, complete};

use show::Examination;
use wanted::{Around, Wanted};

/// How long a check may take.
const LIMIT: Duration = Duration::from_secs(10);

/// Makes every check that can be made. `flag` is the context that was asked for.
pub(crate) async fn examine(flag: Option<&str>, look_for_drift: bool) -> Examination {
    let around = Around::read();
    let wanted = around.wanted(flag);
    let (here, there) = tokio::join!(local::checks(&around), async {
        match &wanted {
            Wanted::Nothing(finding) => vec![finding.clone()],
            Wanted::Installation { name, installed } => {
                Box::pin(installation::checks(name, installed, look_for_drift)).await
            }
        }
    });
    let findings = std::iter::once(around.configuration())
        .chain(here)
        .chain(there);
    Examination {
        context: match wanted {
            Wanted::Installation { name, .. } => Some(name),
            Wanted::Nothing(_) => None,
        },
        findings: complete(findings.collect()),
    }
}

/// What came of a check, or that it took too long.
async fn within(limit: Duration, check: Check, checking: impl Future<Output = Finding>) -> Finding {
    let checked = tokio::time::timeout(limit, checking).await;
    checked.unwrap_or_else(|_| {
        let what = format!("no answer within {} seconds", limit.as_secs());
        let fix = "check the network and proxies, then run `mycli doctor` again";
        if matters(check) {
            Finding::fail(check, what, fix)
        } else {
            Finding::warn(check, what, fix)
        }
    })
}

/// Whether no command runs on the installation while the check gets no answer.
fn matters(check: Check) -> bool {
    matches!(check, Check::Credentials | Check::Stack)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_hangs_ends() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let hangs = || std::future::pending::<Finding>();
        for (check, wanted) in [(Check::Git, "warn"), (Check::Credentials, "fail")] {
            let limit = Duration::from_millis(1);
            let found = runtime.block_on(within(limit, check, hangs()));
            assert_eq!(found.verdict.word(), wanted);
            assert_eq!(found.what, "no answer within 0 seconds");
        }
    }
}
