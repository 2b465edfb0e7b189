//! Stdin through the real binary, larger than what is read at once: all of it comes out, whatever it is.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::process::{Command, Stdio};
use std::thread;

/// Some megabytes in which characters of two bytes lie across every border.
fn stream() -> String {
    let document = "---\nkind: ConfigMap\ndata: {a: ééééééééééééééééééééé}\n";
    document.repeat((9 << 20) / document.len())
}

fn file(text: &str) -> File {
    let mut file = tempfile::tempfile().expect("a scratch file");
    file.write_all(text.as_bytes()).expect("it is written");
    file.rewind().expect("it is read from its beginning");
    file
}

fn render(stdin: impl Into<Stdio>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(["render", "-"]).env_clear().stdin(stdin);
    command
}

fn rendered(stdin: impl Into<Stdio>) -> String {
    let output = render(stdin).output().expect("it runs");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("UTF-8 comes out")
}

#[test]
fn a_large_file_comes_out_as_it_went_in() {
    let text = stream();
    assert!(rendered(file(&text)) == text);
}

#[test]
fn a_file_is_read_from_where_it_stands_to_its_end() {
    let text = stream();
    let mut file = file(&text);
    let second = text[1..].find("---").map_or(0, |at| at + 1);
    file.seek(SeekFrom::Start(second as u64)).expect("it moves");
    let shared = file.try_clone().expect("one file, one position");
    assert!(rendered(shared) == text[second..]);
    assert_eq!(file.stream_position().ok(), Some(text.len() as u64));
}

#[test]
fn a_large_pipe_comes_out_as_it_went_in() {
    let text = stream();
    let mut child = render(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("it was asked for");
    let output = thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(text.as_bytes()).expect("it is read"));
        child.wait_with_output().expect("it ends")
    });
    assert!(output.status.success());
    assert!(output.stdout == stream().into_bytes());
}

#[test]
fn a_file_that_is_not_utf_8_in_its_middle_is_refused() {
    let mut bytes = stream().into_bytes();
    let middle = bytes.len() / 2;
    bytes[middle] = 0xff;
    let mut file = file("");
    file.write_all(&bytes).expect("it is written");
    file.rewind().expect("it is read from its beginning");
    let output = render(file).output().expect("it runs");
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
}
