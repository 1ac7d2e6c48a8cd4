//! The report as one web page: no script, nothing loaded from anywhere, charts drawn in place.
//!
//! `html/page.html.jinja` lays it out. Its policy lets the browser do nothing but apply the one style sheet
//! whose digest it names.

use std::io::{self, Write};

use super::{Look, Report, template};

/// The layout of the page.
const PAGE: &str = include_str!("html/page.html.jinja");

/// Writes the page.
pub(super) fn render(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    template::write(report, "page.html.jinja", PAGE, out)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use sha2::Digest as _;

    use super::PAGE;

    #[test]
    fn the_policy_names_the_style_sheet() {
        let style = PAGE.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).unwrap().0;
        let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
        assert!(PAGE.contains(&format!("style-src 'sha256-{digest}'")), "the digest is sha256-{digest}");
    }

    #[test]
    fn the_page_loads_nothing_and_runs_nothing() {
        for word in ["<script", "<link", "<img", "<iframe", "url(", "@import", " style=", " on", "|safe"] {
            let is_used = match word {
                // Words begin like handlers.
                " on" => PAGE.split(" on").skip(1).any(|rest| {
                    rest.split_once('=').is_some_and(|(name, _)| name.chars().all(char::is_alphabetic))
                }),
                word => PAGE.contains(word),
            };
            assert!(!is_used, "{word}");
        }
    }
}
