//! Failures whose text quotes the token that was sent: what is shown of them must not.
//!
//! A gateway in a talkative mode does that. Pure; everything else of the answer stays, since its words
//! decide what is wrong.

use memchr::memmem;
use zeroize::Zeroizing;

use crate::vault::kv::Answer;

/// What stands in place of the token.
const HIDDEN: &[u8] = b"...";

/// The answer without the token, if it is one of a failure.
pub fn without(answer: Answer, token: Option<&[u8]>) -> Answer {
    let token = token.filter(|token| !token.is_empty() && answer.status != 200);
    let Some(token) = token else {
        return answer;
    };
    let mut body = Zeroizing::new(Vec::new());
    let mut rest = 0;
    for at in memmem::find_iter(&answer.body, token) {
        body.extend_from_slice(&answer.body[rest..at]);
        body.extend_from_slice(HIDDEN);
        rest = at + token.len();
    }
    body.extend_from_slice(&answer.body[rest..]);
    Answer { body, ..answer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_keeps_its_words_and_loses_the_token() {
        let without = |status, body: &str, token: Option<&[u8]>| {
            let body = Zeroizing::new(body.as_bytes().to_vec());
            let answer = without(Answer { status, body }, token);
            String::from_utf8_lossy(&answer.body).into_owned()
        };
        let token = Some(&b"s.t0ken"[..]);
        let quoting = "s.t0ken is bad: s.t0ken!";
        assert_eq!(without(403, quoting, token), "... is bad: ...!");
        assert_eq!(
            without(403, "permission denied", token),
            "permission denied"
        );
        assert_eq!(without(403, quoting, None), quoting);
        assert_eq!(without(403, "bad", Some(b"")), "bad");
        // a secret may be anything
        assert_eq!(without(200, quoting, token), quoting);
    }
}
