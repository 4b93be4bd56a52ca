//! How many bodies are in memory at once: eight, from their first 64 KiB until they are stored.
//!
//! The limit on memory must not become a way to stop us: a publisher that sends half a body and then
//! hangs would hold its place for a whole time-out, and eight of them everybody's. So six places are
//! for bodies that come at a pace, and one that keeps its place waiting moves aside into one of two
//! others; where those are taken too and somebody waits, it is cut.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const QUICK: usize = 6;
const ASIDE: usize = 2;

/// The places.
#[derive(Clone)]
pub struct Bodies {
    quick: Arc<Semaphore>,
    aside: Arc<Semaphore>,
}

/// The right to hold one body; held until it is stored.
pub struct Place {
    permit: OwnedSemaphorePermit,
    aside: bool,
}

impl Default for Bodies {
    fn default() -> Self {
        Bodies {
            quick: Arc::new(Semaphore::new(QUICK)),
            aside: Arc::new(Semaphore::new(ASIDE)),
        }
    }
}

impl Bodies {
    /// Waits for a place.
    pub async fn place(&self) -> Place {
        let permit = Arc::clone(&self.quick).acquire_owned().await;
        Place {
            permit: permit.expect("the semaphore is never closed"),
            aside: false,
        }
    }

    /// Moves a body aside that keeps its place waiting; false where it has to go altogether.
    pub fn make_way(&self, place: &mut Place) -> bool {
        if place.aside || self.quick.available_permits() > 0 {
            return true;
        }
        match Arc::clone(&self.aside).try_acquire_owned() {
            Ok(permit) => {
                place.permit = permit;
                place.aside = true;
                true
            }
            Err(_) => false,
        }
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Place {{ permits: {}, aside: {} }}",
            self.permit.num_permits(),
            self.aside
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hanging_bodies_make_way_for_others() {
        let bodies = Bodies::default();
        let mut held = Vec::new();
        for _ in 0..QUICK {
            held.push(bodies.place().await);
        }
        assert!(bodies.make_way(&mut held[0]));
        assert!(held[0].aside);
        held.push(bodies.place().await);
        assert!(bodies.make_way(&mut held[1]));
        held.push(bodies.place().await);
        assert!(!bodies.make_way(&mut held[2]), "no place is left aside");
        assert!(bodies.make_way(&mut held[0]), "who is aside already stays");
        drop(held.pop());
        assert!(bodies.make_way(&mut held[2]), "nobody is kept waiting");
    }
}
