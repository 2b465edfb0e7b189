//! The same object in many layouts: quoting, indentation, flow style, comments, line ends, tags, anchors, JSON.

use super::model::Node;
use super::tape::Tape;

/// How one document is laid out.
struct Layout {
    indent: usize,
    /// Dashes stand deeper than their key.
    deep_dashes: bool,
    newline: &'static str,
    /// Writes tags, anchors and explicit keys as well.
    fancy: bool,
    anchors: usize,
}

/// Writes a stream of documents; the second answer says that every layout in it is an everyday one, which must be
/// handled and not refused.
pub fn stream(tape: &mut Tape, objects: &[Node]) -> (String, bool) {
    let newline = if tape.rarely(5) { "\r\n" } else { "\n" };
    let mut everyday = true;
    let mut out = String::new();
    if tape.rarely(12) {
        out.push('\u{feff}');
    }
    for (at, object) in objects.iter().enumerate() {
        let mut layout = Layout {
            indent: [2, 4, 1, 3][tape.choose(4)],
            deep_dashes: tape.rarely(2),
            newline,
            fancy: tape.rarely(4),
            anchors: 0,
        };
        everyday &= !layout.fancy;
        if at > 0 || tape.rarely(2) {
            out.push_str(
                tape.pick(&[
                    "---",
                    "---",
                    "--- # web",
                    "---  ",
                    "# Source: chart/web.yaml\n---",
                    "...\n---",
                ])
                .replace('\n', newline)
                .as_str(),
            );
            out.push_str(newline);
        }
        if tape.rarely(6) {
            out.push_str("# orders-db is only mentioned here");
            out.push_str(newline);
        }
        if tape.rarely(8) {
            json(object, &mut out);
            out.push_str(newline);
        } else {
            layout.block(tape, object, 0, &mut out);
        }
        if tape.rarely(8) {
            out.push_str(newline);
        }
    }
    (out, everyday)
}

/// Strict JSON, as another program would print it.
fn json(node: &Node, out: &mut String) {
    match node {
        Node::Text(text) => out.push_str(&serde_json::to_string(text).expect("a string is JSON")),
        Node::Literal(literal) if ["8080", "true", "null", "1.5", "2"].contains(literal) => {
            out.push_str(literal);
        }
        Node::Literal(_) => out.push_str("null"),
        Node::Map(pairs) => {
            out.push('{');
            for (at, (key, value)) in pairs.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                out.push_str(&format!("\"{key}\":"));
                json(value, out);
            }
            out.push('}');
        }
        Node::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                json(item, out);
            }
            out.push(']');
        }
    }
}

