//! Stands between the program and the store: notes what was asked, and passes it on, or does what is
//! wrong with a server or with the way to it.
//!
//! It speaks HTTP or TLS, one request a connection. It knows nothing of what is asked.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

pub mod fault;
mod request;
pub mod wire;

use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use fault::{Fault, Trouble};
use request::Request;
use wire::Wire;

/// What it does with requests.
#[derive(Clone)]
pub enum Manner {
    /// Asks the server at this address.
    Forward(String),
    /// Asks the server at this address, but for some requests, which go wrong.
    Faulty(String, Trouble),
}

/// A running proxy; it ends with the process.
pub struct Proxy {
    /// `http://127.0.0.1:PORT`, or `https://…`.
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Listens on a free port.
    pub fn start(manner: Manner) -> Self {
        Self::listen("http", manner, None)
    }

    /// The same with TLS, as somebody.
    pub fn start_tls(manner: Manner, identity: Arc<rustls::ServerConfig>) -> Self {
        Self::listen("https", manner, Some(identity))
    }

    fn listen(scheme: &str, manner: Manner, identity: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("{scheme}://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (notes, own) = (Arc::clone(&asked), address.clone());
        thread::spawn(move || {
            let client = request::client();
            for stream in listener.incoming().flatten() {
                let served = Served {
                    own: own.clone(),
                    client: client.clone(),
                    manner: manner.clone(),
                    notes: Arc::clone(&notes),
                };
                let identity = identity.clone();
                // a client that goes away is no failure of the proxy
                thread::spawn(move || served.serve(stream, identity).ok());
            }
        });
        Self { address, asked }
    }

    /// What was asked since the last call, sorted: reads run in parallel. Requests are counted anew
    /// from here on, so that what goes wrong goes wrong again.
    pub fn asked(&self) -> String {
        let mut lines = std::mem::take(&mut *self.asked.lock().unwrap());
        lines.sort();
        lines.into_iter().map(|line| line + "\n").collect()
    }
}

/// What a connection needs to be served.
struct Served {
    own: String,
    client: reqwest::blocking::Client,
    manner: Manner,
    notes: Arc<Mutex<Vec<String>>>,
}

/// Why a connection ended early.
type Gone = Box<dyn std::error::Error>;

impl Served {
    fn serve(
        &self,
        stream: TcpStream,
        identity: Option<Arc<rustls::ServerConfig>>,
    ) -> Result<(), Gone> {
        if let Manner::Faulty(_, trouble) = &self.manner
            && trouble.fault == Fault::Reset
        {
            let request = Request::peek(&stream)?;
            if trouble.hits(&request.path, self.number(&request)) {
                self.note(&request);
                // what was never read is answered with a reset when the connection goes
                return Ok(());
            }
        }
        let mut wire = Wire::accept(stream, identity)?;
        let Ok(request) = Request::read(&mut wire) else {
            // somebody speaks TLS; real servers say so in plain HTTP
            return Ok(wire.answer(&fault::answer(400, "", "Bad Request"))?);
        };
        let number = self.number(&request);
        self.note(&request);
        match &self.manner {
            Manner::Forward(server) => {
                wire.answer(&request.forward(&self.client, server)?)?;
            }
            Manner::Faulty(server, trouble) if trouble.hits(&request.path, number) => {
                trouble.fault.play(wire, &request, self, server)?;
            }
            Manner::Faulty(server, _) => wire.answer(&request.forward(&self.client, server)?)?,
        }
        Ok(())
    }

    /// How many requests came before; of a troubled path, only those of it.
    fn number(&self, request: &Request) -> usize {
        let notes = self.notes.lock().unwrap();
        match &self.manner {
            Manner::Faulty(_, trouble) if trouble.concerns(&request.path) => {
                notes.iter().filter(|note| trouble.concerns(note)).count()
            }
            _ => notes.len(),
        }
    }

    fn note(&self, request: &Request) {
        self.notes.lock().unwrap().push(request.line());
    }
}
