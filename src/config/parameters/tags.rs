//! Which tags a text of a config may have: values and conditions. Loops, definitions and inclusions
//! are for documents; in a name they could only keep the runner busy.
//!
//! Finds tags as Tera's lexer does, without comments and raw blocks, which are refused: so no word
//! can hide. Knows nothing of parameters.

/// The first words of tags in `{% %}`.
const TAGS: &[&str] = &["if", "elif", "else", "endif"];
/// A word that repeats, in values too: `[x for x in list]`.
const LOOP: &str = "for";
/// So many words a tag may have: readers of expressions call themselves for each.
const WORDS: usize = 64;

/// Whether a text has values and conditions only.
pub fn are_plain(text: &str) -> bool {
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        rest = &rest[start + 1..];
        let end = match rest.as_bytes().first() {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => return false,
            _ => continue,
        };
        let (words, after) = words(&rest[1..], end);
        let known = |word: &&str| TAGS.contains(word);
        if words.len() > WORDS
            || words.contains(&LOOP)
            || (end == "%}" && !words.first().is_some_and(known))
        {
            return false;
        }
        rest = after;
    }
    true
}

/// The words of a tag outside of its strings, and what stands behind it.
fn words<'t>(text: &'t str, end: &str) -> (Vec<&'t str>, &'t str) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(end) {
            return (words, after);
        }
        // a word may follow a number at once: `1for`
        let length = if is_word(first) && !first.is_ascii_digit() {
            let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            words.push(&rest[..word]);
            word
        } else if matches!(first, '"' | '\'' | '`') {
            string(rest, first)
        } else {
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    (words, "")
}

/// How long the string is that a text begins with.
fn string(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}