impl Layout {
    /// A whole node whose first line starts in `column`, ended by a line break.
    fn block(&mut self, tape: &mut Tape, node: &Node, column: usize, out: &mut String) {
        match node {
            Node::Map(pairs) if !pairs.is_empty() => {
                for (at, (key, value)) in pairs.iter().enumerate() {
                    if at > 0 {
                        out.push_str(&" ".repeat(column));
                    }
                    let explicit = self.fancy && tape.rarely(16);
                    out.push_str(if explicit { "? " } else { "" });
                    key_text(tape, key, out);
                    if explicit {
                        out.push_str(self.newline);
                        out.push_str(&" ".repeat(column));
                    }
                    out.push(':');
                    self.value(tape, value, column, out);
                }
            }
            Node::List(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push_str(&" ".repeat(column));
                    }
                    let gap = 1 + tape.choose(8) / 7 * 2;
                    out.push('-');
                    match item {
                        Node::Map(pairs) if !pairs.is_empty() && !tape.rarely(5) => {
                            out.push_str(&" ".repeat(gap));
                            self.block(tape, item, column + 1 + gap, out);
                        }
                        _ => self.value(tape, item, column, out),
                    }
                }
            }
            _ => {
                self.flow(tape, node, out);
                self.end_line(tape, out);
            }
        }
    }

    /// A value after `key:` or `-` in `column`.
    fn value(&mut self, tape: &mut Tape, node: &Node, column: usize, out: &mut String) {
        self.decorate(tape, out);
        let nested = match node {
            Node::Map(pairs) => !pairs.is_empty() && !tape.rarely(6),
            Node::List(items) => !items.is_empty() && !tape.rarely(6),
            _ => false,
        };
        if nested {
            self.end_line(tape, out);
            let deeper = match node {
                Node::List(_) if !self.deep_dashes && !out.trim_end().ends_with('-') => column,
                _ => column + self.indent,
            };
            out.push_str(&" ".repeat(deeper));
            self.block(tape, node, deeper, out);
            return;
        }
        if let Node::Text(text) = node
            && tape.rarely(8)
            && self.block_scalar(tape, text, column + self.indent, out)
        {
            return;
        }
        if !matches!(node, Node::Literal("")) {
            out.push_str(tape.pick(&[" ", " ", "  "]));
        }
        self.flow(tape, node, out);
        self.end_line(tape, out);
    }

    fn decorate(&mut self, tape: &mut Tape, out: &mut String) {
        if self.fancy && tape.rarely(10) {
            self.anchors += 1;
            out.push_str(&format!(" &a{}", self.anchors));
        }
    }

    fn end_line(&mut self, tape: &mut Tape, out: &mut String) {
        out.push_str(tape.pick(&["", "", "", "", "", "  # orders-db", " "]));
        out.push_str(self.newline);
        if tape.rarely(16) {
            out.push_str(self.newline);
        }
    }

    /// `|-` or `>-`, for texts that can stand there.
    fn block_scalar(&self, tape: &mut Tape, text: &str, column: usize, out: &mut String) -> bool {
        let printable = text.chars().all(|c| c == '\n' || !c.is_control());
        if text.is_empty()
            || text.starts_with([' ', '\n'])
            || text.ends_with(['\n', ' '])
            || !printable
        {
            return false;
        }
        let folded = !text.contains('\n') && tape.rarely(2);
        out.push_str(if folded { " >-" } else { " |-" });
        out.push_str(self.newline);
        for line in text.lines() {
            out.push_str(&" ".repeat(column));
            out.push_str(line);
            out.push_str(self.newline);
        }
        true
    }

    /// On one line, in flow style.
    fn flow(&mut self, tape: &mut Tape, node: &Node, out: &mut String) {
        match node {
            Node::Text(text) => self.text(tape, text, out),
            Node::Literal(literal) => out.push_str(literal),
            Node::Map(pairs) => {
                out.push('{');
                for (at, (key, value)) in pairs.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { tape.pick(&["", " "]) });
                    key_text(tape, key, out);
                    out.push_str(": ");
                    self.flow(tape, value, out);
                }
                let ends: &[&str] = if pairs.is_empty() {
                    &["}", " }"]
                } else {
                    &["}", " }", ", }"]
                };
                out.push_str(tape.pick(ends));
            }
            Node::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    match item {
                        Node::Literal("") => out.push_str("null"),
                        item => self.flow(tape, item, out),
                    }
                }
                out.push(']');
            }
        }
    }

    fn text(&mut self, tape: &mut Tape, text: &str, out: &mut String) {
        if self.fancy && tape.rarely(12) {
            out.push_str("!!str ");
        }
        let plain = text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-./".contains(c))
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && !["yes", "null"].contains(&text);
        match tape.choose(8) {
            0..=3 if plain => out.push_str(text),
            4 | 5 if !text.chars().any(char::is_control) => {
                out.push_str(&format!("'{}'", text.replace('\'', "''")));
            }
            7 if text.contains('-') => {
                let quoted = serde_json::to_string(text).expect("a string is JSON");
                out.push_str(&quoted.replacen('-', tape.pick(&["\\x2d", "\\u002d", "\\x2D"]), 1));
            }
            _ => out.push_str(&serde_json::to_string(text).expect("a string is JSON")),
        }
    }
}

fn key_text(tape: &mut Tape, key: &str, out: &mut String) {
    match tape.choose(12) {
        10 => out.push_str(&format!("'{key}'")),
        11 => out.push_str(&format!("\"{key}\"")),
        _ => out.push_str(key),
    }
}
