//! `wrangler tail --format json` and Logpush of Cloudflare Workers: what one invocation logged and threw.

use serde_json::Value;

use crate::decode::fields::{first, first_text, text_at};
use crate::decode::level::level_of;
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::{Context, Level};

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "cloudflare-workers",
    title: "Cloudflare Workers tail and Logpush",
    example: r#"{"outcome":"exception","scriptName":"assistant","exceptions":[],"logs":[{"message":["OpenAI request failed"],"level":"error","timestamp":1795235926195}],"eventTimestamp":1795235926100,"event":{}}"#,
    keys: &["outcome", "Outcome"],
    is_verified: false,
    peel,
};

fn peel(value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let is_format = first_text(&value, &["outcome", "Outcome"]).is_some()
        && first(&value, &["logs", "Logs"]).is_some_and(Value::is_array)
        && first(&value, &["exceptions", "Exceptions"]).is_some();
    if !is_format {
        return Err(value);
    }
    let stamp = first(&value, &["eventTimestamp", "EventTimestampMs"]);
    context::wrapper_time(context, stamp.and_then(|stamp| time::from_json(stamp, settings)));
    let script = first_text(&value, &["scriptName", "ScriptName"]);
    context::name(&mut context.service, script);
    context::stream(context, script.unwrap_or_default());
    let list = |keys: &[&str]| first(&value, keys).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut many: Vec<(Context, Inner)> = Vec::new();
    for log in list(&["logs", "Logs"]) {
        let level = first_text(&log, &["level", "Level"]).and_then(level_of);
        let inner =
            first(&log, &["message", "Message"]).map_or(Inner::Skip, |message| Inner::of(spoken(message)));
        many.push((element(&log, context, level, settings), inner));
    }
    for thrown in list(&["exceptions", "Exceptions"]) {
        let name = first_text(&thrown, &["name", "Name"]).unwrap_or("Error");
        let message = first_text(&thrown, &["message", "Message"]).unwrap_or_default();
        let stack = text_at(&thrown, "stack").map(|stack| format!("\n{stack}")).unwrap_or_default();
        let inner = Inner::text(format!("{name}: {message}{stack}"));
        many.push((element(&thrown, context, Some(Level::Error), settings), inner));
    }
    Ok(Inner::Many(many))
}

fn element(value: &Value, context: &Context, level: Option<Level>, settings: &Settings) -> Context {
    let mut context = context.clone();
    let stamp = first(value, &["timestamp", "TimestampMs"]);
    context::wrapper_time(&mut context, stamp.and_then(|stamp| time::from_json(stamp, settings)));
    context.level = level.or(context.level);
    context
}

/// The arguments of one `console` call, as the console would show them.
fn spoken(message: &Value) -> Value {
    match message {
        Value::Array(arguments) if arguments.len() == 1 => arguments.first().cloned().unwrap_or_default(),
        Value::Array(arguments) => {
            let texts = arguments.iter().map(|argument| match argument {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            Value::String(texts.collect::<Vec<_>>().join(" "))
        }
        other => other.clone(),
    }
}
