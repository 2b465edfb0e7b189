//! A second YAML reader, which shares no code with the program's own.

use serde::Deserialize;
use serde_yaml::{Deserializer, Value};

/// All objects of a text: documents, and the items of lists.
pub fn objects(text: &[u8]) -> Result<Vec<Value>, String> {
    let text = std::str::from_utf8(text).map_err(|_| "it is not UTF-8".to_owned())?;
    // this reader is told that the text is UTF-8 and then takes the mark for a letter
    let text = text.trim_start_matches('\u{feff}');
    let mut out = Vec::new();
    for document in Deserializer::from_str(text) {
        let value = Value::deserialize(document).map_err(|error| match error.location() {
            // the reader's own text may quote a value
            Some(at) => format!("line {}, column {}", at.line(), at.column()),
            None => "somewhere".to_owned(),
        })?;
        match (value["kind"].as_str(), &value["items"]) {
            (Some(kind), Value::Sequence(items)) if kind.ends_with("List") => {
                out.extend(items.clone());
            }
            _ if value.is_null() => {}
            _ => out.push(value),
        }
    }
    Ok(out)
}

/// Takes the data of a Secret out of an object, wherever the object stands.
pub fn without_data(value: &mut Value) {
    match value {
        Value::Mapping(entries) => {
            let secret = entries.get("kind").and_then(Value::as_str) == Some("Secret")
                && entries.get("apiVersion").and_then(Value::as_str) == Some("v1");
            if secret {
                entries.remove("data");
            }
            entries.values_mut().for_each(without_data);
        }
        Value::Sequence(items) => items.iter_mut().for_each(without_data),
        _ => {}
    }
}
