//! One lookup for `VAULT_X` and its twin `BAO_X`, with OpenBao's precedence.

/// The runner's environment.
pub struct Variables<'a> {
    env: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Variables<'a> {
    pub fn new(env: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { env }
    }

    /// The variable that decides and its text, if that is not empty. A `BAO_` variable that is
    /// present hides its twin even when it is empty.
    pub fn get(&self, name: &str) -> Option<(String, String)> {
        let (bao, vault) = (format!("BAO_{name}"), format!("VAULT_{name}"));
        let found = (self.env)(&bao).map(|text| (bao, text));
        let found = found.or_else(|| (self.env)(&vault).map(|text| (vault, text)));
        found.filter(|(_, text)| !text.is_empty())
    }

    /// The first of these names, without twins, that is set and not empty.
    pub fn first(&self, names: &[&str]) -> Option<(String, String)> {
        names.iter().find_map(|name| {
            let text = (self.env)(name).filter(|text| !text.is_empty())?;
            Some(((*name).to_owned(), text))
        })
    }
}
