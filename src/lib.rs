pub mod config;
pub mod database;
pub mod domain;
pub mod read;
