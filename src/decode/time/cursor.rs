//! Reads digits, blanks and names from the bytes of a text; what the shapes of times are made of.

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// English names of the weekdays.
pub(super) const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A place in the bytes of a text.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Runs `read`; where it fails the cursor stays where it was.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let start = self.at;
        let result = read(self);
        if result.is_none() {
            self.at = start;
        }
        result
    }

    pub(super) fn eat(&mut self, wanted: u8) -> Option<()> {
        self.try_eat(wanted).then_some(())
    }

    pub(super) fn try_eat(&mut self, wanted: u8) -> bool {
        let is_there = self.peek() == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    pub(super) fn any(&mut self, wanted: &[u8]) -> Option<u8> {
        let byte = self.peek().filter(|byte| wanted.contains(byte))?;
        self.at += 1;
        Some(byte)
    }

    /// A number of `least` to `most` digits that no further digit follows.
    pub(super) fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let (start, mut number) = (self.at, 0);
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            if self.at - start == most {
                return None;
            }
            number = number * 10 + u32::from(digit - b'0');
            self.at += 1;
        }
        (self.at - start >= least).then_some(number)
    }

    /// Two digits, whatever follows.
    pub(super) fn pair(&mut self) -> Option<u32> {
        let (tens, ones) = (self.any(b"0123456789")?, self.any(b"0123456789")?);
        Some(u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
    }

    /// Four digits, or two of this century.
    pub(super) fn year(&mut self) -> Option<u32> {
        let start = self.at;
        let year = self.number(2, 4)?;
        match self.at - start {
            2 => Some(2000 + year),
            4 => Some(year),
            _ => None,
        }
    }

    /// One to four blanks, no-break ones included.
    pub(super) fn blanks(&mut self) -> Option<()> {
        let start = self.at;
        while self.at - start < 4 {
            let rest = self.bytes.get(self.at..)?;
            let blanks: [&[u8]; 4] = [b" ", b"\t", "\u{a0}".as_bytes(), "\u{202f}".as_bytes()];
            let Some(blank) = blanks.iter().find(|blank| rest.starts_with(blank)) else { break };
            self.at += blank.len();
        }
        (self.at > start).then_some(())
    }

    pub(super) fn word(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// A name in full or cut to at least three letters, in any case; its index.
    pub(super) fn name(&mut self, names: &[&str]) -> Option<u32> {
        let word = self.word();
        let is_cut = |name: &&str| {
            word.len() >= 3
                && name.as_bytes().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        names.iter().position(is_cut).and_then(|index| u32::try_from(index).ok())
    }

    /// `Nov`, `nov.`, `November`: 1 to 12.
    pub(super) fn month(&mut self) -> Option<u32> {
        let index = self.name(&MONTHS)?;
        self.try_eat(b'.');
        Some(index + 1)
    }

    /// Whether no letter or digit follows.
    pub(super) fn is_word_end(&self) -> bool {
        self.peek().is_none_or(|byte| !byte.is_ascii_alphanumeric())
    }
}
