//! How client libraries show the answer of a server that they take for OpenAI: nothing in these texts is a host.

use serde_json::{Value, json};

/// The text that a client library writes of a status and a body; `None` where it shows nothing of the body.
pub(crate) type Rendering = fn(u16, &Value) -> Option<String>;

/// Every rendering: the name of what writes it, whether more than the sentence of the error is shown, and how.
pub(crate) const ALL: &[(&str, bool, Rendering)] = &[
    ("openai-python", true, python),
    ("openai-python in a traceback", true, traceback),
    ("openai-python as repr", true, python_repr),
    ("openai-python from 3.38 on", false, python_message),
    ("openai-python behind the notice of a retry", true, retried),
    ("tenacity", true, tenacity),
    ("LangChain", true, langchain),
    ("pydantic-ai", true, pydantic_ai),
    ("Sentry", true, sentry),
    ("a JSON log", true, json_log),
    ("LiteLLM", false, litellm),
    ("LiteLLM with the body", true, litellm_body),
    ("openai-node, the stack", false, node_stack),
    ("openai-node, the dump", true, node_dump),
    ("openai-node, the dump with headers of limits", true, node_dump_with_limits),
    ("openai-node in pino", true, pino),
    ("Vercel AI SDK", true, vercel),
    ("openai-java", false, java),
    ("openai-dotnet", false, dotnet),
    ("go-openai", false, go),
    ("async-openai", false, rust),
    ("prose with the body", true, prose),
];

const HEAD: &str = "2026-11-16 09:12:44,031 ERROR app.llm ";

/// The class that openai-python and openai-node raise.
fn class(status: u16) -> &'static str {
    match status {
        400 => "BadRequestError",
        401 => "AuthenticationError",
        403 => "PermissionDeniedError",
        404 => "NotFoundError",
        429 => "RateLimitError",
        500.. => "InternalServerError",
        _ => "APIStatusError",
    }
}

/// The body without the list around it.
fn answer(body: &Value) -> &Value {
    body.get(0).unwrap_or(body)
}

/// The error object, or the body that is none.
fn error(body: &Value) -> &Value {
    answer(body).get("error").filter(|error| error.is_object()).unwrap_or_else(|| answer(body))
}

/// The sentence for people.
fn message(body: &Value) -> Option<&str> {
    ["message", "error", "detail", "error_msg", "Message"]
        .iter()
        .find_map(|name| error(body).get(*name)?.as_str())
}

fn word<'a>(body: &'a Value, name: &str) -> &'a str {
    error(body).get(name).and_then(Value::as_str).unwrap_or("None")
}

/// A string in the quotes that Python and Node prefer.
fn text(value: &str) -> String {
    let quote = if value.contains('\'') && !value.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for letter in value.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            letter if letter == quote => out.extend(['\\', letter]),
            letter => out.push(letter),
        }
    }
    out.push(quote);
    out
}

/// `repr()` of Python.
fn repr(value: &Value) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(string) => text(string),
        Value::Array(values) => format!("[{}]", list(values.iter().map(repr).collect())),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| format!("{}: {}", text(name), repr(value));
            format!("{{{}}}", list(members.iter().map(member).collect()))
        }
    }
}

/// `util.inspect()` of Node.
fn inspect(value: &Value, indent: usize) -> String {
    let blanks = " ".repeat(indent);
    match value {
        Value::Array(values) => {
            let parts: Vec<String> = values.iter().map(|value| inspect(value, indent + 2)).collect();
            format!("[ {} ]", parts.join(", "))
        }
        Value::Object(members) => {
            let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let member = |(name, value): (&String, &Value)| {
                let name = if is_name(name) { name.clone() } else { text(name) };
                format!("{blanks}  {name}: {}", inspect(value, indent + 2))
            };
            let parts: Vec<String> = members.iter().map(member).collect();
            format!("{{\n{}\n{blanks}}}", parts.join(",\n"))
        }
        Value::String(string) => text(string),
        other => other.to_string(),
    }
}

