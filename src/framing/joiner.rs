//! Which lines belong to one text record: a small automaton over the lines of one stream.
//!
//! In goes the first line of a record and then each following line of the same stream; out comes
//! whether it still belongs to the record. The automaton knows the grammars of tracebacks, stack
//! dumps, HTTP dumps and HTML pages (`input-formats.md`, section 5); it never looks at what they say.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::frames::is_frame;
use super::head;
use super::served::{is_request, is_served};
use super::shapes::{
    closes_page, ends_trace, is_answer_of_dotnet, is_boxed, is_chain, is_curl_note, is_link,
    is_numbered_request, is_okhttp, is_okhttp_request, is_raised, opens_markup, opens_page,
};
pub(crate) use super::shapes::{is_exception_line, is_http_header, is_http_status};
use super::wrap::{self, Wrap};
use crate::model::{Head, Level};

/// Unindented lines that may follow a head line without any structure.
const PLAIN_LINES: u32 = 6;

/// What the last lines were part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Nothing that needs an end.
    Plain,
    /// A Python traceback whose final line is still to come.
    Trace,
    /// Behind the final line of a traceback.
    AfterTrace,
    /// An HTML page.
    Html,
    /// Markup such as `<failed_attempts>`.
    Markup,
    /// Header lines of an HTTP message.
    HttpHead,
    /// The body behind them.
    HttpBody,
    /// A box drawn around a traceback.
    Boxed,
    /// An object or array that was opened at the end of a line.
    Object,
}

/// The automaton.
#[derive(Debug, Clone)]
pub(crate) struct Joiner {
    inside: Inside,
    has_head: bool,
    plain_left: u32,
    blanks: u32,
    is_first_body_line: bool,
    is_java_util: bool,
    was_indented: bool,
    awaits_message: bool,
    /// The head tells of nothing bad, so that a traceback right behind it is none of its own.
    is_calm: bool,
    /// The line says all there is: nothing at the margin belongs to it.
    is_whole: bool,
    /// An exception was named.
    has_raised: bool,
    /// The last line ends what is shown below an exception: one of its frames, or the brace behind its fields.
    is_below_trace: bool,
    is_first: bool,
    /// The last line with text tied what follows to what stands before.
    is_linked: bool,
    /// Markdown's `> ` stands in front of each line.
    is_markdown: bool,
    wrap: Wrap,
}

/// Whether a line is, by itself, a part of something that began before it.
pub(crate) fn is_continuation(line: &str) -> bool {
    let Some(first) = line.as_bytes().first() else { return true };
    match first {
        b' ' | b'\t' => !begins_anew(line),
        b'}' | b']' | b')' => true,
        b'"' => line.ends_with(['{', ',', '[']) || line.ends_with('"') && line.contains("\": "),
        _ => is_link(line) || is_boxed(line) || is_frame(line) || line.starts_with("\u{a0}"),
    }
}

/// Whether a line begins a record, whatever stands before it: it has a head, or a server or a client library wrote it.
pub(crate) fn begins_anew(line: &str) -> bool {
    head::parse(line).is_some() || is_served(line) || is_numbered_request(line)
}

/// Whether a message is one of those that are always one line: an answer as httpx logs it, or a request that was
/// served.
fn is_whole(message: &str) -> bool {
    let message = message.trim_end();
    message.starts_with("HTTP Request: ") && message.ends_with('"') || is_request(message)
}

impl Joiner {
    /// A record that begins with this line, which has that head.
    pub(crate) fn new(line: &str, head: Option<&Head>) -> Self {
        let (quoted, line, has_head) = (line, wrap::unquoted(line), head.is_some());
        let mut joiner = Self {
            inside: Inside::Plain,
            has_head,
            plain_left: if has_head { PLAIN_LINES } else { 0 },
            blanks: 0,
            is_first_body_line: false,
            is_java_util: false,
            was_indented: false,
            awaits_message: false,
            is_calm: false,
            is_whole: false,
            has_raised: is_raised(line),
            is_below_trace: false,
            is_first: true,
            is_linked: is_chain(line),
            is_markdown: line.len() < quoted.len(),
            wrap: Wrap::default(),
        };
        if let Some(head) = head {
            let message = line.get(head.message..).unwrap_or_default();
            joiner.is_whole = is_whole(message) || is_request(line);
            joiner.has_raised |= is_raised(message);
            joiner.is_calm = is_calm(head, message);
            joiner.is_java_util =
                head.message == head.time.as_ref().map_or(0, |time| time.end) && line.contains('M');
            joiner.awaits_message = message.trim().is_empty();
        }
        joiner.awaits_message |= is_answer_of_dotnet(line);
        joiner.enter(line);
        joiner.wrap.enter(line);
        joiner
    }

