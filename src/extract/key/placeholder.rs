//! Sample text and variables that were never expanded.

use super::{View, family};

/// Words that sample keys are made of.
const VOCABULARY: &[&str] = &[
    "a",
    "abc",
    "add",
    "ai",
    "an",
    "any",
    "anything",
    "api",
    "apikey",
    "azure",
    "bar",
    "change",
    "changeme",
    "default",
    "demo",
    "dummy",
    "empty",
    "enter",
    "env",
    "example",
    "fake",
    "false",
    "fill",
    "foo",
    "from",
    "go",
    "goes",
    "here",
    "hidden",
    "in",
    "insert",
    "int",
    "invalid",
    "is",
    "key",
    "keys",
    "llm",
    "lm",
    "lmstudio",
    "local",
    "me",
    "mock",
    "model",
    "my",
    "na",
    "nan",
    "needed",
    "nil",
    "no",
    "none",
    "not",
    "null",
    "object",
    "ollama",
    "open",
    "openai",
    "org",
    "paste",
    "placeholder",
    "proj",
    "project",
    "provide",
    "put",
    "random",
    "real",
    "redacted",
    "replace",
    "required",
    "sample",
    "secret",
    "set",
    "sk",
    "some",
    "string",
    "studio",
    "tbd",
    "test",
    "testing",
    "text",
    "the",
    "this",
    "to",
    "todo",
    "token",
    "true",
    "undefined",
    "unused",
    "use",
    "user",
    "value",
    "var",
    "with",
    "your",
    "yours",
    "123",
    "1234",
    "12345",
    "123456",
    "1",
    "0",
];

/// Beginnings of sample text behind `sk-`: the five characters that a mask shows there.
const SAMPLE_HEADS: &[&str] = &[
    "your",
    "my-",
    "my_",
    "test",
    "fake",
    "dummy",
    "xxx",
    "example",
    "sample",
    "placeholder",
    "insert",
    "replace",
    "change",
    "here",
    "demo",
    "mock",
    "key",
    "none",
    "todo",
    "00000",
    "12345",
    "abcde",
    "secret-",
    "...",
    "…",
    "<",
];

/// Ends of sample text: rare enough among random ends of real keys.
const SAMPLE_TAILS: &[&str] = &[
    "here", "_key", "-key", " key", "key>", "key}", "xxxx", "mple", "lder", "ummy", "oken", "test", "fake",
    "here>", "ere>",
];

/// Words that tell sample text wherever they stand in what no family claims.
const TELLING: &[&str] = &[
    "your", "my-", "my_", "<my", "insert", "replac", "placeh", "exampl", "test", "dummy", "fake", "change",
    "sample", "here", "token", "undef", "null", "none", "secret", "paste", "put-", "put_", "enter-",
    "enter_", "add-", "add_", "todo", "redact", "[object", "api-key", "api_key", "apikey", "openai-",
    "not-need", "no-key", "noapikey", "some-", "some_",
];

/// Whether `text` consists of nothing but the vocabulary of sample text, so that it may be shown.
pub(super) fn is_known(text: &str) -> bool {
    let bare = text.trim_matches(|mark: char| "\"'`<>[]{}()$%#@*._- ".contains(mark));
    if bare.is_empty() {
        return !text.trim().is_empty();
    }
    if is_variable(text) && bare.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
        return true;
    }
    let lower = bare.to_ascii_lowercase();
    lower.split(|mark: char| !mark.is_ascii_alphanumeric()).all(is_made_of_words)
}

/// Whether `token` can be cut into words of the vocabulary and repeated characters.
fn is_made_of_words(token: &str) -> bool {
    const LONGEST: usize = 24;
    if token.len() > LONGEST {
        return false;
    }
    let mut reachable = vec![false; token.len() + 1];
    if let Some(start) = reachable.first_mut() {
        *start = true;
    }
    for at in 0..token.len() {
        if !reachable.get(at).copied().unwrap_or_default() {
            continue;
        }
        let rest = token.get(at..).unwrap_or_default();
        let words = VOCABULARY.iter().filter(|word| rest.starts_with(**word)).map(|word| word.len());
        let repeated = rest.bytes().take_while(|byte| rest.bytes().next() == Some(*byte)).count();
        for length in words.chain((repeated >= 3).then_some(repeated)) {
            if let Some(end) = reachable.get_mut(at + length) {
                *end = true;
            }
        }
    }
    reachable.last().copied().unwrap_or_default()
}

/// Whether what is visible says that it is sample text or a variable.
pub(super) fn is_likely(view: &View<'_>) -> bool {
    let head = view.head.to_ascii_lowercase();
    let tail = view.tail.to_ascii_lowercase();
    if view.whole.is_some_and(is_known) || is_open_variable(view) {
        return true;
    }
    if is_repeated(&tail) && tail.len() >= 4 || SAMPLE_TAILS.iter().any(|sample| tail.ends_with(sample)) {
        return true;
    }
    let unquoted = view.head.trim_start_matches(['"', '\'', '`']);
    if let Some(family) = family(unquoted) {
        let body = unquoted.get(family.prefix.len()..).unwrap_or_default().to_ascii_lowercase();
        return SAMPLE_HEADS
            .iter()
            .any(|sample| body.starts_with(sample) && body.len() >= sample.len().min(5));
    }
    if ["bearer", "export ", "set "].iter().any(|start| head.starts_with(start)) || head.contains("sk-") {
        return false;
    }
    // A sentence may hold one of the words; sample text is short.
    let is_prose = head.contains(' ') && view.length.is_some_and(|length| length > 40);
    let is_assignment = super::damage::of(view) == Some(crate::model::KeyDamage::Assignment);
    !is_prose
        && !is_assignment
        && (TELLING.iter().any(|word| head.contains(word)) || is_repeated(&head) && head.len() >= 3)
}

fn is_repeated(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| characters.all(|next| next == first))
}

/// `${OPENAI…`, `$OPENAI…`, `<YOUR…`, `{{ key…`, `%KEY…`, `#{…`, `{api_key}`, `[KEY]`, also behind `Bearer`; not what holds a real key.
fn is_open_variable(view: &View<'_>) -> bool {
    let head = view.head.trim_start_matches(['"', '\'', '`']);
    let head = head.strip_prefix("Bearer ").unwrap_or(head);
    is_variable(head)
}

fn is_variable(text: &str) -> bool {
    let inner = text.trim_start_matches(['$', '{', '<', '%', '#', '[', '(', '@', ' ']);
    let marks = text.get(..text.len() - inner.len()).unwrap_or_default();
    let is_marked = marks.starts_with(['$', '{', '<', '%', '#', '[', '@']);
    let is_name =
        inner.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') || inner.is_empty();
    is_marked && is_name && !inner.starts_with("sk-") && family(inner).is_none()
}
