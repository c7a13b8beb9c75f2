//! JSON: the report as it is.

use crate::review::Review;
use crate::review::model::Report;

use super::visible::escaped_json;

/// The report as pretty-printed JSON with a final line break.
#[must_use]
pub fn render(review: &Review) -> String {
    // Serialising cannot fail: the report has string keys only and no maps with other ones.
    let mut text = serde_json::to_string_pretty(&review.report).unwrap_or_default();
    text.push('\n');
    escaped_json(text)
}

/// The JSON Schema of the report.
#[must_use]
pub fn schema() -> String {
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(Report)).unwrap_or_default();
    text.push('\n');
    text
}
