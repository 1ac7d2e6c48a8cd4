//! `aws logs tail` in its detailed form: `time stream message`.
//!
//! Nothing marks the name of the stream, so only names with a slash and a generated last part count.

use super::super::{LineLayer, Peeled, Settings, context, time};
use super::grammar::iso;
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "aws-logs-tail",
    title: "aws logs tail",
    example: "2026-11-21T04:38:46.189000+00:00 assistant/web/0a1b2c3d4e5f60718293a4b5c6d7e8f9 INFO:app:ticket summarised",
    is_verified: true,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    let stamp =
        iso(text).filter(|stamp| stamp.has_t && stamp.digits == 6 && stamp.time.ends_with("+00:00"))?;
    let rest = stamp.rest.strip_prefix(' ')?;
    let (stream, message) = rest.split_once(' ').unwrap_or((rest, ""));
    if !is_stream(stream) {
        return None;
    }
    context::wrapper_time(context, time::parse(stamp.time, settings));
    context::stream(context, stream);
    Some(Peeled::text(message))
}

/// `2026/11/21/[$LATEST]0a1b…`, `prefix/container/0a1b…`, `i-0a1b2c3d…` of an instance.
fn is_stream(name: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if name.strip_prefix("i-").is_some_and(|instance| instance.len() >= 8 && is_hex(instance)) {
        return true;
    }
    let Some((path, last)) = name.rsplit_once('/') else { return false };
    let identity = last.rsplit_once(']').map_or(last, |(_, identity)| identity);
    !path.is_empty()
        && !path.starts_with('/')
        && !name.contains("://")
        && identity.len() >= 16
        && identity.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::is_stream;

    #[test]
    fn streams_of_functions_tasks_and_instances_are_known() {
        assert!(is_stream("2026/11/21/[$LATEST]0a1b2c3d4e5f60718293a4b5c6d7e8f9"));
        assert!(is_stream("assistant/web/0a1b2c3d4e5f60718293a4b5c6d7e8f9"));
        assert!(is_stream("i-0a1b2c3d4e5f60718"));
        assert!(!is_stream("INFO") && !is_stream("app/web") && !is_stream("i-am") && !is_stream("/a/b"));
    }
}
