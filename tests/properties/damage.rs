//! Bytes knocked out of place: what editors, templates and bad merges do to a document.

#[path = "../support/fragments.rs"]
mod fragments;

use super::tape::Tape;
use fragments::FRAGMENTS;

/// Damages a text at a few places.
pub fn damaged(tape: &mut Tape, text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..=tape.choose(4) {
        let at = floor(&text, tape.choose_wide(text.len() + 1));
        let to = floor(&text, (at + tape.choose(12)).min(text.len()));
        match tape.choose(5) {
            0 => text.insert_str(at, tape.pick(FRAGMENTS)),
            1 => text.replace_range(at..to, ""),
            2 => text.replace_range(at..to, tape.pick(FRAGMENTS)),
            3 => {
                let copy = text[at..to].to_owned();
                let other = floor(&text, tape.choose_wide(text.len() + 1));
                text.insert_str(other, &copy);
            }
            _ => move_line(tape, &mut text),
        }
    }
    text
}

/// Indents or outdents one line.
fn move_line(tape: &mut Tape, text: &mut String) {
    let at = floor(text, tape.choose_wide(text.len() + 1));
    let line = text[..at].rfind('\n').map_or(0, |n| n + 1);
    if tape.rarely(2) && text[line..].starts_with(' ') {
        text.remove(line);
    } else {
        text.insert(line, ' ');
    }
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|n| text.is_char_boundary(*n))
        .unwrap_or(0)
}
