//! Results of Splunk: `{"result":{"_raw":…}}` of exports, `{"_raw":…}` of result lists; and those of Sumo Logic, with
//! names of its own beside `_raw`.

use serde_json::Value;

use crate::decode::fields::{first, first_text, has, take, take_text, text_at};
use crate::decode::{Inner, JsonLayer, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "splunk",
    title: "Splunk results",
    example: r#"{"preview":false,"offset":0,"result":{"_raw":"INFO:app:ticket summarised","_time":"2026-11-21T04:38:46.189+00:00","host":"app-1","source":"/var/log/app.log","sourcetype":"assistant"}}"#,
    keys: &["_raw", "result"],
    is_verified: false,
    peel,
};

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let mut result = if has(&value, "_raw") {
        value
    } else if value.get("result").is_some_and(|result| has(result, "_raw") || has(result, "_time")) {
        take(&mut value, "result").unwrap_or_default()
    } else {
        return Err(value);
    };
    let stamp = first(&result, &["_time", "_messagetime", "timestamp", "_indextime"]);
    context::wrapper_time(context, stamp.and_then(|stamp| time::from_json(stamp, settings)));
    context::name(&mut context.host_name, first_text(&result, &["host", "_sourcehost"]));
    context::name(&mut context.service, text_at(&result, "service"));
    for key in ["host", "source"] {
        context::stream(context, text_at(&result, key).unwrap_or_default());
    }
    Ok(take_text(&mut result, "_raw").map_or(Inner::Json(result), Inner::text))
}
