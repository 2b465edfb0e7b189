//! As much of JSON Schema as our schemas use; a word that is not known here is refused.

use std::collections::BTreeSet;

use serde_json::Value;

/// What a value was found to be.
#[derive(Default)]
pub struct Checked {
    /// Where it is not what the schema says.
    pub wrong: Vec<String>,
    /// The properties that were met, each behind the definition that describes it: `secret.name`.
    pub met: BTreeSet<String>,
}

/// Holds a value to a definition of a file (`event` is `#/$defs/event`), or to the file itself (the empty name).
pub fn check(file: &Value, definition: &str, value: &Value) -> Checked {
    let mut checked = Checked::default();
    let schema = if definition.is_empty() {
        file
    } else {
        named(file, definition)
    };
    checked.hold(file, schema, value, definition, definition);
    checked
}

/// What a reference within the file leads to.
pub fn target<'s>(file: &'s Value, reference: &Value) -> &'s Value {
    named(file, name_of(reference))
}

fn name_of(reference: &Value) -> &str {
    let name = reference.as_str().and_then(|r| r.strip_prefix("#/$defs/"));
    name.expect("a reference within the file")
}

fn named<'s>(file: &'s Value, definition: &str) -> &'s Value {
    let target = &file["$defs"][definition];
    assert!(target.is_object(), "`{definition}` is not defined");
    target
}

impl Checked {
    /// `of` is the definition that `schema` stands in, `at` the place of the value.
    fn hold(&mut self, file: &Value, schema: &Value, value: &Value, of: &str, at: &str) {
        for (word, rule) in schema.as_object().expect("a schema is an object") {
            match word.as_str() {
                "$ref" => self.hold(file, target(file, rule), value, name_of(rule), at),
                "anyOf" => self.any(file, rule, value, of, at),
                "const" if rule == value => {}
                "const" => self.wrong.push(format!("{at}: {value} is not {rule}")),
                "enum" if list(rule).contains(value) => {}
                "enum" => self.wrong.push(format!("{at}: {value} is none of {rule}")),
                "type" => {
                    let one = std::slice::from_ref(rule);
                    let names = rule.as_array().map_or(one, Vec::as_slice);
                    if !names.iter().any(|name| is(value, name)) {
                        self.wrong.push(format!("{at}: not a {rule}"));
                    }
                }
                "required" => {
                    let names = list(rule).iter().map(|name| name.as_str().expect("a name"));
                    let missing =
                        names.filter(|name| value.is_object() && value.get(name).is_none());
                    self.wrong
                        .extend(missing.map(|name| format!("{at}: no `{name}`")));
                }
                "items" => {
                    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.hold(file, rule, item, of, &format!("{at}[{n}]"));
                    }
                }
                "additionalProperties" if schema.get("properties").is_some() => {}
                "properties" | "additionalProperties" => self.fields(file, schema, value, of, at),
                "minimum" if value.as_i64() < rule.as_i64() => {
                    self.wrong.push(format!("{at}: {value} is too small"));
                }
                "minLength" if value.as_str().is_some_and(str::is_empty) => {
                    self.wrong.push(format!("{at}: empty"));
                }
                "$schema" | "$id" | "$defs" | "title" | "description" | "minimum" | "minLength" => {
                }
                other => panic!("`{other}` is more of JSON Schema than this test knows"),
            }
        }
    }

    fn any(&mut self, file: &Value, rules: &Value, value: &Value, of: &str, at: &str) {
        for rule in list(rules) {
            let mut one = Self::default();
            one.hold(file, rule, value, of, at);
            if one.wrong.is_empty() {
                return self.met.extend(one.met);
            }
        }
        self.wrong.push(format!("{at}: fits none"));
    }

    /// Stricter than JSON Schema: what a file of ours does not describe may be accepted by its readers, but is not
    /// to be written by us.
    fn fields(&mut self, file: &Value, schema: &Value, value: &Value, of: &str, at: &str) {
        for (name, inner) in value.as_object().into_iter().flatten() {
            let at = format!("{at}.{name}");
            match (
                schema["properties"].get(name),
                &schema["additionalProperties"],
            ) {
                (Some(own), _) => {
                    let property = format!("{of}.{name}");
                    self.hold(file, own, inner, &property, &at);
                    self.met.insert(property);
                }
                (None, Value::Bool(false) | Value::Null) => {
                    self.wrong.push(format!("{at}: not described"));
                }
                (None, rule) => self.hold(file, rule, inner, of, &at),
            }
        }
    }
}

fn list(rule: &Value) -> &[Value] {
    rule.as_array().expect("a list")
}

fn is(value: &Value, name: &Value) -> bool {
    match name.as_str().expect("a type") {
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
