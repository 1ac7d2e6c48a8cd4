//! Heads of text records: does a line begin a record, and what does its head tell?
//!
//! In goes one line without colour codes and wrapper prefixes; out comes the [`Head`] with the ranges
//! of time and logger, the level, and where the message begins. One row of [`HEADS`] a shape, tried in
//! order. Times are only located here, never parsed. Facts: `input-formats.md`, section 4.

mod clock;
mod dated;
mod labelled;
mod shapes;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use self::clock::ZONES;
pub(crate) use self::clock::time_length;
use self::dated::{bracketed, dated};
use self::labelled::{labelled, may_begin};
use self::shapes::{
    badge, dotnet, epoch, go_log, java_util, klog, level_bracket, level_first, logfmt, logrus_tty,
    python_basic, rich, ruby, systemd, uvicorn,
};
use crate::model::{Head, Level};

/// One shape of record head.
pub(crate) struct HeadShape {
    /// Name, unique.
    pub(crate) name: &'static str,
    /// Example that the shape recognises.
    pub(crate) example: &'static str,
    /// Whether a head of this shape can begin with a byte.
    begins: fn(&u8) -> bool,
    parse: fn(&str) -> Option<Head>,
}

impl HeadShape {
    fn head(&self, line: &str) -> Option<Head> {
        line.as_bytes().first().filter(|first| (self.begins)(first)).and_then(|_| (self.parse)(line))
    }
}

/// All shapes, the more specific first.
pub(crate) const HEADS: &[HeadShape] = &[
    HeadShape {
        name: "bracketed",
        example: "[2026-11-21 04:43:38 +0000] [5847] [ERROR] Error handling",
        begins: |byte| *byte == b'[',
        parse: bracketed,
    },
    HeadShape {
        name: "java.util.logging",
        example: "Nov 21, 2026 4:41:39 AM J main",
        begins: u8::is_ascii_uppercase,
        parse: java_util,
    },
    HeadShape {
        name: "go log",
        example: "2026/11/21 04:45:45 msg",
        begins: u8::is_ascii_digit,
        parse: go_log,
    },
    HeadShape {
        name: "dated",
        example: "2026-11-21 04:59:05,594 - x - WARNING - line1",
        begins: |byte| byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        parse: dated,
    },
    HeadShape {
        name: "klog",
        example: "E1121 04:38:46.195862   12345 f.go:12] \"msg\"",
        begins: u8::is_ascii_uppercase,
        parse: klog,
    },
    HeadShape {
        name: "ruby logger",
        example: "E, [2026-11-21T04:38:46.195862 #1234] ERROR -- prog: msg",
        begins: u8::is_ascii_uppercase,
        parse: ruby,
    },
    HeadShape {
        name: "level first",
        example: "ERROR 2026-11-21 04:38:46,195 views 812 140 Internal Server Error: /chat/",
        begins: |byte| byte.is_ascii_uppercase() || *byte == b'[',
        parse: level_first,
    },
    HeadShape {
        name: "python basic",
        example: "ERROR:root:openai call failed",
        begins: u8::is_ascii_uppercase,
        parse: python_basic,
    },
    HeadShape {
        name: "uvicorn",
        example: "INFO:     127.0.0.1:40260 - \"GET /boom HTTP/1.1\" 500",
        begins: u8::is_ascii_uppercase,
        parse: uvicorn,
    },
    HeadShape {
        name: ".net console",
        example: "fail: My.Category[0]",
        begins: u8::is_ascii_lowercase,
        parse: dotnet,
    },
    HeadShape {
        name: "rich",
        example: "           ERROR    OpenAI request failed",
        begins: |byte| *byte == b' ',
        parse: rich,
    },
    HeadShape {
        name: "badge",
        example: " ERROR  401 Incorrect API key provided",
        begins: |byte| *byte == b' ',
        parse: badge,
    },
    HeadShape {
        name: "systemd level",
        example: "<3>2026-11-21 04:38:46 My.Category[0] msg",
        begins: |byte| *byte == b'<',
        parse: systemd,
    },
    HeadShape {
        name: "logrus tty",
        example: "ERRO[0000] msg  error=\"x\"",
        begins: u8::is_ascii_uppercase,
        parse: logrus_tty,
    },
    HeadShape {
        name: "level bracket",
        example: "[error] something happened",
        begins: |byte| *byte == b'[',
        parse: level_bracket,
    },
    HeadShape {
        name: "logfmt",
        example: "time=2026-11-21T04:38:46Z level=error msg=\"x\"",
        begins: u8::is_ascii_lowercase,
        parse: logfmt,
    },
    HeadShape {
        name: "epoch",
        example: "1795266065.100 INFO app.llm started",
        begins: |byte| byte.is_ascii_digit() || *byte == b'[',
        parse: epoch,
    },
    HeadShape {
        name: "labelled",
        example: "[Nest] 1  - 11/21/2026, 4:38:46 AM     ERROR [Ctx] failed",
        begins: may_begin,
        parse: labelled,
    },
];

/// The head of a line, when the line begins a record of a known shape.
pub(crate) fn parse(line: &str) -> Option<Head> {
    HEADS.iter().find_map(|shape| shape.head(line))
}

/// The first shape that recognises the head of a line.
pub(crate) fn shape(line: &str) -> Option<&'static HeadShape> {
    HEADS.iter().find(|shape| shape.head(line).is_some())
}

/// A level word, as a whole word in any of the usual spellings.
pub(crate) fn level(word: &str) -> Option<Level> {
    if word.is_empty() || word.len() > 11 {
        return None;
    }
    let is_shouted = word.bytes().all(|byte| byte.is_ascii_uppercase());
    Some(match word.to_ascii_lowercase().as_str() {
        "trace" | "trce" | "finest" | "finer" | "verbose" | "vrb" => Level::Trace,
        "debug" | "dbug" | "dbg" | "fine" | "config" => Level::Debug,
        "info" | "information" | "inf" | "notice" | "success" | "log" => Level::Info,
        "warn" | "warning" | "wrn" => Level::Warn,
        "error" | "err" | "fail" | "severe" | "exception" => Level::Error,
        "fatal" | "critical" | "crit" | "panic" | "dpanic" | "emerg" | "alert" | "ftl" | "emergency" => {
            Level::Fatal
        }
        "t" if is_shouted => Level::Trace,
        "d" if is_shouted => Level::Debug,
        "i" if is_shouted => Level::Info,
        "w" if is_shouted => Level::Warn,
        "e" if is_shouted => Level::Error,
        "f" if is_shouted => Level::Fatal,
        _ => return None,
    })
}
