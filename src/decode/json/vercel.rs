//! Log drains of Vercel.

use serde_json::Value;

use crate::decode::fields::{at, first_text, has, take, text_at};
use crate::decode::level::level_of;
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "vercel",
    title: "Vercel log drain",
    example: r#"{"id":"1","deploymentId":"dpl_1","source":"lambda","host":"app.vercel.app","timestamp":1795235926195,"projectId":"prj_1","level":"error","message":"OpenAI request failed","type":"stderr"}"#,
    keys: &["deploymentId"],
    is_verified: true,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    if !["deploymentId", "source", "timestamp"].iter().all(|key| has(&value, key)) {
        return Err(value);
    }
    context::wrapper_time(
        context,
        at(&value, "timestamp").and_then(|stamp| time::from_json(stamp, settings)),
    );
    context.level = text_at(&value, "level").and_then(level_of).or(context.level);
    context::name(&mut context.service, first_text(&value, &["projectName", "projectId"]));
    context::name(&mut context.environment, text_at(&value, "environment"));
    context::name(&mut context.release, text_at(&value, "deploymentId"));
    context::name(&mut context.host_name, text_at(&value, "host"));
    context::trace(context, first_text(&value, &["traceId", "trace.id"]));
    for key in ["host", "source", "requestId"] {
        context::stream(context, text_at(&value, key).unwrap_or_default());
    }
    // Without a message it only tells of a request that came in.
    Ok(take(&mut value, "message").map_or(Inner::Skip, Inner::of))
}
