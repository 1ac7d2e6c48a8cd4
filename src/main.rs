#![allow(missing_docs, clippy::all, clippy::print_stdout)]
use why4xx::pipeline;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let paths: Vec<std::path::PathBuf> = args.iter().skip(1).filter(|a| !a.starts_with("--") && *a != "events").map(|a| a.into()).collect();
    let opts = pipeline::Options::default();
    let (inputs, _) = why4xx::source::inputs(&paths, &opts.source);
    pipeline::run(&inputs, &opts, &mut |call, finding| {
        let s = &call.seen;
        let v = serde_json::json!({"outcome": s.outcome.word(), "cause": finding.as_ref().map(|f| f.cause.id.to_string()), "tier": finding.as_ref().map(|f| f.tier.word()),
          "timestamp": s.context.stamp.map(|t| t.at.to_string()), "status": s.error.status, "code": s.error.code.as_deref(), "type": s.error.kind.as_deref(), "message": s.error.message.as_ref().map(|m| m.as_str()),
          "request_id": s.headers.request_id.as_deref(), "exception": s.exception.as_deref(), "transport": s.transport.map(|t| t.word()), "role": format!("{:?}", s.role), "stream": s.context.stream, "logger": s.context.logger.as_deref(), "key": s.key.as_ref().map(|k| format!("{:?}",k)), "body": format!("{:?}", s.body), "page": s.page.as_ref().map(|m| m.as_str()), "service": s.context.service.as_deref(),
          "count": s.count, "location": {"line": s.place.line, "lines": call.lines}});
        println!("{v}");
    });
}
