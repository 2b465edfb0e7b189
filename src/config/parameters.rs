//! `{{ env }}` in a mount, path or key: Tera with the config's own parameters and nothing else.
//!
//! No file, no environment, no function of ours is reachable. What Tera says about an error is not
//! passed on, because some of its messages quote what a filter was given. A repository writes these
//! texts, so they take bounded time and memory: nothing repeats, and nothing makes much of little.

mod tags;

use tera::{Context, Kwargs, State, Tera, TeraResult};

/// Longest text that is rendered, longest parameter, and longest result: names, not documents.
const LONGEST: usize = 4096;
/// Filters and functions of Tera that make much of little, or fail with words of the repository.
const FILTERS_GONE: &[&str] = &["indent", "join"];
const FUNCTIONS_GONE: &[&str] = &["range", "throw"];

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
    /// One of them is longer than any name.
    is_too_long: bool,
}

impl Parameters {
    /// Adds one.
    pub fn insert(&mut self, name: &str, value: &str) {
        self.context.insert(name.to_owned(), value);
        self.names.push(name.to_owned());
        self.is_too_long |= value.len() > LONGEST;
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
        if text.len() > LONGEST || self.is_too_long {
            return Err(Unrendered::TooLong);
        }
        if !tags::are_plain(text) {
            return Err(Unrendered::Broken);
        }
        let mut tera = bounded();
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

/// Tera without what would let a short text take long or become large.
fn bounded() -> Tera {
    let mut tera = Tera::default();
    tera.autoescape_on(Vec::<&str>::new());
    for name in FILTERS_GONE {
        tera.register_filter(*name, |_: &str, _: Kwargs, _: &State| gone());
    }
    for name in FUNCTIONS_GONE {
        tera.register_function(*name, |_: Kwargs, _: &State| gone());
    }
    tera.register_filter("replace", |text: &str, said: Kwargs, _: &State| {
        replace(text, said.must_get("from")?, said.must_get("to")?)
    });
    tera
}

fn gone() -> TeraResult<String> {
    Err(tera::Error::message("not here"))
}

/// Tera's own, with an end.
fn replace(text: &str, from: &str, to: &str) -> TeraResult<String> {
    let most = (text.len() + 1).saturating_mul(to.len() + 1);
    if most > LONGEST * LONGEST {
        return gone();
    }
    let replaced = text.replace(from, to);
    if replaced.len() > LONGEST {
        gone()
    } else {
        Ok(replaced)
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Parameters, Unrendered};

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
        let branch = "{% if env == \"prod\" %}live{% else %}test{% endif %}";
        assert_eq!(parameters.render(branch), Ok("live".into()));
        assert_eq!(
            parameters.render("{{ env | upper | replace(from=\"O\", to=\"0\") }}"),
            Ok("PR0D".into())
        );
    }

    #[test]
    fn nothing_repeats_and_nothing_makes_much_of_little() {
        let mut parameters = Parameters::default();
        parameters.insert("a", &"a".repeat(LONGEST));
        let replaces = " | replace(from=\"a\", to=a)".repeat(9);
        let texts = [
            "{% for x in range(end=100000) %}{% for y in range(end=100000) %}{% endfor %}{% endfor %}",
            "{{ [x for x in a for y in a for z in a] | length }}",
            "{{ [1for x in a] }}",
            "{% include \"text\" %}",
            "{% set a = a ~ a %}{% set a = a ~ a %}{{ a }}",
            "{% component c() %}{{ <c /> }}{{ <c /> }}{% endcomponent %}{{ <c /> }}",
            "{% block a %}{% endblock %}",
            "{% raw %}{{ {% endraw %}",
            "{# #}{{ a }}",
            "{{ range(end=100000) | length }}",
            "{{ throw(message=a) }}",
            "{{ a | indent(width=1000000000) }}",
            "{{ a | split(pat=\"\") | join(sep=a) }}",
            &format!("{{{{ a{replaces} }}}}"),
        ];
        for text in texts {
            assert_eq!(parameters.render(text), Err(Unrendered::Broken), "{text}");
        }
        let sum = |n| format!("{{{{ {} }}}}", vec!["a"; n].join(" ~ "));
        assert_eq!(parameters.render(&sum(200)), Err(Unrendered::Broken));
        assert_eq!(parameters.render(&sum(50)), Err(Unrendered::TooLong));
        parameters.insert("b", &"b".repeat(LONGEST + 1));
        assert_eq!(parameters.render("{{ a }}"), Err(Unrendered::TooLong));
    }
}
