//! A host that answers over real TLS exactly what a test tells it to, faults included, and remembers what it was asked.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use proximity::{
    domain::{ids::HostId, secret::Secret},
    proxmox::{Client, Fingerprint, Limits, Login, RequestLog, Target},
};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::PrivateKeyDer,
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_rustls::TlsAcceptor;

/// One request as it came in.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub params: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    /// Which connection it came over, counted from one.
    pub connection: usize,
    pub alpn: Option<String>,
    /// As it came.
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Method and path below the API.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path.strip_prefix("/api2/json").unwrap_or(&self.path))
    }
}

/// What to answer.
#[derive(Clone)]
pub enum Reply {
    Answer {
        status: u16,
        reason: String,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// These bytes and no others, then the end.
    Raw(Vec<u8>),
    /// The connection ends without a word.
    Cut,
    /// Nothing, for ever.
    Silence,
    /// These bytes, and then nothing for ever.
    Stalled(Vec<u8>),
    /// The same piece again and again, until nobody listens any more.
    Endless(Vec<u8>),
    /// Waits for a permit first.
    After(Arc<Semaphore>, Box<Reply>),
}

impl Reply {
    pub fn data(json: &str) -> Self {
        Self::body(200, "OK", &format!("{{\"data\":{json}}}"))
    }

    /// As Proxmox refuses since version 9: the text is in the first line and in the body.
    pub fn refusal(status: u16, text: &str) -> Self {
        let body = serde_json::json!({ "data": null, "message": format!("{text}\n") });
        Self::body(status, text, &body.to_string())
    }

    /// As it refuses before a call is even looked at, and always did before version 8.3.
    pub fn bare(status: u16, reason: &str) -> Self {
        Self::Answer { status, reason: reason.into(), headers: own_headers(), body: Vec::new() }
    }

    pub fn body(status: u16, reason: &str, body: &str) -> Self {
        let mut headers = own_headers();
        headers.push(("content-type".into(), "application/json;charset=UTF-8".into()));
        Self::Answer { status, reason: reason.into(), headers, body: body.into() }
    }

    pub fn page(status: u16, reason: &str) -> Self {
        let headers = vec![("content-type".into(), "text/html".into()), ("server".into(), "nginx".into())];
        Self::Answer { status, reason: reason.into(), headers, body: b"<html><h1>hello</h1></html>".to_vec() }
    }
}

fn own_headers() -> Vec<(String, String)> {
    vec![("server".into(), "pve-api-daemon/3.0".into())]
}

type Script = Box<dyn FnMut(&Asked) -> Reply + Send>;

pub struct Host {
    pub address: String,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

struct Shared {
    identity: Identity,
    script: Mutex<Script>,
    seen: Mutex<Vec<Asked>>,
    connections: AtomicUsize,
}

/// The certificate that is shown now.
#[derive(Debug, Clone)]
struct Identity(Arc<Mutex<Arc<CertifiedKey>>>);

impl ResolvesServerCert for Identity {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.lock().unwrap().clone())
    }
}

/// A new certificate with its key.
pub fn new_identity() -> CertifiedKey {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    CertifiedKey::new(vec![made.cert.der().clone()], ring::sign::any_supported_type(&key).unwrap())
}

impl Host {
    pub async fn start(script: impl FnMut(&Asked) -> Reply + Send + 'static) -> Self {
        Self::at(([127, 0, 0, 1], 0).into(), Arc::new(new_identity()), script).await
    }