    /// Whether the next line of the stream belongs to the record too. It was written well after the line before it
    /// when `is_late`; no later part of one message is, so that only the structure of a dump holds it.
    pub(crate) fn accepts(&mut self, line: &str, is_late: bool) -> bool {
        if begins_anew(line) {
            let is_second_line = std::mem::take(&mut self.is_java_util);
            return is_second_line && !line.starts_with(|c: char| c.is_ascii_digit());
        }
        let line = if self.is_markdown { wrap::unquoted(line) } else { line };
        self.is_java_util = false;
        let is_first = std::mem::take(&mut self.is_first);
        if is_first && self.is_calm && line.starts_with("Traceback (most recent call last)") {
            return false;
        }
        if line.trim().is_empty() {
            return self.accepts_blank();
        }
        // The traceback right behind a head was written with it, whatever a slow writer's stamps say.
        let is_trace = line.starts_with("Traceback (most recent call last)") && !self.is_linked;
        if (self.is_whole || is_late) && self.ends_before(line, is_trace && (self.is_whole || !is_first)) {
            return false;
        }
        if (!self.has_head || matches!(self.inside, Inside::AfterTrace | Inside::Object))
            && !self.is_linked
            && opens_trace(line)
        {
            return false;
        }
        let is_raised = is_raised(line);
        if is_raised && self.is_another(is_first) {
            return false;
        }
        self.is_linked = is_chain(line);
        let blanks = std::mem::take(&mut self.blanks);
        let may_be_wrapped = matches!(self.inside, Inside::Plain | Inside::AfterTrace | Inside::Object);
        let accepted = self.accepts_text(line, blanks)
            || blanks == 0 && may_be_wrapped && !is_http_status(line) && self.wrap.accepts(line);
        if accepted {
            self.wrap.enter(line);
            self.was_indented = line.starts_with([' ', '\t']);
            self.has_raised |= is_raised;
            self.is_below_trace = ends_trace(line);
            self.enter(line);
        }
        accepted
    }

    /// Whether an exception at the margin is none of this record: nothing failed in it, or its own exception was
    /// raised before, with lines of a trace, and nothing ties the two together.
    fn is_another(&self, is_first: bool) -> bool {
        let is_open = !matches!(self.inside, Inside::Plain);
        !is_open
            && !self.is_linked
            && (is_first && self.is_calm && !self.awaits_message || self.has_raised && self.is_below_trace)
    }

    /// Whether the line is no part of a structure that the record has opened.
    fn ends_before(&self, line: &str, is_new_trace: bool) -> bool {
        let is_open = !matches!(self.inside, Inside::Plain | Inside::AfterTrace);
        !is_open && (is_new_trace || !is_continuation(line))
    }

    fn accepts_blank(&mut self) -> bool {
        self.blanks += 1;
        match self.inside {
            Inside::HttpHead => {
                self.inside = Inside::HttpBody;
                self.is_first_body_line = true;
                true
            }
            Inside::HttpBody => self.blanks < 2,
            Inside::Html | Inside::Trace | Inside::Boxed | Inside::Markup | Inside::Object => self.blanks < 4,
            Inside::Plain | Inside::AfterTrace => self.blanks < 3,
        }
    }

