//! Access logs and proxy logs that show calls to OpenAI: nginx and Apache, Envoy and Istio, Squid,
//! Traefik, Caddy, and nginx's error log.
//!
//! In: one line, or one JSON record. Out: an event with the HTTP exchange. A line without evidence of
//! OpenAI (a client library as user agent, OpenAI's host as authority, upstream or target of the request)
//! is an inbound request of the application and stays plain text.
//! The request id of Envoy and nginx is their own; one is kept only where it has the form of OpenAI's
//! (`req_…`).

pub(super) mod envoy;
pub(super) mod error_log;
mod evidence;
pub(super) mod haproxy;
pub(super) mod json;
pub(super) mod line;
pub(super) mod squid;
mod tokens;

use crate::model::{Context, Event, Exchange};

/// An event that is an HTTP exchange; its text is the line as written.
fn event(context: &Context, text: &str, exchange: Exchange) -> Box<Event> {
    Box::new(Event {
        context: context.clone(),
        text: text.to_owned(),
        exchange: Some(Box::new(exchange)),
        count: 1,
        ..Event::default()
    })
}

#[cfg(test)]
mod tests;
