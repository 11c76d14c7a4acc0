//! Stacks over CloudFormation.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use aws_sdk_cloudformation::types::{Stack as SdkStack, StackEvent, TemplateStage};
use runtime::ProviderError;
use runtime::deploy::{
    ChangeSet, ChangeSetRequest, Drift, Event, Services, Stack, StackResource, StackState, Stacks,
};
use runtime::port::Problem;

use crate::change_set;
use crate::cloud::Cloud;
use crate::drift;

/// The longest template that a request may hold, in bytes.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
const MAX_TEMPLATE: usize = 51_200;

#[async_trait]
impl Stacks for Cloud {
    async fn describe(&self, stack: &str) -> Result<Option<Stack>, ProviderError> {
        let asked = self.stacks.describe_stacks().stack_name(stack);
        let answer = match asked.send().await {
            Ok(answer) => answer,
            Err(error) => {
                let refusal =
                    self.refusal(format!("cloudformation:DescribeStacks `{stack}`"), &error);
                return if refusal.problem == Problem::NotFound {
                    Ok(None)
                } else {
                    Err(refusal)
                };
            }
        };
        Ok(answer
            .stacks
            .unwrap_or_default()
            .into_iter()
            .next()
            .map(read))
    }

    async fn create_change_set(
        &self,
        request: &ChangeSetRequest,
    ) -> Result<(String, String), ProviderError> {
        let operation = format!("cloudformation:CreateChangeSet of `{}`", request.stack);
        if request.template_url.is_none() && request.template.len() > MAX_TEMPLATE {
            let length = request.template.len();
            return Err(ProviderError::new(
                Problem::Invalid,
                operation,
                format!(
                    "the template is {length} bytes long; CloudFormation takes {MAX_TEMPLATE} in a request"
                ),
            ));
        }
        let asked = change_set::ask(self.stacks.create_change_set(), request);
        let made = asked.change_set_name(change_set_name()).send().await;
        let made = made.map_err(|error| self.refusal(operation, &error))?;
        Ok((
            made.id.unwrap_or_default(),
            made.stack_id.unwrap_or_default(),
        ))
    }

