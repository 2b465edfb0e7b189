//! Diagnostic to terminal text.
//!
//! One voice for all doors: the fact, an arrow to its place, the line itself with carets, the way
//! out. It knows diagnostics and nothing else, so a value has no way in; everything that is printed
//! goes through `safe` first. The line of source is drawn by `picture`.

use std::fmt::Write as _;

use super::most::{and_more, most};
use super::safe::terminal;
use super::{Diagnostic, Place, Severity};

mod picture;

/// As much as is shown where a person cannot leaf through it.
const LONGEST: usize = 8 * 1024;

/// All of them as text: a blank line in between, a line break at the end, nothing around it.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], colour: bool) -> String {
    let paint = Paint { colour };
    let texts: Vec<String> = diagnostics.iter().map(|d| one(d, &paint)).collect();
    texts.join("\n")
}

/// What a run has to say, as much of it as somebody reads. kustomize does not say which function
/// failed, so each message names it.
#[must_use]
pub fn report(diagnostics: &[Diagnostic], function: Option<&str>, colour: bool) -> String {
    let paint = Paint { colour };
    let (shown, more) = most(diagnostics);
    let mut texts: Vec<String> = shown.into_iter().map(|d| one(d, &paint)).collect();
    if more > 0 {
        texts.push(and_more(more) + "\n");
    }
    let named = texts.into_iter().map(|text| match function {
        Some(name) => format!("{name}: {text}"),
        None => text,
    });
    named.collect::<Vec<_>>().join("\n")
}

/// Of a long text its beginning and its end, where programs name the cause.
#[must_use]
pub fn bounded(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let head = text.floor_char_boundary(LONGEST * 2 / 3);
    let tail = text.ceil_char_boundary(text.len() - LONGEST / 4);
    format!("{}\n  [...]\n{}", &text[..head], &text[tail..])
}

fn one(diagnostic: &Diagnostic, paint: &Paint) -> String {
    let (style, word) = match diagnostic.severity {
        Severity::Error => (Style::Error, "error"),
        Severity::Warning => (Style::Warning, "warning"),
    };
    let label = paint.text(style, &format!("{word}[{}]", diagnostic.code.name()));
    let fact = paint.text(Style::Fact, &indented(&diagnostic.message));
    let mut text = format!("{label}: {fact}\n");
    if let Some(place) = &diagnostic.place {
        text.push_str(&where_it_is(place, style, paint));
    }
    if let Some(hint) = &diagnostic.hint {
        let label = paint.text(Style::Hint, "hint");
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{label}: {}", indented(hint));
    }
    text
}

/// The arrow, and the line with its mark.
fn where_it_is(place: &Place, mark: Style, paint: &Paint) -> String {
    let number = if place.line == 0 {
        String::new()
    } else {
        place.line.to_string()
    };
    let gutter = " ".repeat(number.len().max(1));
    let mut text = String::new();
    if let Some(location) = location(place) {
        let _ = writeln!(
            text,
            "{gutter}{} {location}",
            paint.text(Style::Gutter, "-->")
        );
    }
    if let Some(picture) = &place.picture {
        let drawn = picture::draw(picture);
        let bar = paint.text(Style::Gutter, "|");
        let number = paint.text(
            Style::Gutter,
            &format!("{number:>width$}", width = gutter.len()),
        );
        let carets = paint.text(mark, &drawn.carets);
        let _ = writeln!(text, "{gutter} {bar}");
        let _ = writeln!(
            text,
            "{}",
            format!("{number} {bar} {}", drawn.line).trim_end()
        );
        let _ = writeln!(text, "{gutter} {bar} {}{carets}", drawn.indent);
    }
    text
}

/// `secrets.yaml:9:12 (VaultSecrets/orders spec.secrets[0].path)`, as much of it as is known.
fn location(place: &Place) -> Option<String> {
    let file = place.file.as_ref().map(|file| {
        let mut text = terminal(file).into_owned();
        for number in [place.line, place.column]
            .into_iter()
            .take_while(|n| *n != 0)
        {
            let _ = write!(text, ":{number}");
        }
        text
    });
    let object = match (&place.object, &place.field) {
        (Some(object), Some(field)) => Some(format!("{} {}", terminal(object), terminal(field))),
        (Some(one), None) | (None, Some(one)) => Some(terminal(one).into_owned()),
        (None, None) => None,
    };
    match (file, object) {
        (Some(file), Some(object)) => Some(format!("{file} ({object})")),
        (file, object) => file.or(object),
    }
}

/// Later lines of a message stand two columns in, so that none can pass for a line of ours.
fn indented(text: &str) -> String {
    let lines: Vec<_> = text.trim_end().lines().map(terminal).collect();
    lines.join("\n  ")
}

/// What a piece of text is, for its colour.
#[derive(Clone, Copy)]
enum Style {
    Error,
    Warning,
    Fact,
    Gutter,
    Hint,
}

/// The only place that knows ANSI sequences. Without colour the text says the same.
struct Paint {
    colour: bool,
}

impl Paint {
    fn text(&self, style: Style, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let code = match style {
            Style::Error => "1;31",
            Style::Warning => "1;33",
            Style::Fact => "1",
            Style::Gutter => "1;34",
            Style::Hint => "1;36",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

#[cfg(test)]
mod tests;
