//! One binary of integration tests: real bytes over loopback, real files, real databases.
//!
//! Each area is a file of its own; what they share stands in `support`.

mod config;
mod database;
mod polling;
mod support;
