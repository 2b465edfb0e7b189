//! A review as a comment on a pull request: what rolls first, details folded.
//!
//! GitHub takes 65,536 characters: what does not fit is left out row by row, and counted. Names from
//! outside stand in code spans only, never at the start of a line and never in HTML.

mod picture;

use super::name;
use super::phrase::Phrase;
use super::sentences as say;
use super::{Effect, ObjectReview, Review, SecretReview, Status, What, WorkloadReview};

/// Bytes of a comment: fewer than GitHub's characters, so that a pipeline can write around it.
const LONGEST: usize = 60_000;
/// What a part may take though others follow.
const RESERVED: usize = 6_000;

/// The comment.
#[must_use]
pub fn markdown(review: &Review) -> String {
    let parts: Vec<Part> = [
        list("**Warnings**", warnings(review)),
        Some(Part::table(
            ["workload", "what happens", "why"],
            review.workloads.iter().map(workload).collect(),
        )),
        Some(Part::table(
            ["secret", "what happens", "from → to"],
            review.secrets.iter().filter_map(secret).collect(),
        )),
        picture::picture(review).map(Part::whole),
        Some(Part::folded("secrets in detail", secret_details(review))),
        Some(Part::folded(
            "what the operator does",
            review
                .operations
                .iter()
                .map(|o| item(&say::operation(o)))
                .collect(),
        )),
        Some(Part::folded(
            "objects",
            review.objects.iter().map(object).collect(),
        )),
        Some(Part::folded(
            "notes",
            review
                .notes
                .iter()
                .map(|note| format!("- {}\n", name::sentence_in_markdown(note)))
                .collect(),
        )),
    ]
    .into_iter()
    .flatten()
    .filter(|part| !part.rows.is_empty())
    .collect();
    let mut out = format!("### countersign plan: {}\n", say::summary(review));
    for (at, part) in parts.iter().enumerate() {
        let reserved = |part: &Part| part.size().min(RESERVED);
        let later: usize = parts[at + 1..].iter().map(reserved).sum();
        let room = LONGEST.saturating_sub(out.len() + later);
        part.write(&mut out, room);
    }
    let rest = say::untouched(review);
    if !rest.is_empty() {
        out.push_str(&format!("\n{rest}\n"));
    }
    out
}

/// A piece of the comment whose rows can be left out from the end.
struct Part {
    before: String,
    rows: Vec<String>,
    after: String,
    /// In a table a row that counts the others has cells.
    cells: bool,
}

impl Part {
    fn table(head: [&str; 3], rows: Vec<String>) -> Self {
        let [first, second, third] = head;
        Self {
            before: format!("\n| {first} | {second} | {third} |\n|---|---|---|\n"),
            rows,
            after: String::new(),
            cells: true,
        }
    }

    fn folded(title: &str, rows: Vec<String>) -> Self {
        Self {
            before: format!("\n<details><summary>{title} ({})</summary>\n\n", rows.len()),
            rows,
            after: "\n</details>\n".to_owned(),
            cells: false,
        }
    }

    fn whole(text: String) -> Self {
        Self {
            before: String::new(),
            rows: vec![text],
            after: String::new(),
            cells: false,
        }
    }

    fn size(&self) -> usize {
        let rows: usize = self.rows.iter().map(String::len).sum();
        self.before.len() + rows + self.after.len()
    }

    /// Writes as many rows as there is room for, and says how many are left out.
    fn write(&self, out: &mut String, room: usize) {
        const SAID: usize = 120;
        let fits = self.size() <= room;
        let mut left = room.saturating_sub(self.before.len() + self.after.len() + SAID);
        let rows: Vec<&String> = self
            .rows
            .iter()
            .take_while(|row| {
                let enough = fits || row.len() <= left;
                left = left.saturating_sub(row.len());
                enough
            })
            .collect();
        let missing = self.rows.len() - rows.len();
        // half a picture is none
        if rows.is_empty() && self.before.is_empty() {
            return;
        }
        out.push_str(&self.before);
        for row in &rows {
            out.push_str(row);
        }
        if missing > 0 {
            let said = format!(
                "… and {missing} more, for which a comment has no room: `countersign plan` prints them"
            );
            out.push_str(&if self.cells {
                format!("| {said} | | |\n")
            } else {
                format!("- {said}\n")
            });
        }
        out.push_str(&self.after);
    }
}

fn list(title: &str, rows: Vec<String>) -> Option<Part> {
    let part = Part {
        before: format!("\n{title}\n\n"),
        rows,
        after: String::new(),
        cells: false,
    };
    (!part.rows.is_empty()).then_some(part)
}

fn print(phrase: &Phrase) -> String {
    phrase.print(name::in_markdown)
}

fn item(phrase: &Phrase) -> String {
    format!("- {}\n", print(phrase))
}

fn row(first: &Phrase, second: &str, third: &Phrase) -> String {
    format!("| {} | {second} | {} |\n", print(first), print(third))
}

fn warnings(review: &Review) -> Vec<String> {
    let cautions = review.cautions.iter().map(say::caution);
    let refused = review.objects.iter().filter(|o| !o.refused.is_empty());
    let refused = refused.map(|o| {
        say::object(&o.id)
            .words(" would be refused: ")
            .then(say::refusal(&o.id.kind, &o.refused))
    });
    cautions
        .chain(refused)
        .map(|phrase| item(&phrase))
        .collect()
}

fn workload(workload: &WorkloadReview) -> String {
    let effect = say::effect(&workload.effect);
    let effect = match &workload.effect {
        Effect::Refused(_) => format!("**{effect}**"),
        rolling if rolling.rolls() => format!("**{effect}**"),
        _ => effect,
    };
    row(&say::object(&workload.id), &effect, &say::reasons(workload))
}

/// A row for a secret that does not stay.
fn secret(secret: &SecretReview) -> Option<String> {
    if matches!(secret.status, Status::Unchanged | Status::Kept) {
        return None;
    }
    let moves = Phrase::joined(secret.moves.iter().map(say::moved), "; ");
    let placed = say::placed(&secret.name, secret.namespace.as_deref());
    Some(row(&placed, &print(&say::status(&secret.status)), &moves))
}

fn secret_details(review: &Review) -> Vec<String> {
    let telling = review.secrets.iter().filter_map(|secret| {
        let details = say::details(secret);
        let silent = details.is_empty() || secret.status == Status::Unchanged;
        (!silent).then_some((secret, details))
    });
    let entry = |(secret, details): (&SecretReview, Vec<Phrase>)| {
        let placed = say::placed(&secret.name, secret.namespace.as_deref());
        let mut out = item(&placed.words(" ").then(say::status(&secret.status)));
        for detail in details {
            // a detail begins with a word or a code span, so that no line begins with a name
            out.push_str(&format!("  - {}\n", print(&detail)));
        }
        out
    };
    telling.map(entry).collect()
}

fn object(object: &ObjectReview) -> String {
    let what = match object.what {
        What::Added => "added: ",
        What::Changed => "changed: ",
        What::Removed => "removed: ",
    };
    let mut phrase = Phrase::of(what).then(say::object(&object.id));
    if !object.fields.is_empty() && !object.is_workload {
        phrase = phrase.then(say::paths(": ", &object.fields));
    }
    item(&phrase)
}
