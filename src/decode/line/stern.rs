//! stern's default output: `pod container message`, with the namespace first for `--all-namespaces`.
//!
//! Nothing marks the prefix, so only pod names with the random parts that Kubernetes gives them count.

use super::super::{LineLayer, Peeled, Settings, context};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "stern",
    title: "stern",
    example: "assistant-6d9f7c5b8-x2x4p assistant INFO:app:ticket summarised",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, _: &Settings) -> Option<Peeled<'a>> {
    if !text.as_bytes().first()?.is_ascii_lowercase() {
        return None;
    }
    let (first, rest) = text.split_once(' ')?;
    let (second, after_second) = rest.split_once(' ')?;
    if is_pod(first) && is_label(second) {
        note(context, first, second);
        return Some(Peeled::text(after_second));
    }
    let (container, message) = after_second.split_once(' ')?;
    if !is_label(first) || !is_pod(second) || !is_label(container) {
        return None;
    }
    context::stream(context, first);
    note(context, second, container);
    Some(Peeled::text(message))
}

fn note(context: &mut Context, pod: &str, container: &str) {
    context::stream(context, pod);
    context::stream(context, container);
    context::name(&mut context.host_name, Some(pod));
    context::name(&mut context.service, Some(container));
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// `name-6d9f7c5b8-x2x4p`: five random characters, and before them a hash or a number.
fn is_pod(text: &str) -> bool {
    let mut parts = text.rsplit('-');
    let (Some(random), Some(hash), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    is_label(&text.replace('.', "-"))
        && random.len() == 5
        && (6..=10).contains(&hash.len())
        && is_plain(random)
        && is_plain(hash)
        && hash.bytes().any(|byte| byte.is_ascii_digit())
}
