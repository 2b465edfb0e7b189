//! Tokens that end too early, and clocks that do not agree.

use super::{ALWAYS, Front, Row, Token, Want, faulty, row};
use crate::door::Door;
use crate::proxy::fault::{Fault, Trouble};

/// What a server says of a version that was deleted.
const GONE: &str = r#"{"data":{"data":null,"metadata":{"created_time":"2026-11-21T11:00:00Z","deletion_time":"2926-11-21T11:00:00Z","destroyed":false,"version":1}}}"#;

/// Tokens for less than is asked.
pub fn tokens() -> Vec<Row> {
    let refused: Want = Want::Error("bad-token", &["ADDR does not accept the token", "used up"]);
    let mut enough = row("token for one request, one secret", plain(), Want::Success);
    enough.secrets = 1;
    enough.token = Token::OneUse;
    let mut short = row("token for one request, four secrets", plain(), refused);
    short.token = Token::OneUse;
    vec![
        enough,
        short,
        faulty(
            "token ends in the middle",
            Fault::TokenEnds,
            1..2,
            Want::Error("bad-token", &["ADDR does not accept the token", "expired"]),
        ),
    ]
}

/// A proxy with which nothing is wrong.
fn plain() -> Front {
    Front::Faulty(Trouble {
        fault: Fault::Closed,
        path: "",
        which: 0..0,
    })
}

/// The server's clock and ours.
pub fn clocks() -> Vec<Row> {
    let with =
        |name, from, to| faulty(name, Fault::Altered(from, to), ALWAYS, Want::Success).at("shop/");
    vec![
        with(
            "made in the future",
            r#""created_time":"20"#,
            r#""created_time":"29"#,
        )
        // a lock with another time is another story
        .through(&[Door::Render, Door::Function, Door::Lock]),
        with(
            "to be deleted in the future",
            r#""deletion_time":"""#,
            r#""deletion_time":"2926-11-21T11:00:00Z""#,
        ),
        // a server whose clock goes before ours says so
        faulty(
            "deleted in the future",
            Fault::says(404, GONE),
            ALWAYS,
            Want::Error(
                "version-deleted",
                &["`faults/shop/db`", "was deleted at `2926-11-21"],
            ),
        )
        .at("shop/db")
        .through(&[Door::Render, Door::Function]),
    ]
}
