//! Wrappers and exports that hold records in JSON: one file, one row.

mod merged;

pub(super) mod azure;
pub(super) mod azure_envelope;
pub(super) mod azure_tables;
pub(super) mod cloudflare;
pub(super) mod cloudwatch;
pub(super) mod cloudwatch_insights;
pub(super) mod cloudwatch_subscription;
pub(super) mod datadog;
pub(super) mod docker;
pub(super) mod documents;
pub(super) mod elasticsearch;
pub(super) mod elasticsearch_bulk;
pub(super) mod filebeat;
pub(super) mod fluent_bit;
pub(super) mod gcp;
pub(super) mod gelf;
pub(super) mod journald;
pub(super) mod lambda_platform;
pub(super) mod logcli;
pub(super) mod logstash;
pub(super) mod loki;
pub(super) mod netlify;
pub(super) mod otel_console;
pub(super) mod otlp;
pub(super) mod otlp_spans;
pub(super) mod splunk;
pub(super) mod stern;
pub(super) mod vector;
pub(super) mod vercel;
