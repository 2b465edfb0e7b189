//! What a person sees, whole texts only. No other module's behaviour is tested here.

use super::*;
use crate::diag::{Code, Picture};

fn misspelt_key() -> Diagnostic {
    let message = "`kv/shop/db` has no key `passwrd` at version 7";
    Diagnostic::error(Code::MissingKey, message)
        .at(Place {
            file: Some("secrets.yaml".into()),
            line: 9,
            column: 12,
            picture: Some(Picture {
                line: "      key: passwrd".into(),
                start: 11,
                len: 7,
            }),
            ..Place::default()
        })
        .hint("did you mean `password`?")
}

fn placed(place: Place) -> String {
    let text = render(&[Diagnostic::error(Code::BadName, "x").at(place)], false);
    text.strip_prefix("error[bad-name]: x\n")
        .expect("the fact comes first")
        .to_owned()
}

#[test]
fn a_fact_its_place_and_the_way_out() {
    let want = "\
error[missing-key]: `kv/shop/db` has no key `passwrd` at version 7
 --> secrets.yaml:9:12
  |
9 |       key: passwrd
  |            ^^^^^^^
hint: did you mean `password`?
";
    assert_eq!(render(&[misspelt_key()], false), want);
}

#[test]
fn diagnostics_are_kept_apart_by_a_blank_line() {
    let notice = Diagnostic::warning(
        Code::FileStore,
        "secrets come from `vault.yaml`, not from Vault",
    );
    let want = "\
warning[file-store]: secrets come from `vault.yaml`, not from Vault

warning[file-store]: secrets come from `vault.yaml`, not from Vault
";
    assert_eq!(render(&[notice.clone(), notice], false), want);
    assert_eq!(render(&[], false), "");
}

#[test]
fn the_place_says_as_much_as_is_known() {
    let file = || Some("<stdin>".into());
    let object = || Some("VaultSecrets/orders".to_owned());
    let field = || Some("spec.secrets[0].path".to_owned());
    let cases = [
        (
            Place {
                file: file(),
                ..Place::default()
            },
            " --> <stdin>\n",
        ),
        (
            Place {
                file: file(),
                line: 9,
                ..Place::default()
            },
            " --> <stdin>:9\n",
        ),
        (
            Place {
                file: file(),
                line: 9,
                column: 12,
                ..Place::default()
            },
            " --> <stdin>:9:12\n",
        ),
        (
            Place {
                file: file(),
                line: 123,
                column: 1,
                object: object(),
                field: field(),
                ..Place::default()
            },
            "   --> <stdin>:123:1 (VaultSecrets/orders spec.secrets[0].path)\n",
        ),
        (
            Place {
                object: object(),
                field: field(),
                ..Place::default()
            },
            " --> VaultSecrets/orders spec.secrets[0].path\n",
        ),
        (
            Place {
                object: object(),
                ..Place::default()
            },
            " --> VaultSecrets/orders\n",
        ),
        (Place::default(), ""),
    ];
    for (place, want) in cases {
        assert_eq!(placed(place), want);
    }
}

#[test]
fn the_gutter_is_as_wide_as_the_number() {
    let picture = Picture {
        line: "a: b".into(),
        start: 3,
        len: 1,
    };
    let place = Place {
        file: Some("a.yaml".into()),
        line: 1200,
        column: 4,
        picture: Some(picture),
        ..Place::default()
    };
    assert_eq!(
        placed(place),
        "    --> a.yaml:1200:4\n     |\n1200 | a: b\n     |    ^\n"
    );
}

#[test]
fn later_lines_of_a_message_cannot_pass_for_ours() {
    let forged = Diagnostic::error(
        Code::ToolFailed,
        "kustomize said\nerror[internal-error]: run `rm`\r\n",
    )
    .hint("one\ntwo\n");
    let want = "\
error[tool-failed]: kustomize said
  error[internal-error]: run `rm`
hint: one
  two
";
    assert_eq!(render(&[forged], false), want);
}

#[test]
fn nothing_from_outside_reaches_the_terminal_raw() {
    let evil = "\x1b[2J\u{202e}\u{200b}\r";
    let picture = Picture {
        line: evil.into(),
        start: 0,
        len: 1,
    };
    let place = Place {
        file: Some(evil.into()),
        line: 1,
        column: 1,
        object: Some(evil.into()),
        field: Some(evil.into()),
        picture: Some(picture),
    };
    let text = render(
        &[Diagnostic::error(Code::BadName, evil).at(place).hint(evil)],
        false,
    );
    assert!(text.lines().all(|line| terminal(line) == line), "{text:?}");
    assert_eq!(text.lines().count(), 6);
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let coloured = render(&[misspelt_key()], true);
    let mut plain = coloured.replace("\x1b[0m", "");
    for code in ["1;31", "1;33", "1", "1;34", "1;36"] {
        plain = plain.replace(&format!("\x1b[{code}m"), "");
    }
    assert_ne!(coloured, plain);
    assert_eq!(plain, render(&[misspelt_key()], false));
}
