//! Ctrl-C and SIGTERM: noted, so that a run can end with what it has.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};

/// Signals that came.
#[derive(Debug, Clone, Default)]
pub(super) struct Signals(Arc<AtomicUsize>);

impl Signals {
    /// Notes the first signal; the second ends the process at once.
    pub(super) fn noted() -> Self {
        let noted = Self::default();
        for signal in [SIGINT, SIGTERM] {
            let flag = Arc::clone(&noted.0);
            // Where it cannot be noted it ends the process, as without us.
            let _ =
                signal_hook::flag::register_usize(signal, flag, usize::try_from(signal).unwrap_or_default());
        }
        noted
    }

    /// The exit status of the signal that came: 130 or 143.
    pub(super) fn status(&self) -> Option<u8> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            signal => u8::try_from(128 + signal).ok(),
        }
    }
}
