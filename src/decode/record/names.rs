//! Who, where and when, by the names that loggers use.

use serde_json::Value;

use super::{exception, times};
use crate::decode::fields::{at, first, first_text, has, number, text_at};
use crate::decode::paths::Paths;
use crate::decode::{Settings, context, level};
use crate::model::{Context, Level};

static LEVEL: Paths = Paths::new(&[
    "level",
    "levelname",
    "log.level",
    "severity",
    "severity_text",
    "severityText",
    "lvl",
    "loglevel",
    "log_level",
    "logLevel",
    "LogLevel",
    "@l",
    "Level",
    "record.level.name",
    "_meta.logLevelName",
    "Severity",
    "_level_name",
    "level_name",
    "levelName",
    "SeverityText",
    "log.severity",
    "fields.level",
]);
static LOGGER: Paths = Paths::new(&[
    "logger",
    "logger_name",
    "loggerName",
    "log.logger",
    "SourceContext",
    "Properties.SourceContext",
    "Category",
    "target",
    "_log_logger",
    "record.name",
    "logger.name",
    "scope",
    "component",
    "channel",
]);
static SERVICE: Paths = Paths::new(&[
    "service.name",
    "service",
    "serviceName",
    "service_name",
    "serviceContext.service",
    "dd.service",
    "app",
    "app.name",
    "application",
    "appName",
    "app_name",
    "Application",
    "Properties.Application",
    "resource.service.name",
    "otelServiceName",
    "kubernetes.labels.app",
    "container_name",
    "Service",
]);
static ENVIRONMENT: Paths = Paths::new(&[
    "environment",
    "env",
    "deployment.environment.name",
    "deployment.environment",
    "service.environment",
    "sentry.environment",
    "dd.env",
    "NODE_ENV",
    "app_env",
    "stage",
    "Properties.Environment",
]);
static RELEASE: Paths = Paths::new(&[
    "release",
    "service.version",
    "serviceContext.version",
    "app_version",
    "appVersion",
    "dd.version",
    "AppVersion",
    "sentry.release",
    "git_sha",
    "version",
]);
static HOST: Paths = Paths::new(&[
    "host.name",
    "host.hostname",
    "host",
    "hostname",
    "host_name",
    "server_name",
    "_HOSTNAME",
    "kubernetes.pod_name",
    "pod",
    "instance",
    "AppRoleInstance",
    "MachineName",
    "Properties.MachineName",
    "logStreamName",
    "Host",
]);
static TRACE: Paths = Paths::new(&[
    "trace_id",
    "traceId",
    "trace.id",
    "traceID",
    "TraceId",
    "dd.trace_id",
    "otelTraceID",
    "@tr",
    "OperationId",
    "logging.googleapis.com/trace",
    "contexts.trace.trace_id",
    "traceparent",
    "trace",
    "span.trace_id",
    "mdc.traceId",
]);

/// Puts into the context what the record says. Its own time displaces a wrapper's when it has a zone.
pub(super) fn note(value: &Value, context: &mut Context, settings: &Settings) {
    times::own(value, context, settings);
    context.level = level_of(value).or(context.level);
    let is_error = exception::merged_name(value).is_some();
    let named = first_text(value, &["name"]).filter(|name| !name.contains(' ') && !is_error);
    let is_node = has(value, "pid") && has(value, "hostname");
    context::name(&mut context.logger, LOGGER.texts(value).next().or(named.filter(|_| !is_node)));
    context::name(&mut context.service, SERVICE.texts(value).next().or(named.filter(|_| is_node)));
    context::name(&mut context.environment, ENVIRONMENT.texts(value).next());
    let is_format_version = has(value, "short_message") || has(value, "@version") || has(value, "logName");
    let release = RELEASE.texts(value).next().filter(|_| !is_format_version);
    context::name(&mut context.release, release);
    context::name(&mut context.host_name, HOST.texts(value).next());
    context::trace(context, TRACE.texts(value).next());
}

fn level_of(value: &Value) -> Option<Level> {
    for found in LEVEL.values(value) {
        let level = match number(found) {
            Some(number) => numeric(value, number),
            None => found.as_str().or_else(|| text_at(found, "name")).and_then(level::level_of),
        };
        if level.is_some() {
            return level;
        }
    }
    let otel = first(value, &["severityNumber", "severity_number"]).and_then(number).and_then(level::otel);
    let python = at(value, "levelno").and_then(number).and_then(level::python);
    let journald = at(value, "PRIORITY").and_then(number).and_then(level::syslog);
    let azure = first(value, &["SeverityLevel", "severityLevel"]).and_then(number).and_then(level::azure);
    otel.or(python).or(journald).or(azure).or_else(|| implied(value))
}

/// The scale of a number shows in the keys beside it.
fn numeric(value: &Value, number: i64) -> Option<Level> {
    if has(value, "short_message") {
        return level::syslog(number);
    }
    let is_python =
        has(value, "levelno") || has(value, "asctime") || has(value, "levelname") || has(value, "funcName");
    let is_node = has(value, "pid") || has(value, "hostname") || has(value, "msg") || has(value, "v");
    match number {
        0..=7 => level::syslog(number),
        _ if is_python || !is_node => level::python(number),
        _ => level::pino(number),
    }
}

/// A level that a logger leaves out, or keeps under a name that means other things elsewhere.
fn implied(value: &Value) -> Option<Level> {
    if has(value, "@t") && (has(value, "@m") || has(value, "@mt")) {
        return Some(Level::Info);
    }
    if has(value, "L") && has(value, "M") {
        return text_at(value, "L").and_then(level::level_of);
    }
    if has(value, "v") && has(value, "err") && has(value, "msg") {
        return Some(Level::Error);
    }
    first_text(value, &["status", "Status"]).and_then(level::level_of)
}
