//! What README.md says of commands and keys is what the program has.

use clap::CommandFactory;
use presswire::command::Arguments;
use presswire::config;
use std::path::Path;

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    std::fs::read_to_string(path).expect("README.md is there")
}

/// A line a command, in the order of `--help`: how it is called, what it does.
fn table_of_commands() -> String {
    let mut arguments = Arguments::command();
    arguments.build();
    let mut table = String::from("| command | what it does |\n| --- | --- |\n");
    for verb in arguments
        .get_subcommands()
        .filter(|verb| verb.get_name() != "help")
    {
        let usage = verb.clone().render_usage().to_string();
        let usage = usage
            .trim_start_matches("Usage: ")
            .replace("[OPTIONS] ", "")
            .replace(" [OPTIONS]", "");
        let about = verb.get_about().expect("every command says what it does");
        table.push_str(&format!("| `{}` | {about} |\n", usage.replace('|', "\\|")));
    }
    table
}

#[test]
fn commands_of_the_readme_are_those_of_the_program() {
    let table = table_of_commands();
    assert!(
        readme().contains(&format!("\n\n{table}\n")),
        "put this into README.md, under Commands:\n\n{table}"
    );
}

#[test]
fn keys_of_the_readme_are_those_of_the_program() {
    let reference = config::reference();
    assert!(
        readme().contains(reference.trim_end()),
        "put the output of `presswire schema --markdown` into README.md, under Configuration"
    );
}

#[test]
fn toml_of_the_readme_is_accepted() {
    let readme = readme();
    let pieces: Vec<&str> = readme
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(!pieces.is_empty());
    for piece in pieces {
        let folder = crate::cli::folder(&format!("[wire]\ntitle = \"x\"\n{piece}"));
        let path = folder.path().join("feeds.toml");
        let loaded = config::load(&path, &|_| None);
        assert!(loaded.is_ok(), "{piece}\n{}", loaded.expect_err("refused"));
    }
}

#[test]
fn commands_in_the_examples_of_the_readme_are_understood() {
    let readme = readme();
    let lines = readme
        .lines()
        .filter_map(|line| line.split('#').next())
        .map(str::trim)
        .filter(|line| line.starts_with("presswire "));
    let mut count = 0;
    for line in lines {
        count += 1;
        let understood = Arguments::command().try_get_matches_from(line.split_whitespace());
        assert!(understood.is_ok(), "{line}");
    }
    assert!(count >= 5, "{count}");
}
