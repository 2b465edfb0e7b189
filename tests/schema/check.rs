//! As much of JSON Schema as our schemas use; a word that is not known here is refused.

use serde_json::Value;

/// Where a value is not what the schema says.
pub fn check(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (word, rule) in schema.as_object().expect("a schema is an object") {
        match word.as_str() {
            "$ref" => wrong.extend(check(root, target(root, rule), value, at)),
            "anyOf" => {
                let mut all = rule.as_array().expect("schemas").iter();
                if !all.any(|one| check(root, one, value, at).is_empty()) {
                    wrong.push(format!("{at}: fits none"));
                }
            }
            "const" if rule == value => {}
            "const" => wrong.push(format!("{at}: another constant")),
            "enum" if rule.as_array().expect("words").contains(value) => {}
            "enum" => wrong.push(format!("{at}: none of the words")),
            "type" => {
                let allowed = match rule {
                    Value::Array(all) => all.clone(),
                    one => vec![one.clone()],
                };
                if !allowed.iter().any(|name| is(value, name.as_str())) {
                    wrong.push(format!("{at}: not a {rule}"));
                }
            }
            "required" => {
                let names = rule.as_array().expect("names").iter();
                let missing =
                    names.filter(|name| value.get(name.as_str().expect("a name")).is_none());
                wrong.extend(
                    missing
                        .filter(|_| value.is_object())
                        .map(|name| format!("{at}: no {name}")),
                );
            }
            "items" => {
                for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                    wrong.extend(check(root, rule, item, &format!("{at}[{n}]")));
                }
            }
            "additionalProperties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    let at = format!("{at}.{name}");
                    match (schema["properties"].get(name), rule) {
                        (Some(own), _) => wrong.extend(check(root, own, inner, &at)),
                        (None, Value::Bool(false)) => wrong.push(format!("{at}: not described")),
                        (None, rule) => wrong.extend(check(root, rule, inner, &at)),
                    }
                }
            }
            "minimum" if value.as_i64() < rule.as_i64() => wrong.push(format!("{at}: too small")),
            "minLength" if value.as_str().is_some_and(str::is_empty) => {
                wrong.push(format!("{at}: empty"));
            }
            "$schema" | "$defs" | "title" | "description" | "properties" | "minimum"
            | "minLength" => {}
            other => panic!("`{other}` is more of JSON Schema than this test knows"),
        }
    }
    wrong
}

/// What a reference within the file leads to.
pub fn target<'s>(root: &'s Value, reference: &Value) -> &'s Value {
    let name = reference.as_str().and_then(|r| r.strip_prefix("#/$defs/"));
    let target = &root["$defs"][name.expect("a reference within the file")];
    assert!(target.is_object(), "{reference} leads nowhere");
    target
}

fn is(value: &Value, name: Option<&str>) -> bool {
    match name.expect("a type") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the type `{other}`"),
    }
}
