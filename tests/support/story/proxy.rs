//! Stands between the program and the store: notes what was asked, and passes it on.
//!
//! It can also play a server that answers everything with "sealed". Knows just enough HTTP for the
//! requests of one client: no bodies, one request a connection.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What it does with a request.
#[derive(Clone)]
pub enum Manner {
    /// Asks the server at this address.
    Forward(String),
    /// Answers that the server is sealed.
    Sealed,
}

/// A running proxy; it ends with the process.
pub struct Proxy {
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Listens on a free port.
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&asked);
        thread::spawn(move || {
            let _ = rustls::crypto::ring::default_provider().install_default();
            let client = reqwest::blocking::Client::builder()
                .no_proxy()
                .build()
                .unwrap();
            for stream in listener.incoming().flatten() {
                let (client, manner, notes) = (client.clone(), manner.clone(), Arc::clone(&notes));
                // a client that goes away is no failure of the proxy
                thread::spawn(move || pass_on(&stream, &client, &manner, &notes).ok());
            }
        });
        Self { address, asked }
    }

    /// What was asked since the last call, sorted: reads run in parallel.
    pub fn asked(&self) -> String {
        let mut lines = std::mem::take(&mut *self.asked.lock().unwrap());
        lines.sort();
        lines.into_iter().map(|line| line + "\n").collect()
    }
}

fn pass_on(
    stream: &TcpStream,
    client: &reqwest::blocking::Client,
    manner: &Manner,
    notes: &Mutex<Vec<String>>,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut lines = BufReader::new(stream).lines();
    let start = lines.next().ok_or("nothing was asked")??;
    let mut words = start.split(' ');
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    notes
        .lock()
        .unwrap()
        .push(format!("{method} {}", path.trim_start_matches("/v1/")));
    // all of it is read, or closing the connection would take the answer back
    let headers: Vec<String> = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    let (status, body) = match manner {
        Manner::Sealed => (503, br#"{"errors":["Vault is sealed"]}"#.to_vec()),
        Manner::Forward(server) => {
            let mut request = client.request(method.parse()?, format!("{server}{path}"));
            for line in headers {
                match line.split_once(": ") {
                    Some((name, value)) if name.to_ascii_lowercase().starts_with("x-") => {
                        request = request.header(name, value);
                    }
                    _ => {}
                }
            }
            let response = request.send()?;
            (response.status().as_u16(), response.bytes()?.to_vec())
        }
    };
    let mut answer = format!(
        "HTTP/1.1 {status} Story\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend(body);
    let mut stream = stream;
    stream.write_all(&answer)?;
    Ok(())
}
