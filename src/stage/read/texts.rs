//! Finds any of some texts in a long one, at the speed of memory.
//!
//! Knows nothing of documents, names or escapes.

use aho_corasick::{AhoCorasick, packed};

/// Texts that are looked for, except where one of others begins.
pub struct Texts<'e> {
    patterns: Patterns,
    except: &'e [&'e str],
}

impl<'e> Texts<'e> {
    /// Prepares a search.
    pub fn new(texts: &[&str], except: &'e [&'e str]) -> Self {
        Self {
            patterns: Patterns::new(texts),
            except,
        }
    }

    /// Where the first one begins.
    pub fn find(&self, text: &str) -> Option<usize> {
        let mut from = 0;
        loop {
            let at = from + self.patterns.find(&text[from..])?;
            let here = &text[at..];
            match self.except.iter().find(|other| here.starts_with(**other)) {
                Some(other) => from = at + other.len(),
                None => return Some(at),
            }
        }
    }
}

/// Finds the first of several texts.
enum Patterns {
    /// There are none.
    None,
    /// With vector instructions: some dozens of them.
    Few(packed::Searcher),
    /// With an automaton: any number.
    Many(AhoCorasick),
    /// Beyond any size that names can have: anything may be one.
    Any,
}

impl Patterns {
    fn new(texts: &[&str]) -> Self {
        if texts.is_empty() {
            return Self::None;
        }
        if let Some(few) = packed::Searcher::new(texts) {
            return Self::Few(few);
        }
        AhoCorasick::new(texts).map_or(Self::Any, Self::Many)
    }

    fn find(&self, text: &str) -> Option<usize> {
        match self {
            Self::None => None,
            Self::Few(patterns) => patterns.find(text).map(|found| found.start()),
            Self::Many(patterns) => patterns.find(text).map(|found| found.start()),
            Self::Any => (!text.is_empty()).then_some(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_texts_and_many_are_found_alike() {
        let names: Vec<String> = (0..500).map(|n| format!("name-{n}-")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(matches!(Patterns::new(&names), Patterns::Many(_)));
        for names in [&names[..10], &names] {
            let texts = Texts::new(names, &[]);
            assert_eq!(texts.find("a: name-x-name-7-"), Some(10));
            assert_eq!(texts.find("a: name-x-"), None);
        }
        assert_eq!(Texts::new(&[], &[]).find("a"), None);
    }

    #[test]
    fn what_is_excepted_is_passed_over_each_time() {
        let texts = Texts::new(&["a.b/"], &["a.b/c"]);
        assert_eq!(texts.find("a.b/c a.b/c"), None);
        assert_eq!(texts.find("a.b/c a.b/d"), Some(6));
    }
}
