//! A server on a free port that answers as it is told, and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Answers connections with a script; keeps the requests.
pub struct Fake {
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    /// Heads of the requests, and their bodies.
    pub requests: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    /// `script` makes the whole response from the number of the request and its text; an empty
    /// one closes the connection.
    pub fn start(script: impl Fn(usize, &str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, script) = (requests.clone(), Arc::new(script));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (seen, script) = (seen.clone(), script.clone());
                std::thread::spawn(move || serve(&stream.unwrap(), &seen, &*script));
            }
        });
        Self { address, requests }
    }

    /// Methods and targets, in their order.
    pub fn requests(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let lines = requests
            .iter()
            .map(|text| text.lines().next().unwrap_or_default());
        lines.map(|line| line.replace(" HTTP/1.1", "")).collect()
    }
}

fn serve(stream: &TcpStream, seen: &Mutex<Vec<String>>, script: &dyn Fn(usize, &str) -> String) {
    let mut text = String::new();
    let mut lines = BufReader::new(stream);
    while !text.ends_with("\r\n\r\n") {
        match lines.read_line(&mut text) {
            Ok(0) => return,
            Ok(_) => {}
            // No text: somebody speaks TLS. Real servers say so in plain HTTP.
            Err(_) => text = "\r\n\r\n".into(),
        }
    }
    let length = text.lines().find_map(|line| {
        let value = line.strip_prefix("content-length: ")?;
        value.parse::<usize>().ok()
    });
    let mut body = vec![0; length.unwrap_or_default()];
    lines.read_exact(&mut body).unwrap();
    text.push_str(std::str::from_utf8(&body).unwrap());
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(text.clone());
        seen.len() - 1
    };
    let mut stream = stream;
    let _ = stream.write_all(script(number, &text).as_bytes());
}

/// A whole response.
pub fn response(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
}

/// An address where nobody listens.
pub fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}