    /// At an address of the test's choosing.
    pub async fn at(
        at: SocketAddr,
        identity: Arc<CertifiedKey>,
        script: impl FnMut(&Asked) -> Reply + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap());
        let identity = Identity(Arc::new(Mutex::new(identity)));
        let shared = Arc::new(Shared {
            identity,
            script: Mutex::new(Box::new(script)),
            seen: Mutex::default(),
            connections: AtomicUsize::new(0),
        });
        let task = tokio::spawn(serve(listener, shared.clone()));
        Self { address, shared, task }
    }

    /// Answers everything in the same way.
    pub async fn saying(reply: Reply) -> Self {
        Self::start(move |_| reply.clone()).await
    }

    pub fn now_does(&self, script: impl FnMut(&Asked) -> Reply + Send + 'static) {
        *self.shared.script.lock().unwrap() = Box::new(script);
    }

    pub fn pin(&self) -> Fingerprint {
        Fingerprint::of(&self.identity().cert[0])
    }

    pub fn identity(&self) -> Arc<CertifiedKey> {
        self.shared.identity.0.lock().unwrap().clone()
    }

    pub fn shows_from_now(&self, identity: CertifiedKey) {
        *self.shared.identity.0.lock().unwrap() = Arc::new(identity);
    }

    pub fn seen(&self) -> Vec<Asked> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// Method and path of all that was asked.
    pub fn lines(&self) -> Vec<String> {
        self.seen().iter().map(Asked::line).collect()
    }

    pub fn forget(&self) {
        self.shared.seen.lock().unwrap().clear();
    }

    pub fn target(&self, login: Login) -> Target {
        Target { host: HostId::new("home"), addresses: vec![self.address.clone()], trust: self.pin().into(), login }
    }

    /// A client with a token.
    pub fn client(&self) -> Client {
        self.client_as(token())
    }

    pub fn client_as(&self, login: Login) -> Client {
        Client::new(self.target(login), crate::sent::log()).unwrap()
    }

    pub fn logged_client(&self, login: Login, log: RequestLog) -> Client {
        Client::new(self.target(login), Some(log)).unwrap()
    }

    /// A client that does not wait long for an answer.
    pub fn hasty_client(&self) -> Client {
        let limits = Limits { whole_call: std::time::Duration::from_millis(400), ..Limits::default() };
        Client::with_limits(self.target(token()), crate::sent::log(), limits).unwrap()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub fn token() -> Login {
    Login::Token { id: "admin@pve!deck".into(), secret: Secret::new("0f1e-secret") }
}

pub fn password() -> Login {
    Login::Password { user: "admin@pve".into(), password: Secret::new("hunter22"), totp: None }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(shared.identity.clone()));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // So that a client that wanted to resume could.
    config.ticketer = ring::Ticketer::new().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(converse(acceptor.clone(), stream, shared.clone()));
    }
}

async fn converse(acceptor: TlsAcceptor, stream: TcpStream, shared: Arc<Shared>) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let connection = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
    let alpn = stream.get_ref().1.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
    let mut unread = Vec::new();
    while let Some(mut asked) = read_request(&mut stream, &mut unread).await {
        asked.connection = connection;
        asked.alpn.clone_from(&alpn);
        shared.seen.lock().unwrap().push(asked.clone());
        let reply = (shared.script.lock().unwrap())(&asked);
        if !give(&mut stream, reply).await {
            return;
        }
    }
}

/// Whether the conversation goes on.
async fn give(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), reply: Reply) -> bool {
    match reply {
        Reply::Answer { status, reason, headers, body } => {
            // Proxmox keeps a connection only after a good answer.
            let stays = if status == 200 { "Keep-Alive" } else { "close" };
            let mut head = format!("HTTP/1.1 {status} {reason}\r\nconnection: {stays}\r\n");
            head += &format!("content-length: {}\r\n", body.len());
            headers.iter().for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
            head += "\r\n";
            let sent = stream.write_all(&[head.as_bytes(), &body].concat()).await.is_ok();
            let sent = sent && stream.flush().await.is_ok();
            if status != 200 {
                let _ = stream.shutdown().await;
            }
            sent && status == 200
        }
        Reply::Raw(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            false
        }
        Reply::Cut => false,
        Reply::Silence => std::future::pending().await,
        Reply::Stalled(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.flush().await;
            std::future::pending().await
        }
        Reply::Endless(piece) => {
            while stream.write_all(&piece).await.is_ok() {}
            false
        }
        Reply::After(permits, reply) => {
            let permit = permits.acquire().await.unwrap();
            permit.forget();
            Box::pin(give(stream, *reply)).await
        }
    }
}

/// The next request of a connection; what was read beyond it stays in `unread`.
pub async fn read_request(stream: &mut (impl AsyncRead + Unpin), unread: &mut Vec<u8>) -> Option<Asked> {
    let end = loop {
        if let Some(at) = unread.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(unread).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(unread[..end].to_vec()).unwrap();
    unread.drain(..end + 4);
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.into(), value.into())).collect();
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: usize = length.map_or(0, |(_, value)| value.parse().unwrap());
    while unread.len() < length {
        if stream.read_buf(unread).await.ok()? == 0 {
            return None;
        }
    }
    let body: Vec<u8> = unread.drain(..length).collect();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let is_form = headers.iter().any(|(_, value)| value == "application/x-www-form-urlencoded");
    let form = if is_form { std::str::from_utf8(&body).unwrap() } else { "" };
    let params = [query, form].iter().flat_map(|pairs| decode(pairs)).collect();
    Some(Asked { method, path: path.to_owned(), params, headers, body, ..Asked::default() })
}

fn decode(pairs: &str) -> Vec<(String, String)> {
    let plain = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    pairs.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (plain(name), plain(value))).collect()
}
