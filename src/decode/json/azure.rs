//! Rows of Azure Monitor and Application Insights (`AppTraces`, `AppExceptions`, `ContainerLogV2`,
//! classic names), and the storage export with `category` and `properties`.

use serde_json::{Map, Value};

use super::merged::merged;
use crate::decode::fields::{at, first, first_text, has, number, take};
use crate::decode::{Inner, JsonLayer, Settings, context, lenient, level, time};
use crate::model::{Context, Event, Exchange};

pub(in crate::decode) const LAYER: JsonLayer = JsonLayer {
    name: "azure",
    title: "Azure Monitor and Application Insights rows",
    example: r#"{"TimeGenerated":"2026-11-21T04:38:46.1958621Z","Message":"INFO:app:ticket summarised","SeverityLevel":1,"OperationId":"0af7651916cd43dd8448eb211c80319c","AppRoleName":"assistant"}"#,
    keys: &["TimeGenerated", "TimeGenerated [UTC]", "cloud_RoleName", "operation_Id", "resourceId"],
    is_verified: false,
    peel,
};

/// Columns that hold what the application wrote.
const MESSAGES: &[&str] = &[
    "Message",
    "message",
    "LogMessage",
    "LogEntry",
    "Log_s",
    "ResultDescription",
    "OuterMessage",
    "outerMessage",
];
const SERVICE: &[&str] =
    &["AppRoleName", "cloud_RoleName", "ContainerName", "ContainerAppName_s", "ContainerName_s", "SiteName"];
const HOST: &[&str] =
    &["AppRoleInstance", "cloud_RoleInstance", "PodName", "ContainerGroupName_s", "Computer", "Host"];
const STREAM: &[&str] = &[
    "AppRoleInstance",
    "cloud_RoleInstance",
    "Computer",
    "PodName",
    "ContainerName",
    "ContainerAppName_s",
    "LogSource",
    "Stream_s",
];

fn peel(mut value: Value, context: &mut Context, settings: &Settings) -> Result<Inner, Value> {
    let is_row = has(&value, "TimeGenerated")
        || has(&value, "TimeGenerated [UTC]")
        || has(&value, "cloud_RoleName")
        || has(&value, "operation_Id");
    let is_export = has(&value, "resourceId") && has(&value, "category") && has(&value, "properties");
    if !is_row && !is_export {
        return Err(value);
    }
    note(&value, context, settings);
    if is_export && !is_row {
        return Ok(take(&mut value, "properties").map_or(Inner::Skip, Inner::of));
    }
    if let Some(exchange) = dependency(&value) {
        let mut event = Event { context: context.clone(), count: 1, ..Event::default() };
        event.exchange = Some(Box::new(exchange));
        event.fields = Some(value);
        return Ok(Inner::Event(Box::new(event)));
    }
    if first_text(&value, &["ExceptionType", "InnermostType", "OuterType", "innermostType", "outerType"])
        .is_some()
    {
        return Ok(Inner::Json(exception(&value)));
    }
    let attributes = MESSAGES
        .iter()
        .find_map(|key| take(&mut value, key))
        .map(|message| (message, properties(&mut value)));
    Ok(match attributes {
        Some((message, attributes)) => merged(Some(message), attributes),
        None => Inner::Json(value),
    })
}

fn note(value: &Value, context: &mut Context, settings: &Settings) {
    let stamp =
        first(value, &["TimeGenerated", "TimeGenerated [UTC]", "timestamp", "timestamp [UTC]", "time"]);
    context::wrapper_time(context, stamp.and_then(|stamp| time::from_json(stamp, settings)));
    let severity = first(value, &["SeverityLevel", "severityLevel"]).and_then(number).and_then(level::azure);
    let word = first_text(value, &["Level", "level", "LogLevel"]).and_then(level::level_of);
    context.level = severity.or(word).or(context.level);
    context::name(&mut context.service, first_text(value, SERVICE));
    context::name(&mut context.release, first_text(value, &["AppVersion", "application_Version"]));
    context::name(&mut context.host_name, first_text(value, HOST));
    context::trace(context, first_text(value, &["OperationId", "operation_Id"]));
    for key in STREAM {
        context::stream(context, first_text(value, &[key]).unwrap_or_default());
    }
}

/// `Properties` or `customDimensions`, which may be JSON in a string.
fn properties(value: &mut Value) -> Map<String, Value> {
    let properties = ["Properties", "customDimensions"].iter().find_map(|key| take(value, key));
    let properties = match properties {
        Some(Value::String(text)) => lenient::parse(&text),
        other => other,
    };
    match properties {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// An exception row as a record with a message and an exception.
fn exception(value: &Value) -> Value {
    let text = |keys: &[&str]| first_text(value, keys).map(str::to_owned);
    let message = text(&["OuterMessage", "outerMessage", "Message", "message"]);
    let inner = text(&["InnermostMessage", "innermostMessage"]);
    let class = text(&["InnermostType", "innermostType", "ExceptionType", "OuterType", "type"]);
    let details = first(value, &["Details", "details"]);
    let details = match details {
        Some(Value::String(text)) => lenient::parse(text),
        other => other.cloned(),
    };
    let stack = details
        .as_ref()
        .and_then(|details| first_text(details.get(0)?, &["rawStack", "stack"]))
        .map(str::to_owned);
    serde_json::json!({
        "message": message,
        "exception": { "type": class, "message": inner, "stack": stack },
        "row": value,
    })
}

/// A call that the application made.
fn dependency(value: &Value) -> Option<Exchange> {
    let status = first(value, &["ResultCode", "resultCode"]).and_then(number)?;
    let kind = first_text(value, &["DependencyType", "type", "Type"]).unwrap_or_default();
    if !(kind.starts_with("HTTP") || kind == "Http" || kind == "AppDependencies")
        || at(value, "Target").or(at(value, "target")).is_none()
    {
        return None;
    }
    let name = first_text(value, &["Name", "name"]).unwrap_or_default();
    let method = name
        .split(' ')
        .next()
        .filter(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase()));
    Some(Exchange {
        method: method.map(str::to_owned),
        url: first_text(value, &["Data", "data", "Target", "target"]).map(str::to_owned),
        status: u16::try_from(status).ok().filter(|status| (100..600).contains(status)),
        ..Exchange::default()
    })
}