    async fn describe_change_set(&self, id: &str) -> Result<ChangeSet, ProviderError> {
        let mut pages = Vec::new();
        let mut token = None;
        loop {
            let page = self
                .stacks
                .describe_change_set()
                .change_set_name(id)
                .include_property_values(true)
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| self.refusal("cloudformation:DescribeChangeSet", &error))?;
            token = page.next_token().map(str::to_owned);
            pages.push(page);
            if token.is_none() {
                return Ok(change_set::read(&pages));
            }
        }
    }

    async fn change_set_template(&self, id: &str) -> Result<String, ProviderError> {
        let asked = self
            .stacks
            .get_template()
            .change_set_name(id)
            .template_stage(TemplateStage::Original);
        let answer = asked
            .send()
            .await
            .map_err(|error| self.refusal("cloudformation:GetTemplate", &error))?;
        Ok(answer.template_body.unwrap_or_default())
    }

    async fn execute_change_set(&self, id: &str, keeps: bool) -> Result<(), ProviderError> {
        let executed = self
            .stacks
            .execute_change_set()
            .change_set_name(id)
            .set_disable_rollback(keeps.then_some(true))
            // Events are marked with it: others see who is at work.
            .set_client_request_token(change_set_of(id).map(str::to_owned))
            .send()
            .await;
        executed.map(|_| ()).map_err(|error| {
            let mut refusal = self.refusal("cloudformation:ExecuteChangeSet", &error);
            if refusal.message.contains("OBSOLETE") || refusal.problem == Problem::NotFound {
                refusal.hint = Some("the stack has changed since: plan again".to_owned());
            }
            refusal
        })
    }

    async fn delete_change_set(&self, id: &str) -> Result<(), ProviderError> {
        let deleted = self
            .stacks
            .delete_change_set()
            .change_set_name(id)
            .send()
            .await;
        match deleted.map_err(|error| self.refusal("cloudformation:DeleteChangeSet", &error)) {
            Err(refusal) if refusal.problem != Problem::NotFound => Err(refusal),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn events(
        &self,
        stack_id: &str,
        after: Option<&str>,
    ) -> Result<Vec<Event>, ProviderError> {
        let mut events = Vec::new();
        let mut token = None;
        // The youngest event comes first.
        loop {
            let page = self
                .stacks
                .describe_stack_events()
                .stack_name(stack_id)
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| self.refusal("cloudformation:DescribeStackEvents", &error))?;
            let mut known = false;
            for event in page.stack_events.unwrap_or_default() {
                known = event.event_id.as_deref() == after && after.is_some();
                if known {
                    break;
                }
                events.push(happened(event));
            }
            token = page.next_token;
            if known || token.is_none() {
                events.reverse();
                return Ok(events);
            }
        }
    }

    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>, ProviderError> {
        let mut resources = Vec::new();
        let mut token = None;
        loop {
            let page = self
                .stacks
                .list_stack_resources()
                .stack_name(stack)
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| self.refusal("cloudformation:ListStackResources", &error))?;
            for resource in page.stack_resource_summaries.unwrap_or_default() {
                let gone = resource
                    .resource_status
                    .is_some_and(|status| status.as_str() == "DELETE_COMPLETE");
                if let Some(physical_id) = resource.physical_resource_id.filter(|_| !gone) {
                    resources.push(StackResource {
                        logical_id: resource.logical_resource_id.unwrap_or_default(),
                        resource_type: resource.resource_type.unwrap_or_default(),
                        physical_id,
                    });
                }
            }
            token = page.next_token;
            if token.is_none() {
                return Ok(resources);
            }
        }
    }

    async fn template(&self, stack: &str) -> Result<String, ProviderError> {
        let asked = self
            .stacks
            .get_template()
            .stack_name(stack)
            .template_stage(TemplateStage::Original);
        let answer = asked
            .send()
            .await
            .map_err(|error| self.refusal("cloudformation:GetTemplate", &error))?;
        Ok(answer.template_body.unwrap_or_default())
    }

    async fn delete(&self, stack_id: &str, retain: &[String]) -> Result<(), ProviderError> {
        let retain = (!retain.is_empty()).then(|| retain.to_vec());
        let asked = self.stacks.delete_stack().stack_name(stack_id);
        let deleted = asked.set_retain_resources(retain).send().await;
        deleted.map(|_| ()).map_err(|error| {
            self.refusal(format!("cloudformation:DeleteStack `{stack_id}`"), &error)
        })
    }

    async fn protect(&self, stack_id: &str, on: bool) -> Result<(), ProviderError> {
        let asked = self.stacks.update_termination_protection();
        let asked = asked.stack_name(stack_id).enable_termination_protection(on);
        asked
            .send()
            .await
            .map(|_| ())
            .map_err(|error| self.refusal("cloudformation:UpdateTerminationProtection", &error))
    }

    async fn set_policy(&self, stack_id: &str, policy: &str) -> Result<(), ProviderError> {
        let asked = self.stacks.set_stack_policy().stack_name(stack_id);
        let set = asked.stack_policy_body(policy).send().await;
        set.map(|_| ())
            .map_err(|error| self.refusal("cloudformation:SetStackPolicy", &error))
    }

    async fn roll_back(&self, stack_id: &str) -> Result<(), ProviderError> {
        let asked = self.stacks.rollback_stack().stack_name(stack_id);
        asked
            .send()
            .await
            .map(|_| ())
            .map_err(|error| self.refusal("cloudformation:RollbackStack", &error))
    }

    async fn continue_rollback(
        &self,
        stack_id: &str,
        skip: &[String],
    ) -> Result<(), ProviderError> {
        let skip = (!skip.is_empty()).then(|| skip.to_vec());
        let asked = self.stacks.continue_update_rollback().stack_name(stack_id);
        let asked = asked.set_resources_to_skip(skip).send().await;
        asked
            .map(|_| ())
            .map_err(|error| self.refusal("cloudformation:ContinueUpdateRollback", &error))
    }

    async fn cancel_update(&self, stack_id: &str) -> Result<(), ProviderError> {
        let asked = self.stacks.cancel_update_stack().stack_name(stack_id);
        asked
            .send()
            .await
            .map(|_| ())
            .map_err(|error| self.refusal("cloudformation:CancelUpdateStack", &error))
    }

    async fn importers(&self, export: &str) -> Result<Vec<String>, ProviderError> {
        let mut importers = Vec::new();
        let mut token = None;
        loop {
            let asked = self.stacks.list_imports().export_name(export);
            let page = match asked.set_next_token(token).send().await {
                Ok(page) => page,
                Err(error) => {
                    let refusal = self.refusal("cloudformation:ListImports", &error);
                    // This is how it says that there are none.
                    let nobody = refusal.message.contains("is not imported by any stack");
                    return if nobody { Ok(importers) } else { Err(refusal) };
                }
            };
            importers.extend(page.imports.unwrap_or_default());
            token = page.next_token;
            if token.is_none() {
                return Ok(importers);
            }
        }
    }

    async fn detect_drift(&self, stack_id: &str) -> Result<String, ProviderError> {
        let asked = self.stacks.detect_stack_drift().stack_name(stack_id);
        let asked = asked.send().await;
        let asked = asked.map_err(|error| self.refusal("cloudformation:DetectStackDrift", &error));
        Ok(asked?.stack_drift_detection_id.unwrap_or_default())
    }

    async fn drift(&self, stack_id: &str, detection: &str) -> Result<Option<Drift>, ProviderError> {
        drift::read(self, stack_id, detection).await
    }

    fn services(&self) -> Option<&dyn Services> {
        Some(self)
    }
}

