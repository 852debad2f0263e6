//! One command on a connection. What must hold: each byte it writes is given once and in order, its end is given last,
//! and an end is only told where the machine told it.

use std::{collections::VecDeque, convert::Infallible, future::pending, pin::pin, sync::Arc};

use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Sig, client::Msg};
use tokio::select;

use super::{
    SshError,
    door::{End, lost},
};
use crate::domain::road::TerminalSize;

/// A command that runs. Dropped, it is let go: its terminal hangs up, and without one its input and output close.
///
/// Whoever has one reads it: what is not read holds up the other commands on the connection.
#[derive(Debug)]
pub struct Running {
    reading: Reading,
    /// Nothing once it was let go.
    writing: Option<ChannelWriteHalf<Msg>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    Out(Vec<u8>),
    Err(Vec<u8>),
    /// The last one.
    Ended(Exit),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    /// Such as `TERM`.
    Signal(String),
}

/// A command that was run to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// As a shell tells it: 128 and its number for a signal.
    pub code: i32,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
}

/// What a channel is asked for before something runs on it.
#[derive(Debug)]
pub(super) enum Wish {
    Terminal(TerminalSize),
    Shell,
    Command(String),
}

impl Exit {
    /// As a shell tells it.
    pub fn code(&self) -> i32 {
        let number = |name: &str| match name {
            "HUP" => 1,
            "INT" => 2,
            "QUIT" => 3,
            "ILL" => 4,
            "ABRT" => 6,
            "FPE" => 8,
            "KILL" => 9,
            "USR1" => 10,
            "SEGV" => 11,
            "PIPE" => 13,
            "ALRM" => 14,
            "TERM" => 15,
            _ => 127,
        };
        match self {
            Self::Code(code) => *code,
            Self::Signal(name) => 128 + number(name),
        }
    }
}

impl Running {
    pub(super) fn on(channel: Channel<Msg>, address: Arc<str>, end: End) -> Self {
        let (half, writing) = channel.split();
        let reading = Reading {
            half,
            early: VecDeque::new(),
            exit: None,
            has_all: false,
            is_over: false,
            is_cut: false,
            address,
            end,
        };
        Self { reading, writing: Some(writing) }
    }

    pub(super) async fn ask(&mut self, wish: &Wish) -> Result<(), SshError> {
        let Some(writing) = &self.writing else { return Err(self.reading.lost()) };
        let (asked, what) = match wish {
            Wish::Terminal(size) => {
                let (columns, rows) = (size.columns.into(), size.rows.into());
                (writing.request_pty(true, "xterm-256color", columns, rows, 0, 0, &[]).await, "a terminal")
            }
            Wish::Shell => (writing.request_shell(true).await, "a shell"),
            Wish::Command(line) => (writing.exec(true, line.as_bytes()).await, "the command"),
        };
        asked.map_err(|_| self.reading.lost())?;
        self.reading.wait_for_consent(what).await
    }

    /// Gives it input, and waits while it takes none; what it writes meanwhile is kept for `next`. What a command that
    /// has ended no longer reads is let go: `next` tells the end. Cancelled, an unknown part was sent.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), SshError> {
        let (Some(writing), false) = (&self.writing, self.reading.has_ended()) else { return Ok(()) };
        let mut sending = pin!(writing.data_bytes(bytes.to_vec()));
        loop {
            select! {
                sent = &mut sending => return sent.map_err(|_| self.reading.lost()),
                message = self.reading.half.wait() => match message {
                    Some(message) => self.reading.early.push_back(message),
                    None => self.reading.is_cut = true,
                },
            }
            if self.reading.has_ended() {
                return Ok(());
            }
        }
    }

    /// There is no more input.
    pub async fn end_input(&mut self) -> Result<(), SshError> {
        match &self.writing {
            Some(writing) if !self.reading.has_ended() => writing.eof().await.map_err(|_| self.reading.lost()),
            _ => Ok(()),
        }
    }

    pub async fn resize(&mut self, size: TerminalSize) -> Result<(), SshError> {
        let (columns, rows) = (size.columns.into(), size.rows.into());
        match &self.writing {
            Some(writing) if !self.reading.has_ended() => {
                writing.window_change(columns, rows, 0, 0).await.map_err(|_| self.reading.lost())
            }
            _ => Ok(()),
        }
    }

    /// What it wrote, and last how it ended; nothing after that. Cancelled, nothing is lost.
    pub async fn next(&mut self) -> Result<Option<News>, SshError> {
        self.reading.next().await
    }

    /// Gives it all its input while its output is taken, so that neither waits for the other.
    pub async fn finish(mut self, input: &[u8], limit: usize) -> Result<Finished, SshError> {
        let Some(writing) = &self.writing else { return Err(self.reading.lost()) };
        let feeding = async {
            // A connection that broke is told by the reading.
            if writing.data_bytes(input.to_vec()).await.is_ok() {
                let _ = writing.eof().await;
            }
            pending::<Infallible>().await
        };
        select! {
            finished = self.reading.collect(limit) => finished,
            never = feeding => match never {},
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let (Some(writing), false) = (self.writing.take(), self.reading.is_over) else { return };
        // It ends as soon as the connection takes a word, or is gone.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { writing.close().await });
        }
    }
}

