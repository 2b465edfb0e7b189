//! Words in messages: the one that was meant, and lists of some. Knows nothing of fields.

/// Longer words are not compared: that takes the product of both lengths.
const COMPARED: usize = 256;

/// The word most like `word`, if one is near.
#[must_use]
pub fn nearest<'w>(word: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let short = |word: &str| word.len() <= COMPARED;
    if !short(word) {
        return None;
    }
    let lower = word.to_lowercase();
    words
        .filter(|candidate| short(candidate))
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(word.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// So many words of a list are said.
const SAID: usize = 20;

/// `a`, `b` and `c`.
#[must_use]
pub fn list(words: &[&str]) -> String {
    let said = words.iter().take(SAID);
    let mut quoted: Vec<String> = said.map(|w| format!("`{w}`")).collect();
    let more = words.len() - quoted.len();
    if more > 0 {
        quoted.push(format!("{more} more"));
    }
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
