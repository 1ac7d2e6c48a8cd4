//! How much was read so far, for those who show progress.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Counts bytes as they are stored, before they are unpacked. Shared between threads.
#[derive(Debug, Default)]
pub struct Meter {
    bytes: AtomicU64,
    current: Mutex<Arc<str>>,
}

impl Meter {
    /// Bytes read of all inputs.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Name of the input that was begun last.
    #[must_use]
    pub fn current(&self) -> Arc<str> {
        Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// An input begins.
    pub(super) fn begin(&self, name: &Arc<str>) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(name);
    }

    /// So many bytes were read.
    pub(super) fn add(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}