    fn accepts_text(&mut self, line: &str, blanks: u32) -> bool {
        match self.inside {
            Inside::Html => return true,
            Inside::HttpHead => {
                if is_http_header(line) || line.starts_with([' ', '\t']) || is_curl_note(line) {
                    return true;
                }
                if is_okhttp(line) {
                    return !is_okhttp_request(line);
                }
                return is_http_status(line);
            }
            Inside::HttpBody => return self.accepts_body(line, blanks),
            Inside::Trace => {
                if is_exception_line(line) || is_continuation(line) {
                    return true;
                }
            }
            Inside::Object if !is_http_status(line) => {
                return is_continuation(line) || line.starts_with(['"', '\'', '<', '{', '[']);
            }
            Inside::Markup => return true,
            Inside::Boxed if is_boxed(line) || is_exception_line(line) => return true,
            Inside::Plain | Inside::AfterTrace | Inside::Boxed | Inside::Object => {}
        }
        if is_continuation(line) {
            return blanks < 2 || is_link(line) || is_boxed(line) || line.starts_with([' ', '\t', '}']);
        }
        if is_http_status(line) && self.has_head {
            return true;
        }
        if std::mem::take(&mut self.awaits_message) {
            return true;
        }
        let may_be_plain =
            self.has_head || self.inside == Inside::AfterTrace && blanks == 0 && self.was_indented;
        if may_be_plain && self.plain_left > 0 && blanks < 2 {
            self.plain_left -= 1;
            return true;
        }
        false
    }

    /// A body ends with its closing brace or tag, a blank line, or the next status line.
    fn accepts_body(&mut self, line: &str, blanks: u32) -> bool {
        if is_http_status(line) {
            return false;
        }
        if std::mem::take(&mut self.is_first_body_line) {
            return !line.starts_with("== ") && !line.starts_with("$ ");
        }
        blanks == 0 && !line.starts_with("== ")
    }

    /// Notes what the accepted line opens or closes.
    fn enter(&mut self, line: &str) {
        let trimmed = line.trim_end();
        match self.inside {
            Inside::Html => {
                if closes_page(trimmed) {
                    self.inside = Inside::AfterTrace;
                    self.plain_left = self.plain_left.min(2);
                }
                return;
            }
            Inside::Markup => {
                if trimmed.contains("</failed_attempts>") || trimmed.contains("</last_exception>") {
                    self.inside = Inside::AfterTrace;
                }
                return;
            }
            Inside::HttpHead if is_http_header(line) => return,
            Inside::HttpBody if is_okhttp(line) && !line.contains(" END ") => {
                self.inside = Inside::HttpHead;
                return;
            }
            Inside::HttpBody => {
                if matches!(trimmed, "}" | "]") {
                    self.inside = Inside::Plain;
                    self.plain_left = 0;
                    self.has_head = false;
                }
                return;
            }
            _ => {}
        }
        if is_http_status(line) || is_okhttp_request(line) {
            self.inside = Inside::HttpHead;
        } else if opens_page(trimmed) {
            self.inside = Inside::Html;
        } else if opens_markup(trimmed) {
            self.inside = Inside::Markup;
        } else if TRACEBACK.find(trimmed.as_bytes()).is_some() {
            self.inside =
                if is_boxed(line) || trimmed.contains('─') { Inside::Boxed } else { Inside::Trace };
        } else if !is_boxed(line)
            && (self.inside == Inside::Boxed && !line.starts_with(' ')
                || self.inside == Inside::Trace && !line.starts_with([' ', '\t', '>']) && !is_frame(line))
        {
            self.inside = Inside::AfterTrace;
            self.plain_left = PLAIN_LINES;
        } else if matches!(self.inside, Inside::Plain | Inside::AfterTrace)
            && trimmed.ends_with(['{', '['])
            && !line.starts_with([' ', '\t'])
        {
            self.inside = Inside::Object;
        } else if self.inside == Inside::Object
            && line.starts_with(['}', ']'])
            && !trimmed.ends_with(['{', '['])
        {
            self.inside = Inside::Plain;
            self.plain_left = self.plain_left.min(1);
        }
    }
}

/// Whether a head line at INFO speaks of nothing bad.
fn is_calm(head: &Head, message: &str) -> bool {
    const BAD: [&str; 8] =
        ["error", "exception", "fail", "encounter", "retry", "raise", "traceback", "unhandled"];
    head.level == Some(Level::Info) && {
        let message = message.to_ascii_lowercase();
        !BAD.iter().any(|word| message.contains(word))
    }
}

