//! What the areas share: a scripted publisher, a daemon on port 0, requests as bytes.

pub mod asked;
pub(crate) mod publisher;
pub mod wire;
