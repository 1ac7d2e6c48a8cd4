//! For Markdown as GitHub, GitLab and chats read it: text that is no link, no mention, no markup.
//!
//! Backslashes and entities do not keep `@name` or `#1` from becoming links, since these are looked for in
//! the finished text. What is in code spans and fences is left alone everywhere: so every word that is not
//! plainly a word goes into one.

use super::{lines, one_line};

/// A sentence on one line: words stay words, everything else stands in code spans.
#[must_use]
pub fn prose(text: &str) -> String {
    let line = one_line(text);
    let mut prose = String::new();
    let mut run: Vec<&str> = Vec::new();
    for (index, word) in words(&line).into_iter().enumerate() {
        if is_word(word, index == 0) {
            spill(&mut prose, &mut run);
            spaced(&mut prose, word);
        } else if word.contains(' ') || ticked(core_of(word).1).is_some() {
            spill(&mut prose, &mut run);
            spill(&mut prose, &mut vec![word]);
        } else {
            run.push(word);
        }
    }
    spill(&mut prose, &mut run);
    prose
}

/// The words between blanks; what stands between backticks is one word.
fn words(line: &str) -> Vec<&str> {
    if line.matches('`').count() % 2 == 1 {
        return line.split(' ').collect();
    }
    let mut is_open = false;
    let is_between = |letter: char| {
        is_open ^= letter == '`';
        letter == ' ' && !is_open
    };
    line.split(is_between).collect()
}

/// What stands between the backticks around a word, where there are no others.
fn ticked(word: &str) -> Option<&str> {
    let inner = word.strip_prefix('`')?.strip_suffix('`')?;
    (!inner.is_empty() && inner.trim() == inner && !inner.contains('`')).then_some(inner)
}

/// The words that wait for a code span; punctuation around them stays outside.
fn spill(prose: &mut String, run: &mut Vec<&str>) {
    if run.is_empty() {
        return;
    }
    let words = run.join(" ");
    run.clear();
    let (head, core, tail) = core_of(&words);
    spaced(prose, &format!("{head}{}{tail}", code(ticked(core).unwrap_or(core))));
}

/// The words without the punctuation around them, which stands before and behind.
fn core_of(words: &str) -> (&str, &str, &str) {
    let core = words.trim_end_matches([',', '.', ';', ':', ')']);
    let tail = words.strip_prefix(core).unwrap_or_default();
    let inner = core.strip_prefix('(').filter(|inner| !inner.is_empty());
    // A bracket that is opened inside is closed inside.
    match (inner, core.matches('(').count()) {
        (Some(inner), 1) if !core.ends_with(' ') && !inner.starts_with(' ') => ("(", inner, tail),
        (None, 0) if !core.is_empty() && !core.ends_with(' ') => ("", core, tail),
        _ => ("", words, ""),
    }
}

fn spaced(prose: &mut String, word: &str) {
    if !prose.is_empty() {
        prose.push(' ');
    }
    prose.push_str(word);
}

/// Whether a word means nothing but itself in every dialect, also at the start of a line.
fn is_word(word: &str, is_first: bool) -> bool {
    if matches!(word, "·" | "-" | "–" | "—") {
        return !is_first;
    }
    let opened = word.trim_start_matches(['(', '"', '\'']);
    let core = opened.trim_end_matches(['.', ',', ';', ':', '?', '!', '%', ')', '"', '\'', '…']);
    let is_plain = |letter: char| letter.is_alphanumeric() || "-'.,:/".contains(letter);
    let Some(first) = core.chars().next() else { return false };
    if !first.is_alphanumeric() || !core.chars().all(is_plain) {
        return false;
    }
    let is_mark = word.strip_prefix(core).is_some_and(|tail| tail.starts_with(['.', ')']));
    let is_list_item = is_first && is_mark && core.chars().all(|letter| letter.is_ascii_digit());
    !is_list_item && !is_address(core) && !is_reference(core)
}

/// `https://x`, `www.x`, `file.name`: what chats turn into links.
fn is_address(core: &str) -> bool {
    let is_name = |(before, after): (&str, &str)| {
        !before.is_empty() && after.chars().next().is_some_and(char::is_alphabetic)
    };
    core.contains("//")
        || core.match_indices('.').any(|(at, _)| {
            core.split_at_checked(at)
                .is_some_and(|(before, rest)| is_name((before, rest.trim_start_matches('.'))))
        })
}

/// A commit, or the number of an issue: `3c155d7`, `GH-12`, `ABC-12`.
fn is_reference(core: &str) -> bool {
    let is_commit = |part: &str| part.len() >= 7 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_issue = core.rsplit_once('-').is_some_and(|(name, number)| {
        number.starts_with(|first: char| first.is_ascii_digit())
            && name.chars().all(|letter| letter.is_ascii_uppercase())
    });
    is_issue || core.split(|letter: char| !letter.is_alphanumeric()).any(is_commit)
}

/// The text in a code span, on one line; nothing for no text. A bar becomes the one of box drawings: it would
/// end the cell of a table.
#[must_use]
pub fn code(text: &str) -> String {
    let line = one_line(text).replace('|', "│");
    if line.is_empty() {
        return line;
    }
    let fence = "`".repeat(longest_run(&line) + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

/// The text in a fence, at most `max_lines` lines; nothing for no text.
#[must_use]
pub fn fenced(language: &str, text: &str, max_lines: usize) -> String {
    let all = lines(text);
    if all.is_empty() {
        return String::new();
    }
    let more = if all.len() > max_lines { "\n…" } else { "" };
    let shown = all.get(..max_lines.min(all.len())).unwrap_or_default().join("\n");
    let fence = "`".repeat(longest_run(&shown).max(2) + 1);
    format!("{fence}{language}\n{shown}{more}\n{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(prose(text), expected);
    }

    #[test]
    fn sentences_stay_sentences() {
        check(
            "Calls of billing-api succeeded until 09:16 (6 seen).",
            "Calls of billing-api succeeded until 09:16 (6 seen).",
        );
        check("1,204 of 2,000 calls failed (60.2%).", "1,204 of 2,000 calls failed (60.2%).");
    }

    #[test]
    fn what_is_not_plainly_a_word_is_code() {
        check("refuses key sk-proj-****Qx7T: 6 calls", "refuses key `sk-proj-****Qx7T`: 6 calls");
        check("(key sk-proj-****Qx7T)", "(key `sk-proj-****Qx7T`)");
        check("look at https://example.com/x.", "look at `https://example.com/x`.");
        check("ask @team about #12 in <b>it</b>", "ask `@team` about `#12` in `<b>it</b>`");
        check("commit 3c155d7 and ABC-12", "commit `3c155d7` and `ABC-12`");
        check("a *b* _c_ [d](e) `f`", "a `*b* _c_ [d](e)` `f`");
        check("wait for `retry-after`, then go", "wait for `retry-after`, then go");
        check("look (`printf %s | od -c`) twice", "look (`printf %s │ od -c`) twice");
        check("a lone ` tick", "a lone `` ` `` tick");
        check("an empty `` pair", "an empty ``` `` ``` pair");
        check("1. first", "`1`. first");
        check("1) first", "`1`) first");
        check("100%", "100%");
        check("- item", "`-` item");
    }

    #[test]
    fn code_holds_what_would_end_it() {
        assert_eq!(code("a`b``c|d"), "```a`b``c│d```");
        assert_eq!(code("`x"), "`` `x ``");
        assert_eq!(code(" "), "");
        assert_eq!(fenced("text", "\n a\n```\nb\n", 2), "````text\n a\n```\n…\n````\n");
    }
}
