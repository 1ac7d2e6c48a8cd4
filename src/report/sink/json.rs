//! For JSON: every harmful character is escaped, so that a terminal may show the file.

use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter};

use super::is_harmful;

/// Writes a value as indented JSON with a line feed at the end.
///
/// # Errors
/// When the writer fails.
pub fn write_pretty(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, SafeJson::pretty());
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// Writes JSON in which every harmful character is escaped: `inner` decides on the layout.
#[derive(Debug)]
pub struct SafeJson<F>(F);

impl SafeJson<CompactFormatter> {
    /// All on one line.
    #[must_use]
    pub fn compact() -> Self {
        Self(CompactFormatter)
    }
}

impl SafeJson<PrettyFormatter<'static>> {
    /// One value a line, indented by two spaces.
    #[must_use]
    pub fn pretty() -> Self {
        Self(PrettyFormatter::new())
    }
}

impl<F: Formatter> Formatter for SafeJson<F> {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if fragment.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut bytes = [0_u8; 4];
        let mut units = [0_u16; 2];
        for letter in fragment.chars() {
            if is_harmful(letter) {
                for unit in letter.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            } else {
                writer.write_all(letter.encode_utf8(&mut bytes).as_bytes())?;
            }
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_the_text_but_escapes_what_is_harmful() {
        let text = "é\u{202e}\u{9b}\u{e0041}\n\"x";
        let mut bytes = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, SafeJson::compact());
        serde::Serialize::serialize(text, &mut serializer).unwrap();
        let json = String::from_utf8(bytes).unwrap();
        assert_eq!(json, "\"é\\u202e\\u009b\\udb40\\udc41\\n\\\"x\"");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