fn exception(status: u16, body: &Value) -> String {
    format!("Error code: {status} - {}", repr(body))
}

fn python(status: u16, body: &Value) -> Option<String> {
    Some(format!("{HEAD}request failed: {}", exception(status, body)))
}

fn traceback(status: u16, body: &Value) -> Option<String> {
    let (class, exception) = (class(status), exception(status, body));
    Some(format!(
        "{HEAD}request failed\nTraceback (most recent call last):\n  File \"/srv/app/llm.py\", line 35, in ask\n    \
         return client.chat.completions.create(model=model, messages=messages)\n  File \
         \"/srv/venv/lib/python3.11/site-packages/openai/_base_client.py\", line 1044, in request\n    raise \
         self._make_status_error_from_response(err.response) from None\nopenai.{class}: {exception}"
    ))
}

fn python_repr(status: u16, body: &Value) -> Option<String> {
    Some(format!("{HEAD}request failed: {}({})", class(status), text(&exception(status, body))))
}

/// Only the message of an error object is shown.
fn python_message(status: u16, body: &Value) -> Option<String> {
    let message = body.get("error").map_or(body, |error| error).get("message")?.as_str()?;
    Some(format!("{HEAD}openai.{}: Error code: {status} - {message}", class(status)))
}

fn retried(status: u16, body: &Value) -> Option<String> {
    let notice = "INFO openai._base_client Retrying request to /chat/completions in 0.412000 seconds";
    Some(format!("2026-11-16 09:12:43,031 {notice}\n{HEAD}request failed: {}", exception(status, body)))
}

fn tenacity(status: u16, body: &Value) -> Option<String> {
    let raised = format!("{}: {}.", class(status), exception(status, body));
    Some(format!(
        "2026-11-16 09:12:44,031 WARNING app.llm Retrying llm.complete in 1.0 seconds as it raised {raised}"
    ))
}

fn langchain(status: u16, body: &Value) -> Option<String> {
    let class = format!("langchain_openai.chat_models.base.OpenAI{}", class(status));
    Some(format!("{HEAD}{class}: {}", exception(status, body)))
}

fn pydantic_ai(status: u16, body: &Value) -> Option<String> {
    let body = repr(error(body));
    let class = "pydantic_ai.exceptions.ModelHTTPError";
    Some(format!("{HEAD}{class}: status_code: {status}, model_name: gpt-4o, body: {body}"))
}

fn sentry(status: u16, body: &Value) -> Option<String> {
    let raised = json!({"type": class(status), "module": "openai", "value": exception(status, body)});
    let event = json!({
        "event_id": "0".repeat(32), "timestamp": "2026-11-16T09:12:44Z", "platform": "python",
        "level": "error", "exception": {"values": [raised]},
    });
    Some(event.to_string())
}

fn json_log(status: u16, body: &Value) -> Option<String> {
    let record = json!({
        "level": "error", "time": "2026-11-16T09:12:44Z", "logger": "openai", "status": status,
        "msg": "openai call failed", "error": exception(status, body),
    });
    Some(record.to_string())
}

fn litellm(status: u16, body: &Value) -> Option<String> {
    let class = class(status);
    Some(format!("litellm.{class}: {class}: OpenAIException - {}", message(body)?))
}

fn litellm_body(status: u16, body: &Value) -> Option<String> {
    let class = class(status);
    Some(format!("litellm.{class}: {class}: OpenAIException - {}", exception(status, body)))
}

/// The message of an error object, else the answer as JSON.
fn node_message(status: u16, body: &Value) -> String {
    let error = body.get("error").unwrap_or(body);
    let message = error.get("message").and_then(Value::as_str).map(str::to_owned);
    format!("{status} {}", message.unwrap_or_else(|| error.to_string()))
}

