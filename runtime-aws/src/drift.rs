//! How far a stack's resources are from its template, as CloudFormation found.

use aws_sdk_cloudformation::types::{
    DifferenceType, PropertyDifference, StackResourceDrift, StackResourceDriftStatus,
};
use runtime::ProviderError;
use runtime::deploy::{Drift, DriftedProperty, DriftedResource, StackResource, Stacks as _};

use crate::cloud::Cloud;

/// Reads what came of a detection; nothing while it is under way.
pub(crate) async fn read(
    cloud: &Cloud,
    stack_id: &str,
    detection: &str,
) -> Result<Option<Drift>, ProviderError> {
    let asked = cloud.stacks.describe_stack_drift_detection_status();
    let asked = asked.stack_drift_detection_id(detection).send().await;
    let status = asked.map_err(|error| {
        cloud.refusal("cloudformation:DescribeStackDriftDetectionStatus", &error)
    })?;
    let word = status
        .detection_status
        .as_ref()
        .map_or("", |status| status.as_str());
    if word == "DETECTION_IN_PROGRESS" {
        return Ok(None);
    }
    let mut drift = Drift {
        incomplete: (word == "DETECTION_FAILED")
            .then(|| status.detection_status_reason.unwrap_or_default()),
        ..Drift::default()
    };
    let mut compared = Vec::new();
    let mut token = None;
    loop {
        let asked = cloud.stacks.describe_stack_resource_drifts();
        let asked = asked.stack_name(stack_id).set_next_token(token);
        let page = asked
            .send()
            .await
            .map_err(|error| cloud.refusal("cloudformation:DescribeStackResourceDrifts", &error))?;
        for found in page.stack_resource_drifts.unwrap_or_default() {
            let resource = resource(&found);
            match found.stack_resource_drift_status {
                Some(StackResourceDriftStatus::InSync) => drift.in_sync += 1,
                Some(
                    status @ (StackResourceDriftStatus::Deleted
                    | StackResourceDriftStatus::Modified),
                ) => drift.drifted.push(DriftedResource {
                    resource: resource.clone(),
                    deleted: status == StackResourceDriftStatus::Deleted,
                    properties: found
                        .property_differences
                        .unwrap_or_default()
                        .into_iter()
                        .map(property)
                        .collect(),
                }),
                // Told with all others that were not compared.
                _ => continue,
            }
            compared.push(resource.logical_id);
        }
        token = page.next_token;
        if token.is_none() {
            break;
        }
    }
    let resources = cloud.resources(stack_id).await?.into_iter();
    drift.unchecked = resources
        .filter(|resource| !compared.contains(&resource.logical_id))
        .collect();
    Ok(Some(drift))
}

fn resource(found: &StackResourceDrift) -> StackResource {
    StackResource {
        logical_id: found.logical_resource_id.clone().unwrap_or_default(),
        resource_type: found.resource_type.clone().unwrap_or_default(),
        physical_id: found.physical_resource_id.clone().unwrap_or_default(),
    }
}

fn property(difference: PropertyDifference) -> DriftedProperty {
    let kind = difference.difference_type;
    DriftedProperty {
        path: difference.property_path.unwrap_or_default(),
        expected: difference
            .expected_value
            .filter(|_| kind != Some(DifferenceType::Add)),
        actual: difference
            .actual_value
            .filter(|_| kind != Some(DifferenceType::Remove)),
    }
}
