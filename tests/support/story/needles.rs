//! Every form in which a secret of a fixture could show up somewhere: plain and encoded.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use libtest_mimic::Trial;
use serde_yaml::Value;

/// The marker of all fixture secrets.
pub const MARKER: &str = "s3cr3t-";
/// Shorter texts occur by chance.
const SHORTEST: usize = 4;

/// The secrets of file stores, in every form.
pub struct Needles {
    forms: Vec<(String, &'static str)>,
}

impl Needles {
    /// Of all stores that a story had.
    pub fn of(stores: &[String]) -> Self {
        let mut values = Vec::new();
        for store in stores {
            let store: Value = serde_yaml::from_str(store).unwrap();
            within_mounts(&store, &mut values);
        }
        values.sort();
        values.dedup();
        Self {
            forms: values.iter().flat_map(|value| forms(value)).collect(),
        }
    }

    /// Together with values that a run wrote itself: of these nobody knows how they look.
    pub fn and(mut self, values: &[String]) -> Self {
        let known = values.iter().filter(|value| value.len() >= SHORTEST);
        self.forms.extend(known.flat_map(|value| forms(value)));
        self
    }

    /// The first form that a text holds; never the secret itself, for this is printed.
    pub fn found_in(&self, text: &str) -> Option<String> {
        let (form, how) = self
            .forms
            .iter()
            .find(|(form, _)| text.contains(form.as_str()))?;
        let at = text.find(form.as_str()).unwrap_or_default();
        let line = text[..at].matches('\n').count() + 1;
        Some(format!("a secret of the store, {how}, on line {line}"))
    }
}

fn within_mounts(store: &Value, values: &mut Vec<String>) {
    for (_, mount) in store["mounts"].as_mapping().into_iter().flatten() {
        for (path, secret) in mount["secrets"].as_mapping().into_iter().flatten() {
            let path = path.as_str().unwrap_or_default();
            match secret {
                Value::Sequence(versions) => versions
                    .iter()
                    .for_each(|version| texts(&version["data"], path, values)),
                whole => texts(whole, path, values),
            }
        }
    }
}

/// All texts below a value; each has to be recognisable as a secret.
fn texts(value: &Value, path: &str, values: &mut Vec<String>) {
    match value {
        Value::String(text) if text.len() >= SHORTEST => {
            let decoded = STANDARD
                .decode(text)
                .ok()
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            let marked =
                text.contains(MARKER) || decoded.as_ref().is_some_and(|text| text.contains(MARKER));
            assert!(marked, "a secret of `{path}` does not contain `{MARKER}`");
            values.push(text.clone());
            values.extend(decoded);
        }
        Value::Sequence(items) => items.iter().for_each(|item| texts(item, path, values)),
        Value::Mapping(entries) => entries.values().for_each(|item| texts(item, path, values)),
        _ => {}
    }
}

fn forms(value: &str) -> Vec<(String, &'static str)> {
    let bytes = value.as_bytes();
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let percent: String = bytes
        .iter()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.~".contains(b) {
                char::from(*b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    let mut all = vec![
        (value.to_owned(), "plain"),
        (hex.to_uppercase(), "in hex"),
        (hex, "in hex"),
        (percent, "URL-encoded"),
        (format!("{value:?}").trim_matches('"').to_owned(), "escaped"),
    ];
    for before in 0..3 {
        let mut shifted = vec![0; before];
        shifted.extend(bytes);
        // characters that also depend on the neighbours are cut off
        let from = [0, 2, 3][before];
        let cut = |encoded: String| {
            let exact = shifted.len().is_multiple_of(3);
            encoded[from..encoded.len() - usize::from(!exact)].to_owned()
        };
        all.push((cut(STANDARD_NO_PAD.encode(&shifted)), "in base64"));
        all.push((cut(URL_SAFE_NO_PAD.encode(&shifted)), "in base64"));
    }
    all.retain(|(form, _)| form.len() >= SHORTEST);
    all
}

/// A needle that finds nothing proves nothing.
pub fn self_tests() -> Vec<Trial> {
    vec![Trial::test(
        "harness: a secret is recognised in every encoding and alignment",
        || {
            let secret = "s3cr3t-pa/ss?w\"rd";
            let store =
                format!("mounts: {{kv: {{engine: kv-v1, secrets: {{a: {{k: '{secret}'}}}}}}}}");
            let needles = Needles::of(&[store]);
            assert!(needles.found_in("nothing of it here").is_none());
            for before in ["", "a", "ab", "abc"] {
                for after in ["", "a", "ab"] {
                    let text = format!("{before}{secret}{after}");
                    assert!(needles.found_in(&text).is_some());
                    assert!(
                        needles.found_in(&STANDARD.encode(&text)).is_some(),
                        "{before}|{after}"
                    );
                    assert!(
                        needles.found_in(&URL_SAFE_NO_PAD.encode(&text)).is_some(),
                        "{before}|{after}"
                    );
                }
            }
            assert!(needles.found_in("s3cr3t-pa%2Fss%3Fw%22rd").is_some());
            assert!(needles.found_in(r#""s3cr3t-pa/ss?w\"rd""#).is_some());
            assert!(
                needles
                    .found_in("7333637233742d70612f73733f77227264")
                    .is_some()
            );
            assert!(needles.found_in("drawn: x7Kq").is_none());
            let needles = needles.and(&["x7Kq".to_owned()]);
            assert!(needles.found_in("drawn: x7Kq").is_some());
            Ok(())
        },
    )]
}
