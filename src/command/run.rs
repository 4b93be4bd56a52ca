//! `run`: the daemon.

use super::{Ended, logs, settings};
use crate::config;
use crate::daemon::{self, Options};
use std::path::Path;
use std::sync::Arc;

/// What `run` was asked.
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub struct Request {
    /// Serve what is there, ask no source.
    #[arg(long)]
    pub no_poll: bool,
}

pub(super) fn run(path: &Path, request: Request) -> anyhow::Result<Ended> {
    let config = settings::load_and_warn(path)?;
    logs::begin(&config.log, logs::OF_DAEMON);
    let path = path.to_owned();
    let load = Arc::new(move || config::load(&path, &settings::variable));
    let options = Options {
        poll: !request.no_poll,
    };
    let runtime = settings::runtime()?;
    let ended = runtime.block_on(daemon::run(config, load, options));
    // The daemon has waited as long as it may: a file or name that still hangs is not waited for.
    runtime.shutdown_background();
    ended.map(|()| Ended::Done)
}
