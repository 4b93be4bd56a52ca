//! feeds.toml and the environment -> [`Config`].
//!
//! Every key of the contract's §2 is parsed, checked and typed here; whatever is refused is refused
//! with file, line, caret and remedy, all of it at once, and no line that is shown holds a secret.
//! Nothing behind this room sees a string that means an address, a duration or a pattern.
//!
//! The walk: `text` reads the file into a tree, `section` takes values from its tables by the names
//! in `keys`, `values` makes types of them, `sections`, `topics` and `sources` put them together,
//! `environment` has the last word. What is wrong becomes a [`Fault`], masked by `mask`.

mod edit;
mod environment;
mod fault;
mod keys;
mod mask;
mod model;
mod schema;
mod section;
mod sections;
mod sources;
mod text;
mod topics;
mod values;

pub use edit::{EditError, NewSource, append_source, free_id};
pub use fault::{ConfigErrors, Fault, Severity, Warning};
pub use mask::masked;
pub use model::*;
pub use schema::{reference, schema};

use environment::Environment;
use std::net::SocketAddr;
use std::path::Path;
use text::Reading;

/// The configuration in the file at `path`, overruled by the variables that `env` gives, and what is
/// odd about it without being wrong.
///
/// # Errors
/// [`ConfigErrors`] holds everything that is wrong with it, not only the first.
pub fn load(
    path: &Path,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<(Config, Vec<Fault>), ConfigErrors> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let text = text::read(&path).map_err(|fault| ConfigErrors::one(*fault))?;
    let mut reading = Reading::new(&path, &text);
    let config = reading
        .parse()
        .map(|root| sections::config(&path, root.get_ref(), &Environment(env), &mut reading));
    let (faults, refused, more) = reading.end();
    match config {
        Some(config) if !refused => Ok((config, faults)),
        _ => Err(ConfigErrors { faults, more }),
    }
}

/// Where the daemon of this configuration listens; all else in the file may be wrong.
///
/// # Errors
/// As [`load`], but for faults of this one key only.
pub fn listen(
    path: &Path,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<SocketAddr, ConfigErrors> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let env = Environment(env);
    // In a container the environment says it, and the file may even be missing.
    let named = env
        .value("PRESSWIRE_LISTEN")
        .is_ok_and(|value| value.is_some());
    let text = match named {
        true => String::new(),
        false => text::read(&path).map_err(|fault| ConfigErrors::one(*fault))?,
    };
    let mut reading = Reading::new(&path, &text);
    let listen = reading
        .parse()
        .map(|root| sections::listen(root.get_ref(), &env, &mut reading));
    let (faults, refused, more) = reading.end();
    match listen {
        Some(listen) if !refused => Ok(listen),
        _ => Err(ConfigErrors { faults, more }),
    }
}
