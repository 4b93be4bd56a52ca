//! The press wire in one binary.

pub mod clock;
pub mod command;
pub mod config;
pub mod daemon;
pub mod database;
pub mod domain;
pub mod jobs;
pub mod poll;
pub mod publish;
pub mod read;
pub mod serve;
pub mod store;
pub mod wire;
