//! Characters that nobody sees: they turn a line around, stand between letters without a trace, or look
//! like a space. What is printed for review spells them out.
//!
//! A table of our own and not Unicode's of the day: the same lock is written by every version of this
//! program.

/// First and last of each range, in order.
const UNSEEN: &[(char, char)] = &[
    ('\0', '\u{1f}'),            // controls
    ('\u{7f}', '\u{a0}'),        // more controls, the space that does not break
    ('\u{ad}', '\u{ad}'),        // soft hyphen
    ('\u{34f}', '\u{34f}'),      // grapheme joiner
    ('\u{61c}', '\u{61c}'),      // Arabic letter mark
    ('\u{115f}', '\u{1160}'),    // Hangul fillers
    ('\u{17b4}', '\u{17b5}'),    // Khmer inherent vowels
    ('\u{180b}', '\u{180f}'),    // Mongolian selectors
    ('\u{2000}', '\u{200f}'),    // spaces, zero width, directional marks
    ('\u{2028}', '\u{202f}'),    // line separators, directional embeddings
    ('\u{205f}', '\u{206f}'),    // mathematical space, invisible operators, isolates
    ('\u{2800}', '\u{2800}'),    // Braille blank
    ('\u{3000}', '\u{3000}'),    // ideographic space
    ('\u{3164}', '\u{3164}'),    // Hangul filler
    ('\u{e000}', '\u{f8ff}'),    // private use
    ('\u{fdd0}', '\u{fdef}'),    // no characters
    ('\u{fe00}', '\u{fe0f}'),    // variation selectors
    ('\u{feff}', '\u{feff}'),    // byte order mark
    ('\u{ffa0}', '\u{ffa0}'),    // Hangul filler
    ('\u{fff0}', '\u{fffb}'),    // annotations
    ('\u{fffe}', '\u{ffff}'),    // no characters
    ('\u{1bca0}', '\u{1bca3}'),  // shorthand controls
    ('\u{1d173}', '\u{1d17a}'),  // musical controls
    ('\u{e0000}', '\u{10ffff}'), // tags, selectors, private use
];

/// Whether a character cannot be seen.
#[must_use]
pub fn is_unseen(character: char) -> bool {
    if matches!(character, ' '..='~') {
        return false;
    }
    let after = UNSEEN.partition_point(|&(first, _)| first <= character);
    after > 0 && character <= UNSEEN[after - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranges_are_in_order() {
        assert!(UNSEEN.iter().all(|(first, last)| first <= last));
        assert!(UNSEEN.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn writing_is_seen_in_any_script() {
        let text = "größe 漢字 हिन्दी עברית 🔑 e\u{301} ~ \u{fffd}";
        assert!(!text.contains(is_unseen));
        let hidden = "\u{202e}\u{200b}\u{a0}\u{e0041}\u{fe0f}\u{10ffff}\n\u{85}\u{2067}";
        assert!(hidden.chars().all(is_unseen));
    }
}
