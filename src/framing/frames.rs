//! Lines of stack dumps that stand at the left margin, where most are indented.
//!
//! In goes one line; out comes whether it is a frame, or a numbered line of source code that an error points at.

/// Whether the line is such a part of a stack dump.
pub(super) fn is_frame(line: &str) -> bool {
    match line.as_bytes().first() {
        Some(b'>') => is_marked_source(line),
        Some(b'-') => is_pointed_at(line),
        Some(b'C' | b'I' | b'F' | b'<' | b'~') => is_frame_of_notebook(line),
        _ => false,
    }
}

/// `> 12 |   const completion = await …`: the line of source at which JavaScript's code frames point.
fn is_marked_source(line: &str) -> bool {
    let rest = line.get(1..).unwrap_or_default().trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && rest.get(digits..).is_some_and(|rest| rest.trim_start().starts_with('|'))
}

/// `--> 137     raise OpenAIError(`, `----> 1 client = OpenAI()`: the line of source at which IPython points.
fn is_pointed_at(line: &str) -> bool {
    let rest = line.trim_start_matches('-');
    line.len() - rest.len() >= 2
        && rest.strip_prefix("> ").is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// `Cell In[8], line 1`, `Input In [8], in <cell line: 1>()`, `File /a/b.py:137, in f(x)`, `~/a/b.py in f(x)` and
/// `<ipython-input-8-1> in <module>` of IPython.
fn is_frame_of_notebook(line: &str) -> bool {
    line.starts_with("Cell In[")
        || line.starts_with("Cell In [")
        || line.starts_with("Input In [")
        || line.starts_with("<ipython-input-")
        || line
            .strip_prefix("File ")
            .is_some_and(|rest| rest.starts_with(['/', '~', '<']) && rest.contains(", in "))
        || line.starts_with("~/") && line.contains(" in ")
}

#[cfg(test)]
mod tests {
    use super::is_frame;

    #[test]
    fn frames_at_the_margin_are_frames() {
        for line in [
            "> 12 |   const completion = await openai.chat.completions.create({",
            "----> 1 client = OpenAI()",
            "--> 137     raise OpenAIError(",
            "Cell In[8], line 1",
            "File /usr/lib/python3/site-packages/openai/_client.py:137, in OpenAI.__init__(self)",
            "<ipython-input-8-8a1f> in <module>",
        ] {
            assert!(is_frame(line), "{line}");
        }
    }

    #[test]
    fn prose_and_rules_are_none() {
        for line in
            ["> 12 apples", "--- 12 passed ---", "-> next", "File not found", "Cell phone", "-----", ""]
        {
            assert!(!is_frame(line), "{line}");
        }
    }
}
