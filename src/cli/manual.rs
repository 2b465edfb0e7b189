//! What is made from the definition of the command line: manual pages and completions.
//!
//! Text alone: it does not know where a page is put, nor what a command does.

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Cli;

/// A page of the manual.
pub struct Page {
    /// The name of its file: `countersign-lock.1`.
    pub file: String,
    /// For `man`.
    pub roff: Vec<u8>,
}

/// What a shell reads to complete commands and options.
#[must_use]
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "countersign", &mut text);
    text
}

/// A page for the program and one for each of its commands.
///
/// # Errors
/// Never: a page is written into memory.
pub fn pages() -> std::io::Result<Vec<Page>> {
    let mut program = Cli::command();
    program.build();
    let mut pages = Vec::new();
    add(&program, &mut pages)?;
    Ok(pages)
}

fn add(command: &clap::Command, pages: &mut Vec<Page>) -> std::io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let page = Man::new(command.clone()).source(concat!("countersign ", env!("CARGO_PKG_VERSION")));
    let mut roff = Vec::new();
    page.render(&mut roff)?;
    pages.push(Page {
        file: format!("{name}.1"),
        roff,
    });
    command
        .get_subcommands()
        .try_for_each(|command| add(command, pages))
}
