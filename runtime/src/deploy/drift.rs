//! How far a stack's resources are from its template.

use super::error::PlanError;
use super::pace::Pace;
use super::stacks::{Drift, Stack, Stacks};
use super::state::not_ready;

/// Compares a stack's resources with its template, and waits for that.
pub async fn drift(stacks: &dyn Stacks, stack: &Stack) -> Result<Drift, PlanError> {
    let failed = |source| PlanError::Provider {
        stack: stack.name.clone(),
        source,
    };
    if !stack.state.is_usable() || stack.state.is_in_progress() {
        let next =
            "drift can be found only where a stack was deployed and nothing is being done to it";
        let refused = not_ready(stacks, stack, next).await;
        return Err(refused.map_err(failed)?.into());
    }
    let detection = stacks.detect_drift(&stack.id).await.map_err(failed)?;
    let mut pace = Pace::new();
    loop {
        let found = stacks.drift(&stack.id, &detection).await;
        if let Some(drift) = found.map_err(failed)? {
            return Ok(drift);
        }
        pace.wait().await;
    }
}
