//! Others' words in: asks the sources that are due, reads what they answer, has it decided and kept.
//!
//! In the order of the walk: [`hosts`] says whose turn it is, [`fetch`] sends one bounded conditional
//! GET ([`guard`] looks at each address, [`client`] holds the connections, [`body`] and [`bodies`]
//! bound what comes, [`headers`] reads what it says about itself, [`failure`] why it did not come).
//! Nothing here decides what a text is or belongs to: that is `domain`'s.

pub mod bodies;
pub mod body;
pub mod client;
pub mod failure;
pub mod fetch;
pub mod guard;
pub mod headers;
pub mod hosts;
pub mod shown;