/// The name in the id of a change set, `arn:…:changeSet/NAME/UUID`.
fn change_set_of(id: &str) -> Option<&str> {
    id.split_once(":changeSet/")?.1.split('/').next()
}

/// A name that no other change set of the stack has.
fn change_set_name() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    format!("mycli-{}", since.map_or(0, |since| since.as_nanos()))
}

fn read(stack: SdkStack) -> Stack {
    let pairs = |pairs: Vec<(Option<String>, Option<String>)>| -> BTreeMap<String, String> {
        let whole = |(key, value): (Option<String>, Option<String>)| Some((key?, value?));
        pairs.into_iter().filter_map(whole).collect()
    };
    let outputs = stack.outputs.unwrap_or_default();
    let exports = outputs
        .iter()
        .filter_map(|output| output.export_name.clone())
        .collect();
    let outputs = outputs.into_iter();
    let parameters = stack.parameters.unwrap_or_default().into_iter();
    let tags = stack.tags.unwrap_or_default().into_iter();
    Stack {
        name: stack.stack_name.unwrap_or_default(),
        id: stack.stack_id.unwrap_or_default(),
        state: StackState(
            stack
                .stack_status
                .map(|status| status.as_str().to_owned())
                .unwrap_or_default(),
        ),
        reason: stack
            .stack_status_reason
            .filter(|reason| !reason.is_empty()),
        outputs: pairs(
            outputs
                .map(|output| (output.output_key, output.output_value))
                .collect(),
        ),
        parameters: pairs(
            parameters
                .map(|parameter| (parameter.parameter_key, parameter.parameter_value))
                .collect(),
        ),
        tags: pairs(tags.map(|tag| (tag.key, tag.value)).collect()),
        protected: stack.enable_termination_protection.unwrap_or_default(),
        exports,
        notification_arns: stack.notification_arns.unwrap_or_default(),
        role: stack.role_arn,
        changed_at_ms: stack
            .last_updated_time
            .or(stack.creation_time)
            .and_then(|time| time.to_millis().ok())
            .and_then(|at_ms| u64::try_from(at_ms).ok()),
    }
}

fn happened(event: StackEvent) -> Event {
    let at_ms = event.timestamp.and_then(|time| time.to_millis().ok());
    Event {
        token: event.client_request_token,
        id: event.event_id.unwrap_or_default(),
        at_ms: at_ms
            .and_then(|at_ms| u64::try_from(at_ms).ok())
            .unwrap_or_default(),
        logical_id: event.logical_resource_id.unwrap_or_default(),
        resource_type: event.resource_type.unwrap_or_default(),
        physical_id: event.physical_resource_id.filter(|id| !id.is_empty()),
        status: event
            .resource_status
            .map(|status| status.as_str().to_owned())
            .unwrap_or_default(),
        reason: event
            .resource_status_reason
            .filter(|reason| !reason.is_empty()),
    }
}
