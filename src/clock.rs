//! The only reader of the wall clock: everybody else is told what time it is.

use crate::domain::Moment;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Says what time it is; cheap to clone.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    System,
    /// Stands still until it is set: for tests. Milliseconds since 1970, UTC.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn fixed(at: Moment) -> Clock {
        Clock::Fixed(Arc::new(AtomicI64::new(at.timestamp_millis())))
    }

    /// The present, in whole milliseconds, as the database keeps it.
    pub fn now(&self) -> Moment {
        let millis = match self {
            Clock::System => chrono::Utc::now().timestamp_millis(),
            Clock::Fixed(at) => at.load(Ordering::Relaxed),
        };
        Moment::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// Moves a fixed clock; the machine's stays what it is.
    pub fn set(&self, at: Moment) {
        if let Clock::Fixed(clock) = self {
            clock.store(at.timestamp_millis(), Ordering::Relaxed);
        }
    }
}
