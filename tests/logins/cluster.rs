//! Servers on loopback that answer as they are told: a cluster that reviews tokens, GitHub's endpoint.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// A server; it ends with the process.
pub struct Responder {
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Responder {
    /// `answer` makes status and body from the head of a request and its body.
    pub fn start(answer: impl Fn(&str, &str) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // a client that goes away is no failure of the server
                let _ = serve(&stream, &notes, &answer);
            }
        });
        Self { address, asked }
    }

    /// Heads of all requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: &TcpStream,
    notes: &Mutex<Vec<String>>,
    answer: &dyn Fn(&str, &str) -> (u16, String),
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let lower = head.to_ascii_lowercase();
    let length = lower
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |text| text.parse().unwrap())];
    reader.read_exact(&mut body)?;
    notes.lock().unwrap().push(head.clone());
    let (status, text) = answer(&head, &String::from_utf8(body).unwrap());
    write!(
        stream,
        "HTTP/1.1 {status} Test\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{text}",
        text.len()
    )
}

/// A cluster that knows one token, as that of the service account `builds` in `shop`.
pub fn cluster(jwt: &str) -> Responder {
    let known = jwt.to_owned();
    Responder::start(move |_, body| {
        let review: Value = serde_json::from_str(body).unwrap();
        let status = if review["spec"]["token"] == known.as_str() {
            json!({"authenticated": true, "audiences": ["vault"], "user": {
                "username": "system:serviceaccount:shop:builds", "uid": "7",
                "groups": ["system:serviceaccounts", "system:serviceaccounts:shop"],
            }})
        } else {
            json!({"authenticated": false, "error": "unknown"})
        };
        let review = json!({
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": status,
        });
        (201, review.to_string())
    })
}