#[derive(Debug)]
struct Reading {
    half: ChannelReadHalf,
    /// What came while something else was waited for.
    early: VecDeque<ChannelMsg>,
    /// The connection is gone; what came before is in `early`.
    is_cut: bool,
    exit: Option<Exit>,
    /// The machine said that no more output comes.
    has_all: bool,
    is_over: bool,
    address: Arc<str>,
    end: End,
}

impl Reading {
    fn lost(&self) -> SshError {
        lost(&self.address, &self.end)
    }

    /// Whether its end has come, told or not.
    fn has_ended(&self) -> bool {
        self.is_over || self.is_cut || matches!(self.early.back(), Some(ChannelMsg::Close))
    }

    async fn wait_for_consent(&mut self, what: &'static str) -> Result<(), SshError> {
        loop {
            match self.half.wait().await {
                Some(ChannelMsg::Success) => return Ok(()),
                Some(ChannelMsg::Failure | ChannelMsg::Close) => {
                    return Err(SshError::NotBegun { address: self.address.to_string(), what });
                }
                Some(early) => self.early.push_back(early),
                None => return Err(self.lost()),
            }
        }
    }

    async fn next(&mut self) -> Result<Option<News>, SshError> {
        while !self.is_over {
            let message = match self.early.pop_front() {
                Some(early) => Some(early),
                None if self.is_cut => None,
                None => self.half.wait().await,
            };
            match message {
                Some(ChannelMsg::Data { data }) if !data.is_empty() => return Ok(Some(News::Out(data.into()))),
                Some(ChannelMsg::ExtendedData { data, .. }) if !data.is_empty() => {
                    return Ok(Some(News::Err(data.into())));
                }
                Some(ChannelMsg::ExitStatus { exit_status }) => {
                    self.exit = Some(Exit::Code(i32::try_from(exit_status).unwrap_or(i32::MAX)));
                }
                Some(ChannelMsg::ExitSignal { signal_name, .. }) => self.exit = Some(Exit::Signal(name(&signal_name))),
                Some(ChannelMsg::Eof) => self.has_all = true,
                Some(ChannelMsg::Close) => return self.end(self.no_exit()),
                Some(_) => {}
                None if self.has_all => return self.end(self.lost()),
                None => {
                    self.is_over = true;
                    return Err(self.lost());
                }
            }
        }
        Ok(None)
    }

    fn no_exit(&self) -> SshError {
        SshError::NoExit { address: self.address.to_string() }
    }

    fn end(&mut self, otherwise: SshError) -> Result<Option<News>, SshError> {
        self.is_over = true;
        self.exit.take().map(|exit| Some(News::Ended(exit))).ok_or(otherwise)
    }

    async fn collect(&mut self, limit: usize) -> Result<Finished, SshError> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        while let Some(news) = self.next().await? {
            match news {
                News::Out(bytes) => out.extend(bytes),
                News::Err(bytes) => err.extend(bytes),
                News::Ended(exit) => return Ok(Finished { code: exit.code(), out, err }),
            }
            if out.len() + err.len() > limit {
                return Err(SshError::TooMuch { limit });
            }
        }
        Err(self.no_exit())
    }
}

fn name(signal: &Sig) -> String {
    match signal {
        Sig::Custom(name) => name.clone(),
        // Their names are those of the protocol.
        known => format!("{known:?}"),
    }
}
