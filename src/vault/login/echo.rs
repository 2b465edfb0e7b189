//! Whether the words of a server repeat a credential that it was sent, in a way that could be used.
//!
//! What would be printed is looked at, after it was cut and cleaned: half a credential, or one with a blank
//! less, is one all the same. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem;

use crate::vault::kv::said::cleaned;

/// So many bytes in a row are no coincidence; of a shorter credential all of it.
const PART: usize = 12;

/// Whether `printed` shows a part of what was sent, plain or encoded.
#[must_use]
pub fn shows(printed: &str, sent: &[&str]) -> bool {
    sent.iter()
        .flat_map(|credential| forms(credential))
        .any(|form| repeats(printed.as_bytes(), form.as_bytes()))
}

/// A credential as it was sent, as it is printed, and as base64 wherever it begins.
fn forms(credential: &str) -> Vec<String> {
    let mut forms = vec![credential.to_owned(), cleaned(credential)];
    for start in 0..3 {
        // the last character also holds bits of what stands behind
        let bytes = credential.as_bytes().get(start..).unwrap_or_default();
        let whole = &bytes[..bytes.len() / 3 * 3];
        forms.extend([STANDARD_NO_PAD.encode(whole), URL_SAFE_NO_PAD.encode(whole)]);
    }
    forms
}

fn repeats(printed: &[u8], form: &[u8]) -> bool {
    let length = PART.min(form.len());
    let mut parts = printed.windows(length.max(1));
    length > 0 && parts.any(|part| memmem::find(form, part).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::kv::said::printable;

    #[test]
    fn a_credential_is_found_in_every_form_in_which_it_would_be_printed() {
        let password = "s3cr3t-pass  with `blanks`\tand more";
        for told in [
            format!("no {password} here"),
            format!("no {} here", STANDARD_NO_PAD.encode(password)),
            format!(
                "no {} here",
                URL_SAFE_NO_PAD.encode(format!("ci:{password}"))
            ),
            format!("{} {password}", "long ".repeat(37)),
            password[..14].to_owned(),
        ] {
            assert!(shows(&printable(&told), &["id", password]), "{told}");
        }
        let jwt = format!("eyJhbGciOiJFUzI1NiJ9.{}.c2ln", "eyJzdWIiOi".repeat(90));
        assert!(shows(&printable(&format!("cannot verify {jwt}")), &[&jwt]));
        assert!(shows("bad pin 1234", &["1234"]));
    }

    #[test]
    fn other_words_are_no_credential() {
        let reason = "invalid username or password";
        assert!(!shows(reason, &["s3cr3t-password-of-ci", "12345", ""]));
        assert!(!shows("", &["s3cr3t"]));
    }
}