/// Whether a Python traceback begins in the line, be it in a box.
pub(crate) fn opens_trace(line: &str) -> bool {
    line.starts_with(['T', '╭', '┌', '┏', '─'])
        && TRACEBACK.find(line.as_bytes()).is_some_and(|at| at == 0 || !line.starts_with('T'))
}

/// What the first line of a traceback holds. Every line is asked for it.
static TRACEBACK: LazyLock<Finder<'static>> =
    LazyLock::new(|| Finder::new("Traceback (most recent call last)"));

#[cfg(test)]
mod tests {
    use super::super::head;
    use super::Joiner;

    /// Splits text into records line by line and shows the number of lines of each.
    fn check(text: &str, expected: &[usize]) {
        let mut sizes: Vec<usize> = Vec::new();
        let mut joiner: Option<Joiner> = None;
        for line in text.lines() {
            let head = head::parse(line);
            if let Some(open) = joiner.as_mut()
                && open.accepts(line, false)
                && let Some(size) = sizes.last_mut()
            {
                *size += 1;
                continue;
            }
            joiner = Some(Joiner::new(line, head.as_ref()));
            sizes.push(1);
        }
        assert_eq!(sizes, expected, "{text}");
    }

    #[test]
    fn a_traceback_belongs_to_its_head() {
        check(
            "ERROR:root:failed\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nopenai.AuthenticationError: Error code: 401\nINFO:root:next",
            &[5, 1],
        );
    }

    #[test]
    fn chained_tracebacks_stay_together_without_any_head() {
        check(
            "Traceback (most recent call last):\n  File \"a.py\", line 1\nValueError: x\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"b.py\", line 1\nRuntimeError: y\nsummary stored\nsummary stored",
            &[9, 1, 1],
        );
    }

    #[test]
    fn a_traceback_in_a_box_begins_a_record_behind_another() {
        let boxed = "╭── Traceback (most recent call last) ──╮\n│ a.py:1 in f │\n╰─────╯\nRateLimitError: Error code: 429";
        check(&format!("{boxed}\n{boxed}\nThe above exception was the direct cause\n{boxed}"), &[4, 9]);
        let ruled = "── Traceback (most recent call last) ──\n a.py:1 in f \n─────\nRateLimitError: Error code: 429 x";
        check(&format!("2026-11-16 09:00:03.345 Port 8408 is not available\n{ruled}\n{ruled}"), &[5, 4]);
    }

    #[test]
    fn a_node_dump_ends_with_its_closing_brace() {
        check(
            "summary failed Error: 401 x\n    at f (a.js:1:2)\n    at g (a.js:1:2) {\n  status: 401,\n  headers: {\n    a: 'b'\n  }\n}\nsummary stored",
            &[8, 1],
        );
    }

    #[test]
    fn what_is_whole_by_itself_takes_no_line_at_the_margin() {
        let answer =
            "INFO:httpx:HTTP Request: POST https://api.openai.com/v1/chat/completions \"HTTP/1.1 200 OK\"";
        check(&format!("{answer}\nOpenAI error: 401\nOpenAI error: 401"), &[1, 1, 1]);
        check(&format!("{answer}\n\nTraceback (most recent call last):\n  File \"a.py\", line 1"), &[2, 2]);
        check("INFO:     10.0.0.1:4026 - \"GET /me HTTP/1.1\" 500 Internal Server Error\nprinted", &[1, 1]);
    }

    #[test]
    fn a_line_of_a_server_ends_a_traceback() {
        check(
            "ERROR:root:failed\nTraceback (most recent call last):\n  File \"a.py\", line 1\nopenai.APITimeoutError: x\n10.0.0.1 - - [21/Nov/2026 13:05:09] \"GET /me HTTP/1.1\" 401 -\nprinted",
            &[4, 1, 1],
        );
        check(
            " ⨯ Error [E]: x\n    at f (a.ts:1:2)\n POST /a 500 in 3ms\n ✓ Compiled\n ⨯ Error: y",
            &[2, 1, 1, 1],
        );
    }

