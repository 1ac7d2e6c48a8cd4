//! Ctrl-C and SIGTERM: noted, so that a run can end with what it has.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::source::Stop;

/// Signals that came.
#[derive(Debug, Clone, Default)]
pub(super) struct Signals {
    number: Arc<AtomicUsize>,
    has_come: Arc<AtomicBool>,
}

impl Signals {
    /// Notes the first signal; the second ends the process at once.
    pub(super) fn noted() -> Self {
        let noted = Self::default();
        for signal in [SIGINT, SIGTERM] {
            // In this order, so that the first signal finds the condition unset. Where a signal cannot be noted it
            // ends the process, as without us.
            let _ = flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&noted.has_come));
            let number = usize::try_from(signal).unwrap_or_default();
            let _ = flag::register_usize(signal, Arc::clone(&noted.number), number);
            let _ = flag::register(signal, Arc::clone(&noted.has_come));
        }
        noted
    }

    /// The exit status of the signal that came: 130 or 143.
    pub(super) fn status(&self) -> Option<u8> {
        match self.number.load(Ordering::Relaxed) {
            0 => None,
            signal => u8::try_from(128 + signal).ok(),
        }
    }

    /// Ends reading when a signal comes.
    pub(super) fn stop(&self) -> Stop {
        Stop::by(Arc::clone(&self.has_come))
    }
}
