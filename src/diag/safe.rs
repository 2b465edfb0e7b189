//! Text from outside, made safe for a terminal.
//!
//! Names, paths and lines come from repositories and servers that nobody vouches for. What could
//! move the cursor, reorder a line or hide in it is shown as an escape instead. It must not know
//! diagnostics: it sees characters only.

use std::borrow::Cow;

/// Printable by Unicode's classes, and still nothing to see.
const BLANK: &[char] = &['\u{115f}', '\u{1160}', '\u{2800}', '\u{3164}', '\u{ffa0}'];

/// First and last character of the ranges that take two columns, in order.
const WIDE: &[(char, char)] = &[
    ('\u{1100}', '\u{115f}'),   // Hangul initial consonants
    ('\u{231a}', '\u{231b}'),   // watch, hourglass
    ('\u{23e9}', '\u{23ec}'),   // media buttons
    ('\u{26aa}', '\u{26ab}'),   // circles
    ('\u{2705}', '\u{2705}'),   // check mark button
    ('\u{274c}', '\u{274c}'),   // cross mark
    ('\u{2e80}', '\u{303e}'),   // CJK radicals and punctuation
    ('\u{3041}', '\u{4dbf}'),   // kana, CJK compatibility, extension A
    ('\u{4e00}', '\u{a4cf}'),   // CJK ideographs, Yi
    ('\u{a960}', '\u{a97f}'),   // Hangul extended A
    ('\u{ac00}', '\u{d7a3}'),   // Hangul syllables
    ('\u{f900}', '\u{faff}'),   // CJK compatibility ideographs
    ('\u{fe30}', '\u{fe6f}'),   // vertical and small forms
    ('\u{ff01}', '\u{ff60}'),   // full-width forms
    ('\u{ffe0}', '\u{ffe6}'),   // full-width signs
    ('\u{1f300}', '\u{1f64f}'), // pictographs, emoticons
    ('\u{1f680}', '\u{1f6ff}'), // transport
    ('\u{1f900}', '\u{1f9ff}'), // supplemental pictographs
    ('\u{20000}', '\u{3fffd}'), // CJK extensions B and later
];

/// `text` with everything that a reader could not see replaced by an escape such as `\u{202e}`.
///
/// Line breaks are escaped too: whoever wants several lines splits first.
#[must_use]
pub fn terminal(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_visible) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(shown).collect())
}

/// A word for a line of text. `##[…]` anywhere and `::…` at the beginning of a line are commands of
/// pipelines whose log this may stand in.
#[must_use]
pub fn word(text: &str) -> String {
    let text = terminal(text).replace("##", r"#\u{23}");
    match text.strip_prefix("::") {
        Some(rest) => format!(r"\u{{3a}}:{rest}"),
        None => text,
    }
}

/// A whole JSON text: what a terminal would act upon, or the log of a pipeline (`##[…]`), is written
/// as `\u…`, which means the same.
#[must_use]
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_hash = false;
    for c in text.chars() {
        let invisible = c != '\n' && !is_visible(c);
        if invisible || (c == '#' && after_hash) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
        after_hash = c == '#';
    }
    out
}

/// One character as it is printed.
pub(super) fn shown(character: char) -> String {
    match character {
        visible if is_visible(visible) => visible.to_string(),
        '\t' | '\n' | '\r' => character.escape_default().to_string(),
        hidden => hidden.escape_unicode().to_string(),
    }
}

/// How many columns printed text takes; exact for what `terminal` lets through, apart from rare
/// symbols, and only used to put carets under a mark.
pub(super) fn columns(printed: &str) -> usize {
    printed
        .chars()
        .map(|c| if is_wide(c) { 2 } else { 1 })
        .sum()
}

/// The standard library keeps Unicode's table of what is printable and escapes the rest: controls,
/// format characters (bidi, zero width), odd spaces, private use, and combining marks, which would
/// make two different names look alike.
fn is_visible(character: char) -> bool {
    match character {
        ' '..='~' => true,
        other => other.escape_debug().len() == 1 && !BLANK.contains(&other),
    }
}

fn is_wide(character: char) -> bool {
    // Everything before the first range is narrow, which is nearly everything there is.
    character >= WIDE[0].0
        && WIDE
            .iter()
            .any(|&(first, last)| (first..=last).contains(&character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        let text = "`kv/shop/db` has no key \"passwrd\" \\ größe 漢字 🙂";
        assert!(matches!(terminal(text), Cow::Borrowed(_)));
    }

    #[test]
    fn what_cannot_be_seen_is_shown_as_an_escape() {
        let cases = [
            ("\x1b[31mred\x1b[0m", r"\u{1b}[31mred\u{1b}[0m"),
            ("a\u{9b}31m", r"a\u{9b}31m"),
            ("a\u{202e}cba", r"a\u{202e}cba"),
            ("\u{2066}x\u{2069}", r"\u{2066}x\u{2069}"),
            ("pass\u{200b}word", r"pass\u{200b}word"),
            ("\u{feff}kind", r"\u{feff}kind"),
            ("a\u{a0}b", r"a\u{a0}b"),
            ("e\u{301}", r"e\u{301}"),
            ("\u{e0041}", r"\u{e0041}"),
            ("\u{fe0f}", r"\u{fe0f}"),
            ("a\u{3164}b", r"a\u{3164}b"),
            ("a\u{2028}b\u{85}c", r"a\u{2028}b\u{85}c"),
            ("nul\0del\x7f", r"nul\u{0}del\u{7f}"),
            ("one\r\ntwo\tthree", r"one\r\ntwo\tthree"),
            ("\u{e000}\u{10ffff}", r"\u{e000}\u{10ffff}"),
        ];
        for (text, want) in cases {
            assert_eq!(terminal(text), want, "{text:?}");
            assert_eq!(terminal(want), want, "a second pass changes nothing");
        }
    }

    #[test]
    fn a_word_is_no_command_of_a_pipeline() {
        assert_eq!(word("##[group]x"), r"#\u{23}[group]x");
        assert_eq!(word("::warning::x"), r"\u{3a}:warning::x");
        assert_eq!(word("userpass-älice\n"), r"userpass-älice\n");
    }

    #[test]
    fn columns_count_wide_characters_twice() {
        assert_eq!(columns("key: 漢字"), 9);
        assert_eq!(columns("grün"), 4);
        assert_eq!(columns("🙂"), 2);
    }

    #[test]
    fn the_wide_ranges_are_in_order() {
        assert!(WIDE.iter().all(|(first, last)| first <= last));
        assert!(WIDE.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn json_says_the_same_with_nothing_to_act_upon() {
        let text = "\u{202e}\u{9b}31m ##[x] 🔑 \u{e0041}";
        let json = serde_json::to_string_pretty(&[text]).unwrap();
        let safe = super::json(&json);
        assert_eq!(
            safe,
            "[\n  \"\\u202e\\u009b31m #\\u0023[x] 🔑 \\udb40\\udc41\"\n]"
        );
        let back: Vec<String> = serde_json::from_str(&safe).unwrap();
        assert_eq!(back, [text]);
    }
}
