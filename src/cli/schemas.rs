//! `countersign schema`: JSON Schemas of what people write and of what commands print.
//!
//! The files beside the documentation, as they are. Whether a schema says what a decoder says is held
//! by a test; nothing here reads a schema.

/// One schema.
pub struct Schema {
    /// How it is asked for.
    pub name: &'static str,
    /// The JSON.
    pub text: &'static str,
}

macro_rules! schemas {
    ($($name:literal $path:literal)*) => {
        /// All of them: first what people write.
        pub const SCHEMAS: &[Schema] = &[$(Schema {
            name: $name,
            text: include_str!(concat!("../../docs/", $path)),
        },)*];
    };
}

schemas! {
    "vaultsecrets" "schema/vaultsecrets.schema.json"
    "policy" "schema/policy.schema.json"
    "file-store" "schema/file-store.schema.json"
    "lock" "schema/lock.schema.json"
    "plan" "plan.schema.json"
    "outdated" "outdated.schema.json"
    "doctor" "doctor.schema.json"
}

/// Their names, for the parser of the command line.
#[must_use]
pub fn names() -> Vec<&'static str> {
    SCHEMAS.iter().map(|schema| schema.name).collect()
}

/// The schema of this name.
#[must_use]
pub fn schema(name: &str) -> Option<&'static str> {
    let found = SCHEMAS.iter().find(|schema| schema.name == name);
    found.map(|schema| schema.text)
}
