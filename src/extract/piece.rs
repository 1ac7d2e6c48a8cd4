//! Pieces of evidence from one record, and how they make one attempt or several.
//!
//! Every reader yields [`Piece`]s: what stood at one place of the record. Pieces that do not
//! contradict each other speak of the same attempt; what more trusted pieces say wins.

use crate::model::{BodyKind, FailedRequest, Headers, Role, Transport};

/// How far a piece can be trusted, in the order of `renderings.md` section 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Trust {
    /// Follows from the class of the exception.
    #[default]
    Class,
    /// A number or phrase in prose.
    Prose,
    /// A known rendering of a client library.
    Rendering,
    /// The error object or the HTTP message itself.
    Object,
}

/// What one place of a record says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Piece {
    /// Byte offset in the text, for order.
    pub(crate) at: usize,
    /// How far it can be trusted.
    pub(crate) trust: Trust,
    /// HTTP status.
    pub(crate) status: Option<u16>,
    /// `error.code`.
    pub(crate) code: Option<String>,
    /// `error.type`.
    pub(crate) kind: Option<String>,
    /// `error.param`.
    pub(crate) param: Option<String>,
    /// `error.message`, or prose.
    pub(crate) message: Option<String>,
    /// What the body was.
    pub(crate) body: Option<BodyKind>,
    /// Text of an HTML or plain body.
    pub(crate) page: Option<String>,
    /// Why no answer came.
    pub(crate) transport: Option<Transport>,
    /// Headers.
    pub(crate) headers: Option<Box<Headers>>,
    /// OpenAI's request id outside headers.
    pub(crate) request_id: Option<String>,
    /// Request method.
    pub(crate) method: Option<String>,
    /// URL that was called.
    pub(crate) url: Option<String>,
    /// Model that was asked for.
    pub(crate) model: Option<String>,
    /// Class of the exception.
    pub(crate) exception: Option<String>,
    /// Pause before the next try.
    pub(crate) retry_in_ms: Option<u64>,
    /// Number of the attempt, from 1.
    pub(crate) attempt: Option<u32>,
    /// The part it plays.
    pub(crate) role: Option<Role>,
    /// What wrote it, where the wording tells.
    pub(crate) origin: &'static str,
    /// The error object has OpenAI's four members and no others.
    pub(crate) is_openai_shaped: bool,
    /// An object in it has the shape of another provider's errors.
    pub(crate) has_foreign_shape: bool,
    /// The client library refused before it sent anything.
    pub(crate) is_before_request: bool,
}

impl Piece {
    /// Whether the piece by itself says that something failed.
    pub(crate) fn says_failed(&self) -> bool {
        self.status.is_some_and(|status| status >= 400)
            || self.code.is_some()
            || self.transport.is_some()
            || self.is_before_request
            || self.body == Some(BodyKind::Html)
            || self.message.is_some()
    }

    /// Whether it shows more of an answer than its status.
    pub(crate) fn has_own_words(&self) -> bool {
        self.code.is_some() || self.kind.is_some() || self.is_openai_shaped || self.id().is_some()
    }

    fn id(&self) -> Option<&str> {
        self.request_id
            .as_deref()
            .or_else(|| self.headers.as_ref().and_then(|headers| headers.request_id.as_deref()))
    }

    /// Whether both can speak of the same attempt.
    fn agrees_with(&self, other: &Self) -> bool {
        let differ = |a: Option<&str>, b: Option<&str>| matches!((a, b), (Some(a), Some(b)) if a != b);
        if differ(self.id(), other.id()) {
            return false;
        }
        if self.id().is_some() && self.id() == other.id() {
            return true;
        }
        if matches!((self.attempt, other.attempt), (Some(a), Some(b)) if a != b) {
            return false;
        }
        let trusted = self.trust >= Trust::Rendering && other.trust >= Trust::Rendering;
        if trusted && matches!((self.status, other.status), (Some(a), Some(b)) if a != b) {
            return false;
        }
        if self.trust == Trust::Object && other.trust == Trust::Object {
            if differ(self.code.as_deref(), other.code.as_deref()) {
                return false;
            }
            if let (Some(a), Some(b)) = (self.message.as_deref(), other.message.as_deref()) {
                return is_same_message(a, b);
            }
        }
        true
    }

