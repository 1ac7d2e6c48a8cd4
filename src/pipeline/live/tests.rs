//! A log that grows gives the calls of a run over the whole of it.

use std::fs;
use std::path::Path;

use super::*;
use crate::source;

const LOGS: &[&str] = &[
    "samples/incident/key-revoked.log",
    "samples/rate-limits/rate-limit-tokens.log",
    "samples/credentials/key-invalid.log",
    "samples/look-alikes/quoted.log",
    "samples/formats/containers/kubernetes-cri.log",
    "samples/clients/dotnet",
    "samples/clients/java",
    "samples/clients/python",
];

fn logs() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for log in LOGS {
        let settings =
            source::Settings { skip: &[source::is_expected_result], ..source::Settings::default() };
        let (inputs, _) = source::inputs(&[root.join(log)], &settings);
        texts.extend(inputs.iter().filter_map(|input| fs::read(input.path.as_ref()?).ok()));
    }
    assert!(texts.len() >= LOGS.len());
    texts
}

/// Calls as told and for good, each as place and cause.
type Calls = Vec<(u64, String)>;

fn row(call: &Call, finding: Option<&Finding>) -> (u64, String) {
    let cause = finding.map_or("ok", |finding| &*finding.cause.id);
    (call.seen.place.line, format!("{cause} {:?} {:?}", call.lines, call.seen.outcome))
}

/// Pushes pieces of `size` bytes with a tick behind each `per_tick` of them.
fn live(bytes: &[u8], size: usize, per_tick: usize) -> (Calls, Calls, SourceCoverage) {
    let options = Options::default();
    let mut live = Live::new(Arc::from("text"), 1, 0, &options);
    let (mut seen, mut last) = (Vec::new(), Vec::new());
    let mut sink = |stage, call: Call, finding: Option<Finding>| match stage {
        Stage::Seen => seen.push(row(&call, finding.as_ref())),
        Stage::Final => last.push(row(&call, finding.as_ref())),
    };
    for (index, piece) in bytes.chunks(size).enumerate() {
        live.push(piece, &mut sink);
        if (index + 1) % per_tick == 0 {
            live.tick(&mut sink);
        }
    }
    let read = live.finish(&mut sink);
    (seen, last, read)
}

fn batch(bytes: &[u8]) -> Calls {
    let text = String::from_utf8_lossy(bytes);
    let calls = crate::pipeline::analyze_text(&text, &Options::default());
    calls.iter().map(|(call, finding)| row(call, finding.as_ref())).collect()
}

#[test]
fn the_calls_are_those_of_a_run_over_the_same_bytes() {
    for bytes in logs() {
        for size in [7, 1000, usize::MAX] {
            let (seen, last, read) = live(&bytes, size.min(bytes.len()), usize::MAX);
            assert_eq!(last, batch(&bytes));
            assert_eq!(seen.len(), last.len(), "each call is told once");
            assert_eq!(read.bytes, bytes.len() as u64);
        }
    }
}

#[test]
fn ticks_between_records_change_nothing() {
    let log = "2026-11-16 09:00:0N,000 ERROR app: openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: your-api*****here.', 'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}\n";
    let text: String = (0..9).map(|second| log.replace('N', &second.to_string())).collect();
    let (seen, last, _) = live(text.as_bytes(), log.len(), 1);
    assert_eq!(last, batch(text.as_bytes()));
    assert_eq!(seen.len(), 9);
}

#[test]
fn a_call_is_told_when_two_ticks_pass_in_silence() {
    let log = "2026-11-16 09:00:00,000 ERROR app: Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nopenai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: your-api*****here.', 'code': 'invalid_api_key'}}\n";
    let options = Options::default();
    let mut live = Live::new(Arc::from("text"), 1, 0, &options);
    let mut told = Vec::new();
    live.push(log.as_bytes(), &mut |_, _, _| panic!("too early"));
    live.tick(&mut |_, _, _| panic!("its records may not be complete"));
    assert!(!live.is_idle());
    live.tick(&mut |stage, call, finding| told.push((stage, row(&call, finding.as_ref()))));
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, Stage::Seen);
    assert!(told[0].1.1.starts_with("key-placeholder"), "{told:?}");
    assert!(live.is_idle());
    live.tick(&mut |_, _, _| panic!("told already"));
}

#[test]
fn memory_is_bounded_by_blocks_even_without_line_ends() {
    let options = Options::default();
    let mut live = Live::new(Arc::from("text"), 1, 0, &options);
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..16 {
        live.push(&piece, &mut |_, _, _| {});
        live.tick(&mut |_, _, _| {});
        assert!(live.buffer.len() <= BLOCK + AHEAD + 2 * BACK + (2 << 20), "{}", live.buffer.len());
    }
}
