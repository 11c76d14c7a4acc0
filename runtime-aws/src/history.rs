//! History over DynamoDB. What is where: `stacks::platform::table`, and [`crate::rows`].

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use runtime::port::{History, Listing, Page, Problem};
use runtime::wire::Frame;
use runtime::{Execution, ExecutionId, ProviderError, State};
use stacks::platform::table::{BY_CREATED, LIST, PARTITION_KEY, SORT_KEY};

use crate::installation::Aws;
use crate::rows::{self, Item};

/// The most items of executions that one request reads.
const PAGE: usize = 100;

#[async_trait]
impl History for Aws {
    async fn record(&self, execution: &Execution) -> Result<(), ProviderError> {
        let operation = format!("dynamodb:PutItem `{}`", execution.id);
        let put = self
            .cloud
            .tables
            .put_item()
            .table_name(&self.installation.table)
            .set_item(Some(self.row(execution)?))
            .condition_expression("attribute_not_exists(#pk)")
            .expression_attribute_names("#pk", PARTITION_KEY);
        let done = put.send().await;
        done.map(drop)
            .map_err(|error| self.cloud.refusal(operation, &error))
    }

    async fn read(&self, id: &ExecutionId) -> Result<Option<Execution>, ProviderError> {
        let item = self.item(rows::row_key(id.as_str()), None).await?;
        item.map(|item| rows::execution(&item)).transpose()
    }

    async fn replace(&self, from: State, execution: &Execution) -> Result<bool, ProviderError> {
        let operation = format!("dynamodb:PutItem `{}`", execution.id);
        let put = self
            .cloud
            .tables
            .put_item()
            .table_name(&self.installation.table)
            .set_item(Some(self.row(execution)?))
            .condition_expression("#state = :from")
            .expression_attribute_names("#state", rows::STATE)
            .expression_attribute_values(":from", text(from.name()));
        let done = put.send().await;
        match done.map_err(|error| self.cloud.refusal(operation, &error)) {
            Ok(_) => Ok(true),
            Err(refusal) if refusal.problem == Problem::Conflict => Ok(false),
            Err(refusal) => Err(refusal),
        }
    }

    async fn find(&self, prefix: &str, limit: usize) -> Result<Vec<ExecutionId>, ProviderError> {
        let query = self
            .cloud
            .tables
            .query()
            .table_name(&self.installation.table)
            .key_condition_expression("#pk = :rows AND begins_with(#sk, :prefix)")
            .expression_attribute_names("#pk", PARTITION_KEY)
            .expression_attribute_names("#sk", SORT_KEY)
            .expression_attribute_values(":rows", text(rows::ROWS))
            .expression_attribute_values(":prefix", text(prefix))
            .consistent_read(true)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let answer = query
            .send()
            .await
            .map_err(|error| self.cloud.refusal("dynamodb:Query", &error))?;
        let found = answer.items().iter();
        found
            .map(|item| rows::execution(item).map(|execution| execution.id))
            .collect()
    }

    async fn list(&self, page: &Page) -> Result<Listing, ProviderError> {
        let mut executions: Vec<Execution> = Vec::new();
        let mut start = page.token.as_deref().and_then(rows::list_key);
        // One more than asked for tells whether there is a next page.
        while executions.len() <= page.limit {
            let answer = self.page_of_rows(&page.states, start).await?;
            for item in answer.items() {
                executions.push(rows::execution(item)?);
            }
            start = answer.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        let more = executions.len() > page.limit;
        executions.truncate(page.limit);
        let last = executions.last().filter(|_| more);
        let next = last.map(rows::created);
        Ok(Listing { executions, next })
    }

    async fn frames(&self, id: &ExecutionId, after: u64) -> Result<Vec<Frame>, ProviderError> {
        let mut chunks = Vec::new();
        // A reader that stopped within a chunk needs the rest of it.
        if after > 0 && !self.ends_chunk(id, after) {
            chunks.extend(self.chunk_with(id, after).await?);
        }
        chunks.extend(self.chunks_from(id, after + 1).await?);
        let mut frames = Vec::new();
        let mut expected = after + 1;
        for chunk in &chunks {
            let chunk = rows::chunk(chunk)?;
            if chunk.first > expected {
                break;
            }
            let new = chunk
                .frames
                .into_iter()
                .filter(|frame| frame.seq >= expected);
            frames.extend(new);
            expected = expected.max(chunk.last + 1);
            self.remember_end(id, chunk.last);
        }
        if frames.is_empty() {
            // Chunks are dropped before the archive is.
            return self.archived_frames(id, after).await;
        }
        Ok(frames)
    }

    async fn milestones(&self, id: &ExecutionId) -> Result<Vec<Frame>, ProviderError> {
        let item = self
            .item(rows::agent_key(id.as_str()), Some(rows::MILESTONES))
            .await?;
        item.as_ref().map_or(Ok(Vec::new()), rows::milestones)
    }
}

impl Aws {
    fn row(&self, execution: &Execution) -> Result<Item, ProviderError> {
        rows::of(execution, self.installation.history_retention_in_days)
    }

