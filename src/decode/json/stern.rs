//! `stern -o json`.

use serde_json::Value;

use crate::decode::fields::{at, first_text, has, take, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "stern-json",
    title: "stern -o json",
    example: r#"{"message":"INFO:app:ticket summarised\n","namespace":"default","podName":"assistant-6d9f7c-x2x4p","containerName":"assistant"}"#,
    keys: &["podName"],
    is_verified: true,
    peel,
};

fn peel(mut value: Value, context: &mut Context, _: &Settings) -> Result<Inner, Value> {
    if !["message", "podName", "containerName"].iter().all(|key| has(&value, key)) {
        return Err(value);
    }
    let app = at(&value, "labels").and_then(|labels| first_text(labels, &["app.kubernetes.io/name", "app"]));
    context::name(&mut context.service, app.or_else(|| text_at(&value, "containerName")));
    context::name(&mut context.host_name, text_at(&value, "podName"));
    for key in ["namespace", "podName", "containerName"] {
        context::stream(context, text_at(&value, key).unwrap_or_default());
    }
    Ok(take(&mut value, "message").map_or(Inner::Skip, Inner::of))
}
