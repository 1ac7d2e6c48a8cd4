//! For a relative reference: the name of a source as the path of a URI.

use std::fmt::Write as _;

use super::one_line;

/// The name with everything but letters, digits and `-._~/` as percent signs, and never with a scheme, a
/// host or a step upwards at its start.
#[must_use]
pub fn path(name: &str) -> String {
    let line = one_line(name);
    let mut path = String::with_capacity(line.len());
    for byte in line.trim_start_matches('/').bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                path.push(char::from(byte));
            }
            _ => {
                let _ = write!(path, "%{byte:02X}");
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_is_no_scheme() {
        assert_eq!(super::path("javascript:alert(1)"), "javascript%3Aalert%281%29");
        assert_eq!(super::path("//host/a b.log"), "host/a%20b.log");
    }
}
