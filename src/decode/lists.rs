//! Where whole JSON documents keep their records.

/// Paths of the arrays in whole JSON documents whose elements are records, for the document framer.
///
/// A path is tried only where every step exists and the last is an array of objects or arrays; the
/// first that fits counts. What stands beside the array (labels of a stream, column names of a table,
/// the resource of a batch) belongs to the layer of that format, so those paths stop above it.
pub const LISTS: &[&[&str]] = &[
    // HAR: each entry is one exchange.
    &["log", "entries"],
    // Elasticsearch and OpenSearch search answers: each hit holds `_source` or `fields`.
    &["hits", "hits"],
    // Loki query answers: each result is a stream with its labels and values.
    &["data", "result"],
    // Loki push bodies: each stream has its labels and values.
    &["streams"],
    // OTLP exports: each batch has its resource and scopes.
    &["resourceLogs"],
    // OTLP exports in snake case.
    &["resource_logs"],
    // CloudWatch `filter-log-events` and `get-log-events`.
    &["events"],
    // CloudWatch Insights rows, Splunk results, and pages of many REST interfaces.
    &["results"],
    // Azure Monitor query answers: each table has its columns and rows.
    &["tables"],
    // Datadog search answers, version 2, and pages of many REST interfaces.
    &["data"],
    // Datadog search answers, version 1, and Vercel.
    &["logs"],
    // Generic wrappers around records.
    &["records"],
    // Generic wrappers around records.
    &["items"],
];
