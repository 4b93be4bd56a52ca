//! Where the configuration is, and reading it.

use super::answer;
use super::arguments::Arguments;
use crate::config::{self, Config, ConfigErrors, Warning};
use crate::database::Database;
use anyhow::Context;
use std::path::{Path, PathBuf};

/// The file that was asked for: `--config`, else `PRESSWIRE_CONFIG`, else `./feeds.toml`. An empty
/// variable is as good as none.
pub(super) fn path(arguments: &Arguments) -> PathBuf {
    match arguments.config.as_os_str().is_empty() {
        true => PathBuf::from("feeds.toml"),
        false => arguments.config.clone(),
    }
}

/// The process's environment.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The configuration with its warnings.
///
/// # Errors
/// As [`config::load`].
pub(super) fn load(path: &Path) -> Result<(Config, Vec<Warning>), ConfigErrors> {
    config::load(path, &variable)
}

/// The configuration; its warnings are said on stderr.
///
/// # Errors
/// As [`config::load`].
pub(super) fn load_and_warn(path: &Path) -> Result<Config, ConfigErrors> {
    let (config, warnings) = load(path)?;
    for warning in warnings {
        answer::say(&warning.render(true));
    }
    Ok(config)
}

/// The runtime of a command: as many threads as there are processors.
///
/// # Errors
/// What the system says to threads.
pub(super) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}

/// The database, made where there is none yet.
///
/// # Errors
/// Where its folder can't be made, or the database not opened.
pub(super) async fn database(config: &Config) -> anyhow::Result<Database> {
    let file = &config.store.database;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("make the folder {}", folder.display()))?;
    }
    let host = config.wire.url.host_str().unwrap_or_default();
    Ok(Database::open(file, host).await?)
}

/// The database, where there is one: a command that only looks makes none.
///
/// # Errors
/// Where it can't be opened.
pub(super) async fn database_if_any(config: &Config) -> anyhow::Result<Option<Database>> {
    match config.store.database.exists() {
        true => Ok(Some(database(config).await?)),
        false => Ok(None),
    }
}