    #[test]
    fn a_numbered_line_of_a_client_library_ends_what_stands_before_it() {
        check(
            "2026-11-21 04:59:05.594\tERROR\tfailed\n\n Error  403 <!DOCTYPE html>\n<html>\nerror stack:\n[log_6e103f, x-request-id: \"req_1\"] post https://a failed with status 429 in 2ms - retrying\n[log_6e103f] response error (retrying) {\n  a: 1\n}\n[log_lines] x",
            &[5, 1, 3, 1],
        );
    }

    #[test]
    fn an_exception_at_the_margin_is_not_that_of_a_calm_record_or_of_another_trace() {
        let raised = "java.io.IOException: code 429 for URL\n\tat a.B.c(B.java:1)\n\tat a.D.e(D.java:2)";
        check(&format!("10:30:10.573 [main] INFO a.B - chat ok\n{raised}\n{raised}"), &[1, 3, 3]);
        check(&format!("10:30:10.573 [main] ERROR a.B - chat failed\n{raised}\n{raised}"), &[4, 3]);
        check(&format!("10:30:10.573 [main] ERROR a.B - failed\n{raised}\nCaused by: {raised}"), &[7]);
        let dumped = "Error: 429 x {\n  \"a\": 1\n}\n    at f (a.js:1:2) {\n  status: 429\n}";
        check(&format!("[2026-11-22T05:21:31.223Z] ERROR: failed\n{dumped}\n{dumped}"), &[7, 6]);
        check("2026-11-22 05:21:31,223 INFO LiteLLM \nopenai.OpenAIError: x", &[2]);
    }

    #[test]
    fn a_page_ends_wherever_its_last_tag_stands() {
        let page = "<!DOCTYPE html>\n<html>\n<h1>403</h1>";
        for closed in ["</html>", "</html>\\r\\n',", "</html>)", "</html>\",", "</HTML> "] {
            check(
                &format!("Error: 403 {page}\n{closed}\n  a: 1\n}}\nError: 404 x\nError: 405 x"),
                &[6, 1, 1],
            );
        }
    }

    #[test]
    fn source_that_a_frame_points_at_belongs_to_it() {
        check(
            " ⨯ Error: 401 x\n    at f (a.ts:1:2)\n  11 |\n> 12 |   const a = b()\n     |   ^\n  13 |   c {\n  status: 401\n}\nnext",
            &[8, 1],
        );
        check(
            "OpenAIError           Traceback (most recent call last)\nCell In[8], line 1\n----> 1 f()\n\nFile /a/b.py:137, in f(x)\n    136 if x:\n--> 137     raise OpenAIError(\n\nOpenAIError: no key\nnext",
            &[9, 1],
        );
    }

    #[test]
    fn what_was_written_later_carries_nothing_on_but_a_dump() {
        let later = |text: &str| {
            let mut lines = text.lines();
            let first = lines.next().unwrap_or_default();
            let mut joiner = Joiner::new(first, head::parse(first).as_ref());
            lines.map(|line| joiner.accepts(line, true)).collect::<Vec<_>>()
        };
        assert_eq!(later("INFO:root:started\nprinted"), [false]);
        assert_eq!(later("ERROR:root:failed\nTraceback (most recent call last):"), [true]);
        assert_eq!(later("ERROR:root:failed\n  detail\nTraceback (most recent call last):"), [true, false]);
        assert_eq!(
            later("ERROR:root:failed\n  detail\nCaused by: x\nGET /a {\n  a\n}"),
            [true, true, false, true, true]
        );
        assert_eq!(
            later("Traceback (most recent call last):\n  File \"a.py\", line 1\nValueError: x\nprinted"),
            [true, true, false]
        );
    }

    #[test]
    fn an_http_answer_ends_with_its_body() {
        check(
            "== step 1\nHTTP/1.1 401 Unauthorized\nDate: x\n\n{\n  \"error\": {\n  }\n}\n\n== step 2\nHTTP/1.1 200 OK\nDate: x\n\n{}\n",
            &[1, 8, 1, 4],
        );
    }

    #[test]
    fn lines_without_heads_stand_alone() {
        check(
            "summary failed: Request failed with status code 401\nsummary stored\nsummary stored",
            &[1, 1, 1],
        );
    }
}
