//! Others' words in, against a publisher on loopback that says and does what a test needs.

mod claiming;
mod fetching;
mod sources;
mod stage;
