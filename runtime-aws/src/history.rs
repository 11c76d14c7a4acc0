//! History over DynamoDB. What is where: `stacks::platform::table`, and [`crate::rows`].

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use runtime::port::{History, Listing, Page, Problem};
use runtime::wire::Frame;
use runtime::{AttemptId, Execution, ExecutionId, ProviderError};
use stacks::platform::table::{BY_CREATED, BY_OPEN, CREATED, LIST, OPEN, PARTITION_KEY, SORT_KEY};

use crate::installation::Aws;
use crate::rows::{self, Item};

/// The most items of executions that one request reads.
const PAGE: usize = 100;

/// The most requests that one page is worth: what is rare in a long history is found over several pages, and no page costs more
/// the longer the history is.
const REQUESTS: u32 = 20;

/// An index of rows by time.
#[derive(Clone, Copy)]
struct Index {
    name: &'static str,
    partition: &'static str,
}

impl Index {
    /// The one that has to be read for a page.
    fn of(page: &Page) -> Self {
        let open = !page.states.is_empty() && page.states.iter().all(|state| !state.is_final());
        if open {
            Self {
                name: BY_OPEN,
                partition: OPEN,
            }
        } else {
            Self {
                name: BY_CREATED,
                partition: LIST,
            }
        }
    }
}

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

    async fn replace(&self, execution: &Execution) -> Result<bool, ProviderError> {
        let operation = format!("dynamodb:PutItem `{}`", execution.id);
        let before = execution.revision.saturating_sub(1);
        // A row of a program that counted no revisions yet has none, and is not a row that is not there.
        let condition = if before == 0 {
            "#revision = :before OR (attribute_exists(#pk) AND attribute_not_exists(#revision))"
        } else {
            "#revision = :before AND attribute_exists(#pk)"
        };
        let put = self
            .cloud
            .tables
            .put_item()
            .table_name(&self.installation.table)
            .set_item(Some(self.row(execution)?))
            .condition_expression(condition)
            .expression_attribute_names("#revision", rows::REVISION)
            .expression_attribute_names("#pk", PARTITION_KEY)
            .expression_attribute_values(":before", AttributeValue::N(before.to_string()));
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
        let index = Index::of(page);
        let mut executions: Vec<Execution> = Vec::new();
        let token = page.token.as_deref();
        let mut start = token.and_then(|token| rows::list_key(token, index.partition));
        let mut requests = 0;
        // One more than asked for tells whether there is a next page.
        while executions.len() <= page.limit {
            let answer = self.page_of_rows(index, page, start).await?;
            for item in answer.items() {
                executions.push(rows::execution(item)?);
            }
            start = answer.last_evaluated_key;
            requests += 1;
            if start.is_none() || requests >= REQUESTS {
                break;
            }
        }
        if executions.len() > page.limit {
            executions.truncate(page.limit);
            let next = executions.last().map(rows::created);
            return Ok(Listing { executions, next });
        }
        // What was looked through in vain is not looked through again.
        let next = start.and_then(|start| rows::place(&start));
        Ok(Listing { executions, next })
    }

    async fn forget(&self, _: u64, _: usize) -> Result<Vec<Execution>, ProviderError> {
        // Every item has its time to live.
        Ok(Vec::new())
    }

    async fn frames(&self, id: &AttemptId, after: u64) -> Result<Vec<Frame>, ProviderError> {
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

    async fn milestones(&self, id: &AttemptId) -> Result<Vec<Frame>, ProviderError> {
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
        index: Index,
        page: &Page,
        start: Option<Item>,
    ) -> Result<aws_sdk_dynamodb::operation::query::QueryOutput, ProviderError> {
        let earliest = page.since_ms.unwrap_or_default();
        let latest = page
            .until_ms
            .map_or(u64::MAX, |until| until.saturating_sub(1));
        let mut query = self
            .cloud
            .tables
            .query()
            .table_name(&self.installation.table)
            .index_name(index.name)
            .key_condition_expression("#list = :rows AND #created BETWEEN :earliest AND :latest")
            .expression_attribute_names("#list", index.partition)
            .expression_attribute_names("#created", CREATED)
            .expression_attribute_values(":rows", text(rows::ROWS))
            .expression_attribute_values(":earliest", text(&rows::digits(earliest)))
            // `~` comes after every letter of an id.
            .expression_attribute_values(":latest", text(&format!("{}#~", rows::digits(latest))))
            .scan_index_forward(false)
            .limit(i32::try_from(PAGE).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start);
        let mut conditions = Vec::new();
        if !page.states.is_empty() {
            let names: Vec<String> = page
                .states
                .iter()
                .map(|state| format!(":{state}"))
                .collect();
            conditions.push(format!("#state IN ({})", names.join(", ")));
            query = query.expression_attribute_names("#state", rows::STATE);
            for (name, state) in names.into_iter().zip(&page.states) {
                query = query.expression_attribute_values(name, text(state.name()));
            }
        }
        for (place, tag) in page.tags.iter().enumerate() {
            conditions.push(format!("contains(#tags, :tag{place})"));
            query = query
                .expression_attribute_names("#tags", rows::TAGS)
                .expression_attribute_values(format!(":tag{place}"), text(tag.as_str()));
        }
        if !conditions.is_empty() {
            query = query.filter_expression(conditions.join(" AND "));
        }
        query
            .send()
            .await
            .map_err(|error| self.cloud.refusal("dynamodb:Query", &error))
    }

    /// The chunk that the frame `seq` may be in, if it is not the first of one.
    async fn chunk_with(&self, id: &AttemptId, seq: u64) -> Result<Option<Item>, ProviderError> {
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

    async fn chunks_from(&self, id: &AttemptId, seq: u64) -> Result<Vec<Item>, ProviderError> {
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
        id: &AttemptId,
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
