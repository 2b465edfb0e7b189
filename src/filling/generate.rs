//! Values that nobody thinks of: characters drawn evenly from an alphabet.
//!
//! Where randomness comes from is the caller's business. A drawn byte that would make some characters
//! likelier than others is thrown away.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::diag::{Code, Diagnostic};
use crate::value::SecretValue;

/// Fills a buffer with random bytes.
pub type Random<'r> = &'r dyn Fn(&mut [u8]) -> Result<(), Diagnostic>;

/// 190 bits of `alnum`: beyond any guessing.
const LENGTH: usize = 32;
/// More than any program wants as a password.
const LONGEST: usize = 4096;

/// The words for alphabets, and their characters.
const ALPHABETS: [(&str, &[u8]); 4] = [
    (
        "alnum",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    ),
    ("hex", b"0123456789abcdef"),
    (
        "base64url",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    ),
    // without quotes, blanks, backslash, dollar and angle brackets, which configuration files act upon
    (
        "symbols",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#%&()*+,-./:;=?@[]^_{|}~",
    ),
];

/// What is drawn for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// For this key.
    pub key: String,
    /// So many characters.
    pub length: usize,
    /// Of these.
    pub alphabet: &'static str,
}

impl Recipe {
    /// Reads `KEY[=LENGTH[:ALPHABET]]`.
    ///
    /// # Errors
    /// It is written otherwise.
    pub fn read(text: &str) -> Result<Self, Diagnostic> {
        let (key, rest) = match text.split_once('=') {
            None => (text, None),
            Some((key, rest)) => (key, Some(rest)),
        };
        let (length, alphabet) = match rest.map(|rest| rest.split_once(':').ok_or(rest)) {
            None => (Some(LENGTH), ALPHABETS[0].0),
            Some(Err(length)) => (length.parse().ok(), ALPHABETS[0].0),
            Some(Ok((length, alphabet))) => (length.parse().ok(), alphabet),
        };
        let length = length.filter(|length| (1..=LONGEST).contains(length));
        let known = ALPHABETS.iter().find(|(word, _)| *word == alphabet);
        match (length, known) {
            (Some(length), Some((alphabet, _))) if !key.is_empty() => Ok(Self {
                key: key.to_owned(),
                length,
                alphabet,
            }),
            _ => Err(wrong(key)),
        }
    }

    /// Draws a value; as base64 where that is what has to be stored.
    ///
    /// # Errors
    /// There is no randomness.
    pub fn draw(&self, base64: bool, random: Random<'_>) -> Result<SecretValue, Diagnostic> {
        let known = ALPHABETS.iter().find(|(word, _)| *word == self.alphabet);
        let alphabet = known.map_or(ALPHABETS[0].1, |(_, characters)| characters);
        let even = 256 - 256 % alphabet.len();
        let mut text = Vec::with_capacity(self.length);
        let mut bytes = Zeroizing::new([0; 64]);
        while text.len() < self.length {
            random(&mut *bytes)?;
            let drawn = bytes.iter().map(|byte| usize::from(*byte));
            let drawn = drawn.filter(|byte| *byte < even);
            let room = self.length - text.len();
            text.extend(drawn.take(room).map(|byte| alphabet[byte % alphabet.len()]));
        }
        if base64 {
            let text = Zeroizing::new(text);
            return Ok(SecretValue::new(STANDARD.encode(&*text).into_bytes()));
        }
        Ok(SecretValue::new(text))
    }
}

/// What stands behind the key is not shown: somebody may have taken it for the place of a value.
fn wrong(key: &str) -> Diagnostic {
    let words: Vec<&str> = ALPHABETS.iter().map(|(word, _)| *word).collect();
    Diagnostic::error(Code::Usage, format!("`--generate {key}=…` cannot be read")).hint(format!(
        "write `--generate KEY`, `KEY=48` or `KEY=48:hex`; 1 to {LONGEST} characters of {}.",
        crate::config::fields::list(&words)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte once, over and over: what is even in it comes out even.
    fn all() -> impl Fn(&mut [u8]) -> Result<(), Diagnostic> {
        let next = std::cell::Cell::new(0_u8);
        move |bytes| {
            bytes.fill_with(|| next.replace(next.get().wrapping_add(1)));
            Ok(())
        }
    }

    #[test]
    fn what_is_written_is_what_is_drawn() {
        let read = |text: &str| {
            let recipe = Recipe::read(text).ok()?;
            Some((recipe.key, recipe.length, recipe.alphabet))
        };
        let recipe = |key: &str, length, alphabet| Some((key.to_owned(), length, alphabet));
        assert_eq!(read("password"), recipe("password", 32, "alnum"));
        assert_eq!(read("password=48"), recipe("password", 48, "alnum"));
        assert_eq!(read("k=16:hex"), recipe("k", 16, "hex"));
        for wrong in [
            "",
            "=3",
            "k=",
            "k=0",
            "k=5000",
            "k=x",
            "k=8:emoji",
            "k=:hex",
            "k=-1",
        ] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn every_character_is_as_likely_as_any_other() {
        for (word, alphabet) in ALPHABETS {
            let even = 256 - 256 % alphabet.len();
            let recipe = Recipe {
                key: String::new(),
                // of 256 bytes those that count, whatever byte the draw begins with
                length: even,
                alphabet: word,
            };
            let value = recipe.draw(false, &all()).ok().unwrap();
            assert_eq!(value.len(), even);
            let mut often = [0; 256];
            for byte in value.expose() {
                often[usize::from(*byte)] += 1;
            }
            for byte in 0..=255_u8 {
                let times = even / alphabet.len() * usize::from(alphabet.contains(&byte));
                assert_eq!(often[usize::from(byte)], times, "{word}: {byte}");
            }
        }
    }

    #[test]
    fn an_alphabet_names_each_character_once() {
        for (word, alphabet) in ALPHABETS {
            let mut sorted = alphabet.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), alphabet.len(), "{word}");
        }
    }

    #[test]
    fn what_is_stored_as_base64_holds_as_many_characters() {
        let recipe = Recipe::read("k=20").ok().unwrap();
        let value = recipe.draw(true, &all()).ok().unwrap();
        assert!(value.is_base64());
        assert_eq!(STANDARD.decode(value.expose()).unwrap().len(), 20);
    }

    #[test]
    fn without_randomness_there_is_no_value() {
        let none = |_: &mut [u8]| Err(Diagnostic::error(Code::Internal, "none"));
        assert!(Recipe::read("k").ok().unwrap().draw(false, &none).is_err());
    }
}
