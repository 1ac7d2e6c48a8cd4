//! What CloudWatch Logs sends to subscriptions (Lambda, Kinesis, Firehose, S3).

use serde_json::Value;

use super::cloudwatch;
use crate::decode::fields::{take_list, take_text, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "cloudwatch-subscription",
    title: "CloudWatch Logs subscription",
    example: r#"{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/aws/lambda/assistant","logStream":"s","subscriptionFilters":["f"],"logEvents":[{"id":"1","timestamp":1795235926195,"message":"INFO:app:ticket summarised"}]}"#,
    keys: &["messageType", "logGroup"],
    is_verified: false,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    if text_at(&value, "messageType") == Some("CONTROL_MESSAGE") {
        return Ok(Inner::Skip);
    }
    if text_at(&value, "logGroup").is_none() {
        return Err(value);
    }
    let Some(events) = take_list(&mut value, "logEvents") else { return Err(value) };
    let group = text_at(&value, "logGroup").unwrap_or_default();
    context::name(&mut context.service, group.rsplit('/').next());
    context::name(&mut context.host_name, text_at(&value, "logStream"));
    context::stream(context, group);
    context::stream(context, text_at(&value, "logStream").unwrap_or_default());
    let many = events.into_iter().filter_map(|mut event| {
        let mut context = context.clone();
        cloudwatch::event(&event, &mut context, settings);
        Some((context, Inner::text(take_text(&mut event, "message")?)))
    });
    Ok(Inner::Many(many.collect()))
}
