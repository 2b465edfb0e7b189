//! One request as it came, and what a real server answers to it.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;

use reqwest::blocking::Client;

use super::Gone;

/// A request.
pub struct Request {
    method: String,
    /// With its query.
    pub path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A whole answer.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Lines, each with its end.
    pub headers: String,
    /// As it is sent.
    pub body: Vec<u8>,
}

/// Asks servers for all connections of a proxy.
pub fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none());
    builder.build().unwrap()
}

impl Request {
    /// Looks at it and leaves it unread.
    pub fn peek(stream: &TcpStream) -> Result<Self, Gone> {
        let mut bytes = [0; 4096];
        loop {
            let length = stream.peek(&mut bytes)?;
            let text = &bytes[..length];
            if length == 0 || length == bytes.len() || text.ends_with(b"\r\n\r\n") {
                return Self::read(&mut &*text);
            }
        }
    }

    /// Reads all of it, or closing the connection would take the answer back.
    pub fn read(wire: &mut dyn Read) -> Result<Self, Gone> {
        let mut reader = BufReader::new(wire);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Err("nothing was asked".into());
            }
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let mut words = lines.first().map_or("", String::as_str).split(' ');
        let mut word = || words.next().unwrap_or_default().to_owned();
        let (method, path) = (word(), word());
        let headers = lines
            .iter()
            .skip(1)
            .filter_map(|line| line.split_once(": "));
        let headers: Vec<(String, String)> = headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(Ok(0), |(_, value)| value.parse())?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        Ok(Self {
            method,
            path,
            headers,
            body,
        })
    }

    /// As a story shows it.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path.trim_start_matches("/v1/"))
    }

    /// The value of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map_or("", |(_, value)| value)
    }

    /// What the server says to it.
    pub fn forward(&self, client: &Client, server: &str) -> Result<Answer, Gone> {
        let method = self.method.parse()?;
        let mut request = client.request(method, format!("{server}{}", self.path));
        for (name, value) in &self.headers {
            if name.starts_with("x-") || name == "content-type" {
                request = request.header(name, value);
            }
        }
        let response = request.body(self.body.clone()).send()?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: "Content-Type: application/json\r\n".into(),
            body: response.bytes()?.to_vec(),
        })
    }
}