fn node_stack(status: u16, body: &Value) -> Option<String> {
    Some(format!(
        "{}: {}\n    at APIError.generate (/app/node_modules/openai/core/error.js:48:20)\n    at \
         OpenAI.makeStatusError (/app/node_modules/openai/client.js:449:32)\n    at async ask (/app/src/llm.js:12:20)",
        class(status),
        node_message(status, body)
    ))
}

fn node_dump(status: u16, body: &Value) -> Option<String> {
    let error = body.get("error").unwrap_or(body);
    let member = |name: &str| inspect(error.get(name).unwrap_or(&Value::Null), 2);
    Some(format!(
        "{} {{\n  status: {status},\n  headers: Headers {{ date: 'Mon, 16 Nov 2026 09:12:44 GMT' }},\n  requestID: \
         null,\n  error: {},\n  code: {},\n  param: null,\n  type: {}\n}}",
        node_stack(status, body)?,
        inspect(error, 2),
        member("code"),
        member("type")
    ))
}

fn node_dump_with_limits(status: u16, body: &Value) -> Option<String> {
    let limits = "headers: Headers { 'x-ratelimit-limit-requests': '14400', 'x-ratelimit-remaining-requests': '14399',";
    Some(node_dump(status, body)?.replace("headers: Headers {", limits))
}

fn pino(status: u16, body: &Value) -> Option<String> {
    let error = body.get("error").unwrap_or(body);
    let message = node_message(status, body);
    let thrown = json!({
        "type": class(status), "message": message, "status": status, "headers": {}, "requestID": null,
        "stack": format!("Error: {message}\n    at APIError.generate (/app/node_modules/openai/core/error.js:48:20)"),
        "error": error, "code": error.get("code"),
    });
    Some(json!({"level": 50, "time": 1_795_237_645_279_u64, "err": thrown, "msg": "chat failed"}).to_string())
}

fn vercel(status: u16, body: &Value) -> Option<String> {
    let body_text = text(&body.to_string());
    Some(format!(
        "APICallError [AI_APICallError]: {}\n    at \
         file:///app/node_modules/@ai-sdk/openai/dist/index.mjs:1012:14 {{\n  statusCode: {status},\n  \
         responseHeaders: {{ 'content-type': 'application/json' }},\n  responseBody: {body_text},\n  isRetryable: \
         false\n}}",
        message(body).unwrap_or("Unauthorized")
    ))
}

fn java(status: u16, body: &Value) -> Option<String> {
    let class = match status {
        400 => "BadRequestException",
        401 => "UnauthorizedException",
        403 => "PermissionDeniedException",
        404 => "NotFoundException",
        429 => "RateLimitException",
        _ => "UnexpectedStatusCodeException",
    };
    let at = "com.openai.core.handlers.ErrorHandler$errorHandler$1.handle(ErrorHandler.kt:60)";
    Some(format!("com.openai.errors.{class}: {status}: {}\n\tat {at}", message(body)?))
}

fn dotnet(status: u16, body: &Value) -> Option<String> {
    let (kind, code) = (word(body, "type"), word(body, "code"));
    Some(format!(
        "{HEAD}request failed\nSystem.ClientModel.ClientResultException: HTTP {status} ({kind}: {code})\n\n{}\n   at \
         OpenAI.ClientPipelineExtensions.ProcessMessageAsync(ClientPipeline pipeline)",
        message(body)?
    ))
}

fn go(status: u16, body: &Value) -> Option<String> {
    let message = message(body)?;
    Some(format!("2026/11/16 09:12:44 openai chat failed: error, status code: {status}, message: {message}"))
}

fn rust(_: u16, body: &Value) -> Option<String> {
    let (kind, code) = (word(body, "type"), word(body, "code"));
    let message = message(body)?;
    let head = "2026-11-16T09:12:44Z ERROR async_openai_app: chat failed";
    Some(format!("{head} error={kind}: {message} (code: {code})"))
}

fn prose(status: u16, body: &Value) -> Option<String> {
    Some(format!("{HEAD}openai answered {status}: {body}"))
}
