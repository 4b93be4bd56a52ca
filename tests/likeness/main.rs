//! How well likeness tells what is one text from what only looks like it.
//!
//! `cargo test --test likeness -- --nocapture` prints precision, recall and F1 by kind; with
//! `LIKENESS_SHOW=1` also every pair that went wrong. The rule is tuned on one half of texts and publishers
//! and reported on the other: whoever looks at a pair of the held half has tuned on it. What CI holds are
//! floors on both.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a text that is not there fails the test; the tables are its output"
)]

mod bases;
mod chance;
mod changed;
mod evaluation;
mod negatives;
mod order;
#[path = "../suite/support/publisher.rs"]
mod publisher;
mod republish;
mod sites;
mod templates;
