//! A review for a terminal.

use super::name;
use super::phrase::Phrase;
use super::sentences as say;
use super::{Effect, ObjectReview, Review, SecretReview, Status, What, WorkloadReview};

const BOLD: &str = "1";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";

/// The review as lines; `colour` only where a person looks at a terminal.
#[must_use]
pub fn text(review: &Review, colour: bool) -> String {
    let mut page = Page {
        out: String::new(),
        colour,
    };
    page.line(0, &page.paint(BOLD, &say::summary(review)));
    let secrets = review.secrets.iter();
    let secrets: Vec<&SecretReview> = secrets.filter(|s| s.status != Status::Unchanged).collect();
    page.section("secrets", &secrets, |page, secret| page.secret(secret));
    page.section("workloads", &review.workloads, Page::workload);
    page.section("objects", &review.objects, Page::object);
    page.section("the operator", &review.operations, |page, operation| {
        page.say(1, &say::operation(operation));
    });
    page.section("warnings", &review.cautions, |page, caution| {
        let said = say::caution(caution).print(name::in_text);
        page.line(1, &page.paint(RED, &said));
    });
    page.section("notes", &review.notes, |page, note| {
        page.line(1, &name::sentence_in_text(note));
    });
    let rest = say::untouched(review);
    if !rest.is_empty() {
        page.out.push('\n');
        page.line(0, &rest);
    }
    page.out
}

struct Page {
    out: String,
    colour: bool,
}

impl Page {
    fn line(&mut self, depth: usize, text: &str) {
        self.out.push_str(&"  ".repeat(depth));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn say(&mut self, depth: usize, phrase: &Phrase) {
        self.line(depth, &phrase.print(name::in_text));
    }

    fn paint(&self, style: &str, text: &str) -> String {
        if self.colour && !style.is_empty() {
            format!("\x1b[{style}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn section<T>(&mut self, title: &str, items: &[T], each: fn(&mut Page, &T)) {
        if items.is_empty() {
            return;
        }
        self.out.push('\n');
        self.line(0, &self.paint(BOLD, title));
        for item in items {
            each(self, item);
        }
    }

    fn secret(&mut self, secret: &SecretReview) {
        let style = match secret.status {
            Status::Added => GREEN,
            Status::Removed | Status::Rewritten => RED,
            Status::Kept => "",
            _ => YELLOW,
        };
        let placed = say::placed(&secret.name, secret.namespace.as_deref()).print(name::in_text);
        let status = say::status(&secret.status).print(name::in_text);
        self.line(1, &format!("{placed} {}", self.paint(style, &status)));
        for detail in say::details(secret) {
            self.say(2, &detail);
        }
    }

    fn workload(&mut self, workload: &WorkloadReview) {
        let style = match &workload.effect {
            Effect::Refused(_) => RED,
            effect if effect.rolls() => YELLOW,
            _ => "",
        };
        let object = say::object(&workload.id).print(name::in_text);
        let effect = self.paint(style, &say::effect(&workload.effect));
        self.line(1, &format!("{object}: {effect}"));
        let reasons = say::reasons(workload);
        if !reasons.is_empty() {
            self.say(2, &reasons);
        }
    }

    fn object(&mut self, object: &ObjectReview) {
        let (sign, style) = match object.what {
            What::Added => ("+", GREEN),
            What::Changed => ("~", YELLOW),
            What::Removed => ("-", RED),
        };
        let label = say::object(&object.id).print(name::in_text);
        self.line(1, &format!("{} {label}", self.paint(style, sign)));
        if !object.fields.is_empty() && !object.is_workload {
            self.say(2, &say::paths("", &object.fields));
        }
        if !object.refused.is_empty() {
            let said = say::refusal(&object.id.kind, &object.refused).print(name::in_text);
            self.line(2, &self.paint(RED, &format!("would be refused: {said}")));
        }
    }
}
