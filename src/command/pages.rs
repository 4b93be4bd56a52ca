//! `schema`, `completions`, `man`: what ships beside the program.

use super::arguments::Arguments;
use super::{Ended, answer};
use crate::config;
use clap::CommandFactory;

pub(super) fn schema(markdown: bool) -> anyhow::Result<Ended> {
    if markdown {
        answer::print(&config::reference())?;
        return Ok(Ended::Done);
    }
    let mut text = serde_json::to_string_pretty(&config::schema())?;
    text.push('\n');
    answer::print(&text)?;
    Ok(Ended::Done)
}

pub(super) fn completions(shell: clap_complete::Shell) -> anyhow::Result<Ended> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "presswire", &mut script);
    answer::print(&String::from_utf8_lossy(&script))?;
    Ok(Ended::Done)
}

/// One page with every command: `man presswire` is where people look.
pub(super) fn man() -> anyhow::Result<Ended> {
    let mut arguments = Arguments::command();
    arguments.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(arguments.clone()).render(&mut page)?;
    for verb in arguments
        .get_subcommands()
        .filter(|verb| verb.get_name() != "help")
    {
        let section = clap_mangen::Man::new(verb.clone());
        page.extend_from_slice(
            format!(".SH \"PRESSWIRE {}\"\n", verb.get_name().to_uppercase()).as_bytes(),
        );
        section.render_description_section(&mut page)?;
        section.render_synopsis_section(&mut page)?;
        section.render_options_section(&mut page)?;
    }
    answer::print(&String::from_utf8_lossy(&page))?;
    Ok(Ended::Done)
}
