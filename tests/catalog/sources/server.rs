//! A server of HTTPS with an authority of its own, whose answers are written byte by byte.

use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

#[derive(Debug, Clone)]
pub enum Reply {
    Body(Vec<u8>),
    /// Written as it is.
    Raw(String),
    /// It says how much it will send, or does not, and goes on sending for ever.
    Endless,
    /// Not a word.
    Silence,
}

pub struct Server {
    /// Its authority, in PEM.
    pub authority: String,
    pub address: String,
    reply: Arc<Mutex<Reply>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn start(reply: Reply) -> Self {
        Self::named("127.0.0.1", reply).await
    }

    /// Its certificate is made out to this name.
    pub async fn named(name: &str, reply: Reply) -> Self {
        let (authority, config) = certified(name);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let reply = Arc::new(Mutex::new(reply));
        let task = tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), reply.clone()));
        Self { authority, address, reply, task }
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://{}/{path}", self.address)
    }

    pub fn says(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }
}

/// An authority of its own, in PEM, and what it vouches for.
pub fn certified(name: &str) -> (String, ServerConfig) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, "An authority");
    let key = KeyPair::generate().unwrap();
    let authority = pem(params.self_signed(&key).unwrap().der());
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .unwrap();
    (authority, config)
}

fn pem(der: &[u8]) -> String {
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, reply: Arc<Mutex<Reply>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, reply) = (acceptor.clone(), reply.clone());
        tokio::spawn(async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                answer(stream, reply).await;
            }
        });
    }
}

/// Whoever asks may hang up whenever he likes.
async fn answer(mut stream: TlsStream<TcpStream>, reply: Arc<Mutex<Reply>>) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    let reply = reply.lock().unwrap().clone();
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
    match reply {
        Reply::Body(body) => {
            let head = format!("{head}Content-Length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(&body).await;
        }
        Reply::Raw(text) => drop(stream.write_all(text.as_bytes()).await),
        Reply::Endless => {
            let _ = stream.write_all(format!("{head}\r\n").as_bytes()).await;
            while stream.write_all(&[b' '; 16 << 10]).await.is_ok() {}
        }
        Reply::Silence => drop(stream.read_u8().await),
    }
    let _ = stream.shutdown().await;
}
