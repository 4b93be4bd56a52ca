//! One binary of integration tests: real bytes over loopback, real files, real databases.
//!
//! Each area is a file of its own; what they share stands in `support`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test that cannot set up what it needs has failed"
)]

mod cli;
mod cli_asking;
mod cli_daemon;
mod config;
mod database;
mod decisions;
mod explaining;
mod fooled;
mod killed;
mod lifecycle;
mod looking_back;
mod operators;
mod polling;
mod reading;
mod readme;
mod serving;
mod serving_feeds;
mod statements;
mod support;
mod translations;
