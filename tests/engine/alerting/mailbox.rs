//! A server of HTTPS that keeps what is posted to it.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    sync::watch,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use crate::catalog::sources::server::certified;

/// The head of a request, and its body.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    pub head: String,
    pub body: String,
}

impl Letter {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

pub struct Mailbox {
    pub authority: String,
    pub address: String,
    letters: watch::Receiver<Vec<Letter>>,
    /// What it answers, one after the other; then 200.
    answers: Arc<Mutex<Vec<u16>>>,
    task: JoinHandle<()>,
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Mailbox {
    pub async fn open() -> Self {
        let (authority, config) = certified("127.0.0.1");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (kept, letters) = watch::channel(Vec::new());
        let answers = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn(serve(listener, Some(TlsAcceptor::from(Arc::new(config))), kept, answers.clone()));
        Self { authority, address, letters, answers, task }
    }

    /// One without TLS.
    pub async fn plain() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (kept, letters) = watch::channel(Vec::new());
        let answers = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn(serve(listener, None, kept, answers.clone()));
        Self { authority: String::new(), address, letters, answers, task }
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://{}/{path}", self.address)
    }

    pub fn answers(&self, codes: &[u16]) {
        *self.answers.lock().unwrap() = codes.to_vec();
    }

    /// All of them, once there are so many.
    pub async fn letters(&self, count: usize) -> Vec<Letter> {
        let mut letters = self.letters.clone();
        let come = letters.wait_for(|letters| letters.len() >= count);
        let come = tokio::time::timeout(std::time::Duration::from_secs(30), come).await;
        come.expect("they do not come").unwrap().clone()
    }

    pub fn so_far(&self) -> Vec<Letter> {
        self.letters.borrow().clone()
    }
}

async fn serve(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    kept: watch::Sender<Vec<Letter>>,
    answers: Arc<Mutex<Vec<u16>>>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let next = || {
            let mut answers = answers.lock().unwrap();
            if answers.is_empty() { 200 } else { answers.remove(0) }
        };
        match &acceptor {
            Some(acceptor) => {
                if let Ok(stream) = acceptor.accept(stream).await {
                    take(stream, &kept, next()).await;
                }
            }
            None => take(stream, &kept, next()).await,
        }
    }
}

async fn take(stream: impl AsyncRead + AsyncWrite + Unpin, kept: &watch::Sender<Vec<Letter>>, answer: u16) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let letter = Letter { head, body: String::new() };
    let length = letter.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    if stream.read_exact(&mut body).await.is_err() {
        return;
    }
    let body = String::from_utf8(body).unwrap();
    kept.send_modify(|letters| letters.push(Letter { body, ..letter }));
    let answer = format!("HTTP/1.1 {answer} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}
