//! Completions: what a real bash offers, and what the other shells are given.

use crate::scratch::Scratch;

/// What bash offers for a line that ends in the word which is being typed.
fn offered(scratch: &Scratch, words: &str) -> Vec<String> {
    let lines = format!(
        "source <(countersign completions bash)
         complete -p countersign > /dev/null
         COMP_WORDS=({words}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
         _countersign countersign \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let printed = scratch.prints(&lines);
    printed.lines().map(str::to_owned).collect()
}

#[test]
fn bash_offers_commands_options_and_words() {
    let scratch = Scratch::with(&[]);
    assert_eq!(offered(&scratch, "countersign pl"), ["plan", "plugin"]);
    assert_eq!(
        offered(&scratch, "countersign plugin install k"),
        ["kustomize"]
    );
    assert_eq!(
        offered(&scratch, "countersign plan --format ''"),
        ["text", "json", "markdown"]
    );
    assert_eq!(offered(&scratch, "countersign lock --upg"), ["--upgrade"]);
}

#[test]
fn every_shell_is_told_of_every_command() {
    let scratch = Scratch::with(&[]);
    let help = scratch.prints("countersign --help");
    let commands = help.split("\nCommands:\n").nth(1).unwrap();
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let commands: Vec<&str> = commands
        .filter(|line| !line.starts_with("    "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.contains(&"completions"), "{commands:?}");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let text = scratch.prints(&format!("countersign completions {shell}"));
        for command in &commands {
            assert!(text.contains(command), "{shell}: {command}");
        }
    }
}
