//! Error text that somebody quotes is no failure: prompts, completions, documents, source code.
//!
//! In goes a text and a place in it; out comes whether that place stands inside a quotation whose
//! opener belongs to prose or to a field that carries conversation, and not to a field that carries errors.

/// Names of fields that carry conversation or documents.
pub(crate) const CONVERSATION: &[&str] = &[
    "answer",
    "argument",
    "arguments",
    "body_text",
    "chunk",
    "comment",
    "completion",
    "completions",
    "content",
    "contents",
    "conversation",
    "description",
    "doc",
    "document",
    "documents",
    "example",
    "faq",
    "feedback",
    "history",
    "html",
    "input",
    "inputs",
    "input_text",
    "instructions",
    "json_data",
    "markdown",
    "message_text",
    "messages",
    "note",
    "output",
    "output_text",
    "page_content",
    "preview",
    "prompt",
    "prompts",
    "query",
    "question",
    "quote",
    "reply",
    "requestbodyvalues",
    "review",
    "sample",
    "snippet",
    "subject",
    "subtitle",
    "summary",
    "system",
    "system_prompt",
    "template",
    "text",
    "ticket",
    "title",
    "tool_output",
    "transcript",
    "user_input",
    "user_message",
    "user_prompt",
    "utterance",
    "gen_ai.prompt",
    "gen_ai.completion",
    "gen_ai.request.messages",
    "code_snippet",
    "source_code",
];

/// Whether the name of a field says that it carries conversation.
pub(crate) fn is_conversation(name: &str) -> bool {
    CONVERSATION.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Words in front of a quotation that announce one.
const ANNOUNCERS: &[&str] = &[
    "feedback",
    "document",
    "prompt",
    "preview",
    "faq",
    "e.g.",
    "example",
    "said",
    "says",
    "asked",
    "asks",
    "wrote",
    "question",
    "ticket",
    "quote",
    "message from",
    "user message",
    "user input",
    "chunk",
    "indexed",
    "reply",
    "answer",
    "comment",
    "told",
    "completion",
    "content",
    "docs/",
    ".md",
    "readme",
    "article",
    "snippet",
    "transcript",
    "tool output",
    "retrieved",
    "embedding",
    "search result",
    "title",
];

/// Whether the place stands in a quotation of prose.
pub(crate) fn is_quoted_at(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let Some((opener, quote)) = open_quote(line) else { return false };
    let lead = line.get(..opener).unwrap_or_default();
    if let Some(name) = field_name(lead) {
        return is_conversation(name);
    }
    if quote == '`' || lead.ends_with('(') {
        return false;
    }
    let lead = lead.to_ascii_lowercase();
    ANNOUNCERS.iter().any(|word| lead.contains(word))
}

/// The innermost quotation that is open at the end of the line: where it was opened, and with what.
fn open_quote(line: &str) -> Option<(usize, char)> {
    let mut open: Option<(usize, char)> = None;
    let mut previous = ' ';
    for (at, c) in line.char_indices() {
        match (open, c) {
            (Some((_, '“')), '”') | (Some((_, '«')), '»') => open = None,
            (Some((_, quote)), c) if quote == c && previous != '\\' => {
                // An apostrophe inside a word closes nothing.
                let next = line.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
                if c != '\'' || !next.is_some_and(char::is_alphanumeric) || !previous.is_alphanumeric() {
                    open = None;
                }
            }
            (None, '"' | '`' | '“' | '«') => open = Some((at, c)),
            (None, '\'') if !previous.is_alphanumeric() => open = Some((at, c)),
            _ => {}
        }
        previous = c;
    }
    open
}

/// The field whose value the quotation is: `content='`, `"content": "`, `'text': '`.
fn field_name(lead: &str) -> Option<&str> {
    let lead = lead.trim_end();
    let lead = lead.strip_suffix('=').or_else(|| lead.strip_suffix(':'))?;
    let lead = lead.trim_end_matches(['"', '\'', ' ']);
    let start =
        lead.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))).map_or(0, |at| at + 1);
    let name = lead.get(start..)?;
    let name = Some(name).filter(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'))?;
    // A word at the end of a sentence is a field only when it stands alone.
    (!name.is_empty() && (start == 0 || !lead.get(..start)?.ends_with(' ') || lead.len() - start < 24))
        .then_some(name)
}

#[cfg(test)]
mod tests {
    use super::is_quoted_at;

    fn check(text: &str, expected: bool) {
        let at = text.find('^').unwrap_or(text.len());
        assert_eq!(is_quoted_at(text, at), expected, "{text}");
    }

    #[test]
    fn prompts_and_feedback_are_quotations() {
        check("User feedback #8841: \"the page told me ^invalid_api_key\"", true);
        check("Prompt preview: 'Explain ^{\"error\"", true);
        check("messages=[{'role': 'user', 'content': 'I get ^Error code: 401", true);
        check("{\"content\": \"I get ^Error", true);
    }

    #[test]
    fn renderings_of_errors_are_not() {
        check("error=\"^Error code: 401", false);
        check("OpenAI request failed: AuthenticationError(\"^Error code: 401", false);
        check("failed: Error code: 401 - {'error': {'message': '^Incorrect", false);
        check("It doesn't work: ^Error code: 401", false);
    }
}