    /// An item as it is now, or one attribute of it.
    pub(crate) async fn item(
        &self,
        key: Item,
        attribute: Option<&str>,
    ) -> Result<Option<Item>, ProviderError> {
        let get = self
            .cloud
            .tables
            .get_item()
            .table_name(&self.installation.table)
            .set_key(Some(key))
            .set_projection_expression(attribute.map(|_| "#only".to_owned()))
            .set_expression_attribute_names(
                attribute.map(|name| HashMap::from([("#only".to_owned(), name.to_owned())])),
            )
            .consistent_read(true);
        let answer = get
            .send()
            .await
            .map_err(|error| self.cloud.refusal("dynamodb:GetItem", &error))?;
        Ok(answer.item)
    }

    async fn page_of_rows(
        &self,
        states: &[State],
        start: Option<Item>,
    ) -> Result<aws_sdk_dynamodb::operation::query::QueryOutput, ProviderError> {
        let mut query = self
            .cloud
            .tables
            .query()
            .table_name(&self.installation.table)
            .index_name(BY_CREATED)
            .key_condition_expression("#list = :rows")
            .expression_attribute_names("#list", LIST)
            .expression_attribute_values(":rows", text(rows::ROWS))
            .scan_index_forward(false)
            .limit(i32::try_from(PAGE).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start);
        if !states.is_empty() {
            let names: Vec<String> = states.iter().map(|state| format!(":{state}")).collect();
            query = query
                .filter_expression(format!("#state IN ({})", names.join(", ")))
                .expression_attribute_names("#state", rows::STATE);
            for (name, state) in names.into_iter().zip(states) {
                query = query.expression_attribute_values(name, text(state.name()));
            }
        }
        query
            .send()
            .await
            .map_err(|error| self.cloud.refusal("dynamodb:Query", &error))
    }

    /// The chunk that the frame `seq` may be in, if it is not the first of one.
    async fn chunk_with(&self, id: &ExecutionId, seq: u64) -> Result<Option<Item>, ProviderError> {
        let query = self
            .chunks(id, "#pk = :frames AND #sk <= :seq", seq)
            .scan_index_forward(false)
            .limit(1);
        let answer = query
            .send()
            .await
            .map_err(|error| self.cloud.refusal("dynamodb:Query", &error))?;
        Ok(answer.items.unwrap_or_default().into_iter().next())
    }

    async fn chunks_from(&self, id: &ExecutionId, seq: u64) -> Result<Vec<Item>, ProviderError> {
        let mut chunks = Vec::new();
        let mut start = None;
        loop {
            let query = self.chunks(id, "#pk = :frames AND #sk >= :seq", seq);
            let answer = query
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| self.cloud.refusal("dynamodb:Query", &error))?;
            chunks.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(chunks);
            }
        }
    }

    fn chunks(
        &self,
        id: &ExecutionId,
        condition: &str,
        seq: u64,
    ) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        self.cloud
            .tables
            .query()
            .table_name(&self.installation.table)
            .key_condition_expression(condition)
            .expression_attribute_names("#pk", PARTITION_KEY)
            .expression_attribute_names("#sk", SORT_KEY)
            .expression_attribute_values(":frames", text(&rows::frames(id.as_str())))
            .expression_attribute_values(":seq", text(&rows::digits(seq)))
            .consistent_read(true)
    }
}

pub(crate) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}
