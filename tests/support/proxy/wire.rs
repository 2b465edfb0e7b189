//! A connection, with TLS or without.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::request::Answer;

/// A connection to the program.
pub enum Wire {
    /// Without TLS.
    Plain(TcpStream),
    /// With it.
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

/// Who a server with TLS is: PEM texts of its certificate and key.
pub fn identity(certificate: &str, key: &str) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth();
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    Arc::new(builder.with_single_cert(vec![certificate], key).unwrap())
}

impl Wire {
    /// Takes a connection; the handshake is made by the first read.
    pub fn accept(stream: TcpStream, identity: Option<Arc<ServerConfig>>) -> io::Result<Self> {
        let Some(identity) = identity else {
            return Ok(Self::Plain(stream));
        };
        let connection = ServerConnection::new(identity).map_err(io::Error::other)?;
        Ok(Self::Tls(Box::new(StreamOwned::new(connection, stream))))
    }

    /// Sends an answer and ends the connection.
    pub fn answer(mut self, answer: &Answer) -> io::Result<()> {
        self.head(answer, answer.body.len())?;
        self.write_all(&answer.body)
    }

    /// Sends what stands before the body, and says how long that will be.
    pub fn head(&mut self, answer: &Answer, length: usize) -> io::Result<()> {
        let (status, headers) = (answer.status, &answer.headers);
        let head = format!(
            "HTTP/1.1 {status} Story\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n"
        );
        self.write_all(head.as_bytes())
    }

    /// Holds the connection until the program has had enough.
    pub fn hold(mut self) -> io::Result<()> {
        io::copy(&mut self, &mut io::sink()).map(|_| ())
    }
}

impl Read for Wire {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(bytes),
            Self::Tls(stream) => stream.read(bytes),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
