//! Sentences in which words of ours and names of others are kept apart until they are printed.

/// A part of a sentence.
enum Piece {
    /// Ours.
    Words(String),
    /// From Vault or the repository.
    Name(String),
}

/// A sentence.
#[derive(Default)]
pub struct Phrase {
    pieces: Vec<Piece>,
}

/// So many names of one list are printed.
const NAMES: usize = 12;

impl Phrase {
    /// Words of ours.
    #[must_use]
    pub fn of(words: &str) -> Self {
        Self::default().words(words)
    }

    /// A name from outside.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::default().name(name)
    }

    /// Goes on with words of ours.
    #[must_use]
    pub fn words(mut self, words: &str) -> Self {
        self.pieces.push(Piece::Words(words.to_owned()));
        self
    }

    /// Goes on with a name from outside.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.pieces.push(Piece::Name(name.to_owned()));
        self
    }

    /// Goes on with another sentence.
    #[must_use]
    pub fn then(mut self, other: Phrase) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    /// `a`, `b` and 7 more.
    #[must_use]
    pub fn names<N: AsRef<str>>(self, names: impl IntoIterator<Item = N>) -> Self {
        let names: Vec<N> = names.into_iter().collect();
        let more = names.len().saturating_sub(NAMES);
        self.names_and_more(&names[..names.len() - more], more)
    }

    /// The same, where some are already left out.
    #[must_use]
    pub fn names_and_more<N: AsRef<str>>(mut self, names: &[N], more: usize) -> Self {
        for (at, name) in names.iter().enumerate() {
            if at > 0 {
                self = self.words(", ");
            }
            self = self.name(name.as_ref());
        }
        if more > 0 {
            self = self.words(&format!(" and {more} more"));
        }
        self
    }

    /// Sentences with something between them.
    #[must_use]
    pub fn joined(phrases: impl IntoIterator<Item = Phrase>, between: &str) -> Self {
        let mut out = Self::default();
        for (at, phrase) in phrases.into_iter().enumerate() {
            if at > 0 {
                out = out.words(between);
            }
            out = out.then(phrase);
        }
        out
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The text, each name as `print` makes it harmless.
    #[must_use]
    pub fn print(&self, print: fn(&str) -> String) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Name(name) => print(name),
        });
        pieces.collect()
    }
}