    /// The longer of both messages, where they are the same text.
    fn longer_message(&self, other: &Self) -> Option<String> {
        let (mine, theirs) = (self.message.as_ref()?, other.message.as_ref()?);
        is_same_message(mine, theirs).then(|| if mine.len() >= theirs.len() { mine } else { theirs }.clone())
    }

    /// Takes over what the other knows and this does not, or knows better.
    fn absorb(&mut self, other: Self) {
        let is_better = other.trust > self.trust;
        macro_rules! take {
            ($($field:ident),+) => {$(
                if other.$field.is_some() && (self.$field.is_none() || is_better) {
                    self.$field = other.$field;
                }
            )+};
        }
        let longer_message = self.longer_message(&other);
        let headers = match (self.headers.take(), other.headers) {
            (Some(mine), Some(theirs)) => Some(if mine.request_id.is_some() { mine } else { theirs }),
            (mine, theirs) => mine.or(theirs),
        };
        self.headers = headers;
        take!(status, code, kind, param, message, page, request_id, method, url, model, exception);
        if let Some(reason) = other.transport
            && self.transport.is_none_or(|known| is_narrower(reason, known))
        {
            self.transport = Some(reason);
        }
        self.body = match (self.body, other.body) {
            (Some(BodyKind::Object), _) | (_, Some(BodyKind::Object)) => Some(BodyKind::Object),
            (mine, theirs) => mine.or(theirs),
        };
        self.retry_in_ms = self.retry_in_ms.or(other.retry_in_ms);
        self.attempt = self.attempt.or(other.attempt);
        self.role = self.role.max(other.role);
        self.is_before_request |= other.is_before_request;
        self.is_openai_shaped |= other.is_openai_shaped;
        self.has_foreign_shape |= other.has_foreign_shape;
        if self.origin.is_empty() {
            self.origin = other.origin;
        }
        self.trust = self.trust.max(other.trust);
        if let Some(message) = longer_message
            && self.trust != Trust::Object
        {
            self.message = Some(message);
        }
    }
}

/// Whether a reason says more than the one that is known: the first of a chain counts, but for reasons that
/// only name what failed.
fn is_narrower(reason: Transport, known: Transport) -> bool {
    use Transport::{ProxyAuth, ProxyRefused, TlsExpired, TlsNotYetValid, TlsOther, TlsUntrusted, Unknown};
    match known {
        Unknown => true,
        TlsOther => matches!(reason, TlsExpired | TlsNotYetValid | TlsUntrusted),
        TlsUntrusted => matches!(reason, TlsExpired | TlsNotYetValid),
        ProxyRefused => reason == ProxyAuth,
        _ => false,
    }
}

/// Whether two messages are the same text, one of them perhaps cut, re-wrapped, or part of the other.
fn is_same_message(a: &str, b: &str) -> bool {
    let is_kept = |c: &char| c.is_alphanumeric() || *c == '*';
    let mut of_a = a.chars().filter(is_kept).take(48);
    if a == b || of_a.clone().eq(b.chars().filter(is_kept).take(48)) {
        return of_a.next().is_some();
    }
    let squeeze = |text: &str| -> String { text.chars().filter(is_kept).take(2_000).collect() };
    let (a, b) = (squeeze(a), squeeze(b));
    let start = |text: &str| -> String { text.chars().take(48).collect() };
    !a.is_empty() && !b.is_empty() && (a.contains(start(&b).as_str()) || b.contains(start(&a).as_str()))
}

/// Adds whom the failed request went to that the process remembers, where its status is that of the piece.
pub(crate) fn called(pieces: &mut [Piece], request: &FailedRequest) {
    for piece in pieces {
        if piece.status == Some(request.status) && piece.url.is_none() {
            piece.url.clone_from(&request.url);
            piece.method = piece.method.take().or_else(|| request.method.clone());
        }
    }
}

/// One piece an attempt, in the order of the text.
pub(crate) fn attempts(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_by_key(|piece| piece.at);
    let mut attempts: Vec<Piece> = Vec::new();
    for piece in pieces {
        let same_id = |attempt: &Piece| attempt.id().is_some() && attempt.id() == piece.id();
        let index = attempts
            .iter()
            .rposition(same_id)
            .or_else(|| attempts.iter().rposition(|attempt| attempt.agrees_with(&piece)));
        match index.and_then(|index| attempts.get_mut(index)) {
            Some(attempt) => attempt.absorb(piece),
            None => attempts.push(piece),
        }
    }
    attempts
}
