//! Which Helm runs us as post-renderer.
//!
//! Helm 3 runs a program, sorts nothing, and marks each document with a `# Source:` line. Helm 4 runs a
//! plugin, keeps the file name in an annotation, and shows hooks as well. Nothing of what is rendered is
//! decided here.

pub mod chart;
pub mod messages;

/// The generations of Helm that differ in what they hand to a post-renderer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Helm {
    /// Shows no hooks; shows stderr only after a failure.
    Three,
    /// Shows hooks; never shows stderr.
    Four,
}

/// The annotation in which Helm 4 keeps where a document came from.
const FILE_NAME: &str = "postrenderer.helm.sh/postrender-filename";

impl Helm {
    /// Whose stream it is. A plugin may run a Helm 3, so that the text says more than the environment:
    /// `plugin` is whether that has the name of a plugin.
    #[must_use]
    pub fn of(stream: &str, plugin: bool) -> Self {
        let is_three = || stream.lines().any(|line| line.starts_with("# Source: "));
        if stream.contains(FILE_NAME) || (plugin && !is_three()) {
            Self::Four
        } else {
            Self::Three
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_says_whose_it_is_and_else_the_environment() {
        let three = "---\n# Source: shop/templates/a.yaml\nkind: A\n";
        let four = "kind: A\nmetadata:\n  annotations:\n    postrenderer.helm.sh/postrender-filename: 'a'\n";
        for (stream, plugin, helm) in [
            (three, false, Helm::Three),
            (three, true, Helm::Three),
            (four, true, Helm::Four),
            (four, false, Helm::Four),
            ("", false, Helm::Three),
            ("", true, Helm::Four),
        ] {
            assert_eq!(Helm::of(stream, plugin), helm, "{stream:?}");
        }
    }
}
