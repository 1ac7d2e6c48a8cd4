//! Docker Compose, versions 1 and 2, and `docker service logs`: `web-1  | message`.
//!
//! A table in Markdown starts with the bar, and a logger that uses bars starts with a time or a level;
//! a name has no space. A time after the bar (`--timestamps`) is left to the layer of leading times.

use super::super::level::level_of;
use super::super::{LineLayer, Peeled, Settings, context};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "docker-compose",
    title: "Docker Compose logs",
    example: "assistant-1  | INFO:app:ticket summarised",
    is_verified: true,
    peel,
};

/// Longest name of a container that is looked for.
const LONGEST: usize = 160;

fn peel<'a>(text: &'a str, context: &mut Context, _: &Settings) -> Option<Peeled<'a>> {
    let bytes = text.as_bytes();
    if !bytes.first()?.is_ascii_alphanumeric() {
        return None;
    }
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(byte);
    let length = bytes.iter().take(LONGEST).take_while(|byte| is_name(byte)).count();
    let (name, rest) = text.split_at_checked(length)?;
    let message = rest.trim_start_matches(' ');
    let spaces = rest.len() - message.len();
    let message = message.strip_prefix('|')?;
    if !(message.is_empty() || message.starts_with(' ')) || spaces == 0 {
        return None;
    }
    let service = service_of(name);
    let is_container = name.bytes().any(|byte| byte.is_ascii_alphabetic())
        && level_of(name).is_none()
        && (service.len() < name.len() || spaces >= 2);
    if !is_container {
        return None;
    }
    context::stream(context, name);
    context::name(&mut context.service, Some(service));
    Some(Peeled::text(message.strip_prefix(' ').unwrap_or(message)))
}

/// `web` of `web-1`, `web_1` and `web.1.q8zo7x@node`; the name itself where no number ends it.
fn service_of(name: &str) -> &str {
    let task = name.split_once('@').map_or(name, |(task, _)| task);
    if let Some((service, rest)) = task.split_once('.')
        && rest.starts_with(|first: char| first.is_ascii_digit())
    {
        return service;
    }
    match name.rsplit_once(['-', '_']) {
        Some((service, number)) if !service.is_empty() && is_number(number) => service,
        _ => name,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{check_not_peeled, check_peeled};
    use super::LAYER;

    #[test]
    fn prefixes_of_both_versions_and_of_swarm() {
        check_peeled(&LAYER, "web-1  | hello", "hello", "stream=web-1 service=web");
        check_peeled(&LAYER, "web_1  |   indented", "  indented", "stream=web_1 service=web");
        check_peeled(&LAYER, "assistant       | {", "{", "stream=assistant service=assistant");
        check_peeled(&LAYER, "web-1  |", "", "stream=web-1 service=web");
        check_peeled(&LAYER, "web.1.q8zo7x@node1    | x", "x", "stream=web.1.q8zo7x@node1 service=web");
    }

    #[test]
    fn bars_of_loggers_and_tables_stay() {
        for line in [
            "2026-11-21 04:38:46.189 | ERROR    | __main__:<module>:34 - msg",
            "| status | count |",
            "ERROR    | app:main:3 - msg",
            "app.worker | INFO | msg",
            "docker logs web | grep x",
            "a||b",
            "11:42:07  | x",
        ] {
            check_not_peeled(&LAYER, line);
        }
    }
}
