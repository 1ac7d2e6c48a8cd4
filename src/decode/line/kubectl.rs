//! `kubectl logs --prefix`: `[pod/NAME/CONTAINER] message`.

use super::super::{LineLayer, Peeled, Settings, context};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "kubectl-prefix",
    title: "kubectl logs --prefix",
    example: "[pod/assistant-6d9f7c-x2x4p/assistant] INFO:app:ticket summarised",
    is_verified: false,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, _: &Settings) -> Option<Peeled<'a>> {
    let (prefix, message) = text.strip_prefix("[pod/")?.split_once(']')?;
    let (pod, container) = prefix.split_once('/')?;
    if prefix.contains(' ') || pod.is_empty() {
        return None;
    }
    context::stream(context, pod);
    context::stream(context, container);
    context::name(&mut context.host_name, Some(pod));
    context::name(&mut context.service, Some(container));
    Some(Peeled::text(message.strip_prefix(' ').unwrap_or(message)))
}
