//! The command line (contract §1): one file per verb, and what they share.
//!
//! Answers go to stdout, faults, progress and logs to stderr. A command ends [`Ended::Done`], or says
//! why not: 1 it did not work, 2 wrong usage or configuration. Nothing here decides anything about
//! feeds; a verb opens what it needs, asks the room that knows, and prints.

mod add;
mod answer;
mod arguments;
mod asking;
mod check;
mod decide;
mod explain;
mod health;
mod logs;
mod pages;
mod poll;
mod read;
mod run;
mod settings;
mod sources;
mod trial;

use arguments::Note;
pub use arguments::{Arguments, Verb};

use crate::config::ConfigErrors;
use crate::domain::decision::Ruling;
use clap::Parser;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It did what was asked: 0.
    Done,
    /// It did not work, and has said why: 1.
    Failed,
    /// Wrong usage or configuration, and it has said which: 2.
    Misused,
}

impl From<Ended> for ExitCode {
    fn from(ended: Ended) -> ExitCode {
        ExitCode::from(match ended {
            Ended::Done => 0,
            Ended::Failed => 1,
            Ended::Misused => 2,
        })
    }
}

/// Wrong usage that only shows when a command looks closer: an unknown source, say.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Misuse {
    message: String,
    remedy: String,
}

/// Runs the command that `arguments` (with the program's name first) ask for.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        // Help and version are answers (0, stdout), everything else is a fault (2, stderr).
        Err(told) => {
            let code = u8::try_from(told.exit_code()).unwrap_or(2);
            return match told.print() {
                Ok(()) => ExitCode::from(code),
                Err(error) => end(Err(error.into())),
            };
        }
    };
    let path = settings::path(&arguments);
    let verb = match arguments.verb {
        None => Verb::Run(arguments.run),
        Some(Verb::Run(asked)) => Verb::Run(run::Request {
            no_poll: asked.no_poll || arguments.run.no_poll,
        }),
        Some(_) if arguments.run.no_poll => {
            return end(Err(Misuse {
                message: "--no-poll belongs to `run`".to_owned(),
                remedy: "leave it out".to_owned(),
            }
            .into()));
        }
        Some(verb) => verb,
    };
    end(match verb {
        Verb::Run(request) => run::run(&path, request),
        Verb::Check(asked) => check::check(&path, asked),
        Verb::Explain(asked) => explain::explain(&path, &asked),
        Verb::Read(request) => read::read(&request),
        Verb::Poll(request) => poll::poll(&path, &request),
        Verb::Try(request) => trial::attempt(&path, &request),
        Verb::Add(request) => add::add(&path, &request),
        Verb::Hide { id, reason, asked } => {
            let reason = Some(reason);
            said(
                &path,
                Ruling::Hide,
                id,
                String::new(),
                Note { reason, asked },
            )
        }
        Verb::Unhide { id, note } => said(&path, Ruling::Unhide, id, String::new(), note),
        Verb::Join { id, other, note } => said(&path, Ruling::Join, id, other, note),
        Verb::Split { id, url, note } => said(&path, Ruling::Split, id, url, note),
        Verb::Relate {
            id,
            statement,
            note,
        } => said(&path, Ruling::Relate, id, statement, note),
        Verb::Unrelate {
            id,
            statement,
            note,
        } => said(&path, Ruling::Unrelate, id, statement, note),
        Verb::Sources(asked) => sources::sources(&path, asked),
        Verb::Health(asked) => health::health(&path, asked),
        Verb::Schema { markdown } => pages::schema(markdown),
        Verb::Completions { shell } => pages::completions(shell),
        Verb::Man => pages::man(),
    })
}

/// An editor's word; `other` is what stands second on the command line.
fn said(
    path: &Path,
    ruling: Ruling,
    id: String,
    other: String,
    note: Note,
) -> anyhow::Result<Ended> {
    let said = decide::Said {
        ruling,
        id,
        other,
        reason: note.reason.unwrap_or_default(),
        json: note.asked.json,
    };
    decide::decide(path, &said)
}

/// The exit code of what a command came to, its fault said on stderr.
fn end(ended: anyhow::Result<Ended>) -> ExitCode {
    match ended {
        Ok(ended) => ended.into(),
        Err(error) => fault(&error).into(),
    }
}

fn fault(error: &anyhow::Error) -> Ended {
    if let Some(errors) = error.downcast_ref::<ConfigErrors>() {
        answer::say(&errors.render(true));
        return Ended::Misused;
    }
    if let Some(misuse) = error.downcast_ref::<Misuse>() {
        answer::say_fault(&misuse.message, &misuse.remedy);
        return Ended::Misused;
    }
    // `presswire … | head` has what it wanted.
    let broken_pipe = error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
    });
    if broken_pipe {
        return Ended::Done;
    }
    answer::say_fault(&format!("{error:#}"), "");
    Ended::Failed
}
