//! The one HTTP stack of the agent: it brings its own roots, as an image may hold none.

use std::time::Duration;

use ureq::Agent;
use ureq::config::AutoHeaderValue;

/// How long a server may take to accept a connection, or to begin its answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client that follows redirects and takes every status for an answer. Proxies come from
/// `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.
pub(crate) fn client(answer_within: Option<Duration>) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects_will_error(false)
        .accept(AutoHeaderValue::None)
        .user_agent(AutoHeaderValue::None)
        .timeout_resolve(Some(PATIENCE))
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(answer_within)
        .build()
        .new_agent()
}
