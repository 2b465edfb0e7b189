//! `{{ env }}` in a mount, path or key: Tera with the config's own parameters and nothing else.
//!
//! No file, no environment, no function of ours is reachable. What Tera says about an error is not
//! passed on, because some of its messages quote what a filter was given.

use tera::{Context, Tera};

/// Longest text that is rendered, and longest result: names, not documents.
const LONGEST: usize = 4096;

/// Why a text cannot be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unrendered {
    /// These parameters are not defined.
    Undefined(Vec<String>),
    /// The template itself is wrong.
    Broken,
    /// It is, or becomes, longer than any name.
    TooLong,
}

/// The config's parameters.
#[derive(Default)]
pub struct Parameters {
    context: Context,
    names: Vec<String>,
}

impl Parameters {
    /// Adds one.
    pub fn insert(&mut self, name: &str, value: &str) {
        self.context.insert(name.to_owned(), value);
        self.names.push(name.to_owned());
    }

    /// Names, for "did you mean".
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Fills in the parameters; a text without `{` is returned as it is.
    pub fn render(&self, text: &str) -> Result<String, Unrendered> {
        if !text.contains('{') {
            return Ok(text.to_owned());
        }
        if text.len() > LONGEST {
            return Err(Unrendered::TooLong);
        }
        let mut tera = Tera::default();
        tera.autoescape_on(Vec::<&str>::new());
        tera.add_raw_template("text", text)
            .map_err(|_| Unrendered::Broken)?;
        match tera.render("text", &self.context) {
            Ok(rendered) if rendered.len() > LONGEST => Err(Unrendered::TooLong),
            Ok(rendered) => Ok(rendered),
            Err(_) => {
                let used = tera.get_template_variables("text").unwrap_or_default();
                let mut missing: Vec<String> = used
                    .into_iter()
                    .filter(|name| !self.names.iter().any(|n| n == name))
                    .map(str::to_owned)
                    .collect();
                missing.sort();
                Err(if missing.is_empty() {
                    Unrendered::Broken
                } else {
                    Unrendered::Undefined(missing)
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Parameters, Unrendered};

    #[test]
    fn only_defined_parameters_are_filled_in() {
        let mut parameters = Parameters::default();
        parameters.insert("env", "prod");
        assert_eq!(parameters.render("a/{{ env }}"), Ok("a/prod".into()));
        assert_eq!(
            parameters.render("a/{{ region | default(value=\"eu\") }}"),
            Ok("a/eu".into())
        );
        assert_eq!(
            parameters.render("a/{{ evn }}"),
            Err(Unrendered::Undefined(vec!["evn".into()]))
        );
        assert_eq!(parameters.render("a/{{ env "), Err(Unrendered::Broken));
        assert_eq!(
            parameters.render("a/{{ env | int }}"),
            Err(Unrendered::Broken)
        );
        assert_eq!(parameters.render("<&>"), Ok("<&>".into()));
    }
}
