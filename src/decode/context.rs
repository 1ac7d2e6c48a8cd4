//! What wrappers say about who, where and when, put into a context.

use std::sync::Arc;

use serde_json::Value;

use super::fields::{first_text, text_at};
use super::level::level_of;
use crate::model::{Context, Stamp, StampOrigin};

/// Adds a part to the key of the stream; blank parts add nothing.
pub(super) fn stream(context: &mut Context, part: &str) {
    let part = part.trim();
    if part.is_empty() || part == "-" {
        return;
    }
    if !context.stream.is_empty() {
        context.stream.push('/');
    }
    context.stream.push_str(part);
}

/// Sets a name, unless it is blank or the `-` of syslog.
pub(super) fn name(slot: &mut Option<Arc<str>>, value: Option<&str>) {
    if let Some(value) = value.map(str::trim).filter(|value| !value.is_empty() && *value != "-") {
        *slot = Some(Arc::from(value));
    }
}

/// The time that a wrapper shows. One without a zone does not displace one that is known.
pub(super) fn wrapper_time(context: &mut Context, stamp: Option<Stamp>) {
    match stamp {
        Some(Stamp { at, origin: StampOrigin::Own }) => {
            context.stamp = Some(Stamp { at, origin: StampOrigin::Wrapper });
        }
        Some(stamp) if context.stamp.is_none() => context.stamp = Some(stamp),
        _ => {}
    }
}

/// A trace id: hexadecimal, from whatever form names it (`projects/p/traces/ID`, `00-ID-SPAN-01`, `0x…`).
pub(super) fn trace(context: &mut Context, value: Option<&str>) {
    let Some(value) = value else { return };
    let value = value.rsplit('/').next().unwrap_or(value).trim();
    let value = value.strip_prefix("0x").unwrap_or(value);
    let mut parts = value.split('-');
    let value = match (parts.next(), parts.next()) {
        (Some(version), Some(id)) if version.len() == 2 && id.len() == 32 => id,
        _ => value,
    };
    let is_id = (16..=40).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && value.bytes().any(|byte| !matches!(byte, b'0' | b'-'));
    if is_id {
        context.trace_id = Some(Arc::from(value.to_ascii_lowercase()));
    }
}

const SERVICE: &[&str] = &[
    "service.name",
    "service_name",
    "service",
    "app.kubernetes.io/name",
    "app",
    "k8s-pod/app",
    "k8s-app",
    "application",
    "container_name",
    "container",
    "k8s.container.name",
    "job",
];
const ENVIRONMENT: &[&str] = &["deployment.environment.name", "deployment.environment", "environment", "env"];
const RELEASE: &[&str] = &["service.version", "app.kubernetes.io/version", "release", "version"];
const HOST: &[&str] =
    &["k8s.pod.name", "pod_name", "pod", "host.name", "hostname", "host", "service.instance.id", "instance"];
const LEVEL: &[&str] = &["level", "detected_level", "severity", "lvl"];
const STREAM: &[&str] = &[
    "host.name",
    "k8s.namespace.name",
    "namespace_name",
    "namespace",
    "k8s.pod.name",
    "pod_name",
    "pod",
    "k8s.container.name",
    "container_name",
    "container",
    "stream",
    "log.iostream",
    "filename",
    "log.file.name",
];

/// What labels of a stream, attributes of a resource or labels of a pod tell.
pub(super) fn labels(context: &mut Context, labels: &Value) {
    name(&mut context.service, first_text(labels, SERVICE));
    name(&mut context.environment, first_text(labels, ENVIRONMENT));
    name(&mut context.release, first_text(labels, RELEASE));
    name(&mut context.host_name, first_text(labels, HOST));
    if let Some(level) = first_text(labels, LEVEL).and_then(level_of) {
        context.level = Some(level);
    }
    for label in STREAM {
        stream(context, text_at(labels, label).unwrap_or_default());
    }
}

/// The `kubernetes` object of Fluent Bit, Fluentd, Vector and Filebeat.
pub(super) fn kubernetes(context: &mut Context, kubernetes: &Value) {
    let pod = first_text(kubernetes, &["pod_name", "pod.name", "pod"]);
    let container = first_text(kubernetes, &["container_name", "container.name", "container"]);
    let app = kubernetes.get("labels").or_else(|| kubernetes.get("pod_labels")).and_then(|labels| {
        first_text(labels, &["app.kubernetes.io/name", "app_kubernetes_io/name", "app", "k8s-app"])
    });
    name(&mut context.service, app.or(container));
    name(
        &mut context.host_name,
        pod.or_else(|| first_text(kubernetes, &["host", "node.name", "pod_node_name"])),
    );
    for part in [first_text(kubernetes, &["namespace_name", "pod_namespace", "namespace"]), pod, container] {
        stream(context, part.unwrap_or_default());
    }
}
