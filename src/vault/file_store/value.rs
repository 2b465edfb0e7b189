//! A value in a file store, and the bytes that a KV server would return for it.
//!
//! No `Debug`: it holds secrets. kv-v2 keeps JSON and reads numbers as 64-bit floats, kv-v1 returns
//! the literal; the prepass remembers literals for that.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use crate::vault::go_json::{self, Bytes};

/// Number literals of the file by their path, so far as they are JSON numbers.
pub type Literals = HashMap<Vec<String>, String>;

/// Any JSON value.
pub enum Value {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(Zeroizing<String>),
    List(Vec<Value>),
    Map(BTreeMap<String, Value>),
}

/// How numbers become text.
#[derive(Clone, Copy)]
pub enum Numbers<'a> {
    /// As kv-v2 does.
    Floats,
    /// As kv-v1 does.
    Literals(&'a Literals),
}

impl Value {
    /// What the operator writes for this as a top-level value; `path` is its place in the file.
    pub fn data_bytes(&self, numbers: Numbers, path: &mut Vec<String>) -> Bytes {
        if let Value::Text(text) = self {
            return Zeroizing::new(text.as_bytes().to_vec());
        }
        let mut out = Bytes::default();
        self.marshal(numbers, path, &mut out);
        out
    }

    fn marshal(&self, numbers: Numbers, path: &mut Vec<String>, out: &mut Vec<u8>) {
        match self {
            Value::Null => out.extend(b"null"),
            Value::Bool(true) => out.extend(b"true"),
            Value::Bool(false) => out.extend(b"false"),
            Value::Integer(_) | Value::Float(_) => out.extend(self.number(numbers, path).bytes()),
            Value::Text(text) => go_json::push_string(text, out),
            Value::List(items) => {
                out.push(b'[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    path.push(i.to_string());
                    item.marshal(numbers, path, out);
                    path.pop();
                }
                out.push(b']');
            }
            Value::Map(members) => {
                out.push(b'{');
                for (i, (name, member)) in members.iter().enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    go_json::push_string(name, out);
                    out.push(b':');
                    path.push(name.clone());
                    member.marshal(numbers, path, out);
                    path.pop();
                }
                out.push(b'}');
            }
        }
    }

    fn number(&self, numbers: Numbers, path: &[String]) -> String {
        if let Numbers::Literals(literals) = numbers {
            if let Some(literal) = literals.get(path) {
                return literal.clone();
            }
            if let Value::Integer(integer) = self {
                return integer.to_string();
            }
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "the server loses it in the same way"
        )]
        let float = match self {
            Value::Integer(integer) => *integer as f64,
            Value::Float(float) => *float,
            _ => 0.0,
        };
        go_json::float(float)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "the server loses it in the same way"
        )]
        let float = value as f64;
        Ok(i128::try_from(value).map_or(Value::Float(float), Value::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        // JSON has no infinity; the text of the error is never shown, see `format`.
        if value.is_finite() {
            Ok(Value::Float(value))
        } else {
            Err(E::custom("not finite"))
        }
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(Zeroizing::new(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some((name, member)) = members.next_entry()? {
            map.insert(name, member);
        }
        Ok(Value::Map(map))
    }
}
