//! Others' words in, against a publisher on loopback that says and does what a test needs.

mod claiming;
mod connections;
mod faring;
mod fetching;
mod secrets;
mod sources;
mod stage;
