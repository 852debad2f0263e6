//! One channel of a connection: a command or a shell, its input, its output, its end. What must hold: what it said has
//! been sent before its code is, and a client that only sends or only reads blocks nobody.

use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Sig, server::Msg};

use super::{
    talks::{Ending, Heard},
    visit::Line,
};
use crate::sim::{
    handle::Handle,
    shell::{Start, What},
};

const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// What a client writes to the second stream.
const ERRORS: u32 = 1;

/// What is asked for before it begins.
#[derive(Default)]
struct Wish {
    terminal: Option<(u16, u16)>,
    environment: Vec<(String, String)>,
}

/// Whether a variable of the client is let in.
pub fn is_taken(name: &str) -> bool {
    name == "LANG" || name.starts_with("LC_")
}

pub async fn serve(channel: Channel<Msg>, line: Line) {
    let (mut reader, writer) = channel.split();
    let mut wish = Wish::default();
    let what = loop {
        match reader.wait().await {
            Some(ChannelMsg::RequestPty { term, col_width, row_height, .. }) => {
                wish.terminal = Some((short(col_width), short(row_height)));
                wish.environment.push(("TERM".into(), term));
            }
            Some(ChannelMsg::SetEnv { variable_name, variable_value, .. }) if is_taken(&variable_name) => {
                wish.environment.push((variable_name, variable_value));
            }
            Some(ChannelMsg::RequestShell { .. }) => break What::Shell,
            // Bytes of the line are chars of the shell.
            Some(ChannelMsg::Exec { command, .. }) => {
                break What::Line(command.iter().map(|b| char::from(*b)).collect());
            }
            Some(ChannelMsg::Close) | None => return,
            Some(_) => {}
        }
    };
    let limit = line.handle.with(|datacenter| datacenter.faults.hit_cut_ssh(&line.home));
    if limit == Some(0) {
        return line.cut.cancel();
    }
    run(&mut reader, &writer, &line, what, wish, limit).await;
}

fn short(value: u32) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

async fn run(
    reader: &mut ChannelReadHalf,
    writer: &ChannelWriteHalf<Msg>,
    line: &Line,
    what: What,
    wish: Wish,
    limit: Option<u64>,
) {
    let (handle, terminal) = (&line.handle, wish.terminal);
    let start = start(line, what, wish);
    let mut begun = None;
    handle.console(|datacenter| begun = datacenter.begin_talk(&line.home, start, terminal));
    let Some(talk) = begun else { return line.cut.cancel() };
    let leaving = Leaving { handle: handle.clone(), talk };
    tokio::select! {
        () = hear(reader, handle, talk) => {}
        end = say(writer, handle, talk, limit) => if end == Some(End::Cut) { line.cut.cancel() },
    }
    drop(leaving);
}

/// However it ends, also when it is cut off from outside, the talk learns of it.
struct Leaving {
    handle: Handle,
    talk: u64,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.handle.with(|datacenter| datacenter.leave_talk(self.talk));
    }
}

fn start(line: &Line, what: What, wish: Wish) -> Start {
    let (from, to) = (line.from, line.to);
    let client = format!("{} {} {}", from.ip(), from.port(), to.port());
    let connection = format!("{} {} {} {}", from.ip(), from.port(), to.ip(), to.port());
    let mut environment: Vec<(String, String)> = [
        ("USER", "root"),
        ("LOGNAME", "root"),
        ("HOME", "/root"),
        ("PATH", PATH),
        ("SHELL", "/bin/bash"),
        ("SSH_CLIENT", &client),
        ("SSH_CONNECTION", &connection),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .to_vec();
    environment.extend(wish.environment);
    Start { what, environment, folder: "/root".into() }
}

/// Takes what the client sends, until he closes the channel.
async fn hear(reader: &mut ChannelReadHalf, handle: &Handle, talk: u64) {
    loop {
        match reader.wait().await {
            Some(ChannelMsg::Data { data }) => handle.console(|datacenter| datacenter.tell_talk(talk, &data)),
            Some(ChannelMsg::Eof) => handle.console(|datacenter| datacenter.end_telling(talk)),
            Some(ChannelMsg::WindowChange { col_width, row_height, .. }) => {
                handle.console(|datacenter| datacenter.resize_talk(talk, short(col_width), short(row_height)));
            }
            Some(ChannelMsg::Signal { signal }) => {
                if let Some(number) = number(&signal) {
                    handle.console(|datacenter| datacenter.signal_talk(talk, number));
                }
            }
            Some(ChannelMsg::Close) | None => return,
            Some(_) => {}
        }
    }
}

/// How the sending of output comes to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Whole,
    Cut,
}

/// Sends what is said until that has ended; nothing is given when the client has gone.
async fn say(writer: &ChannelWriteHalf<Msg>, handle: &Handle, talk: u64, mut limit: Option<u64>) -> Option<End> {
    let mut turned = handle.turned();
    loop {
        turned.mark_unchanged();
        let Heard { mut out, err, end } = handle.look(|datacenter| datacenter.listen(talk));
        let is_news = !out.is_empty() || !err.is_empty();
        let is_cut = limit.is_some_and(|left| left <= out.len() as u64);
        if let Some(left) = &mut limit {
            out.truncate(*left as usize);
            *left -= out.len() as u64;
        }
        if !out.is_empty() {
            writer.data_bytes(out).await.ok()?;
        }
        if is_cut {
            return Some(End::Cut);
        }
        if !err.is_empty() {
            writer.extended_data_bytes(ERRORS, err).await.ok()?;
        }
        if end == Some(Ending::Lost) {
            return Some(End::Cut);
        }
        if let Some(Ending::Code(code)) = end {
            writer.exit_status(code.unsigned_abs()).await.ok()?;
            writer.eof().await.ok()?;
            writer.close().await.ok()?;
            return Some(End::Whole);
        }
        if !is_news {
            tokio::select! {
                _ = turned.changed() => {}
                () = handle.something_due() => {}
            }
        }
    }
}

fn number(signal: &Sig) -> Option<i32> {
    Some(match signal {
        Sig::HUP => 1,
        Sig::INT => 2,
        Sig::QUIT => 3,
        Sig::KILL => 9,
        Sig::USR1 => 10,
        Sig::PIPE => 13,
        Sig::ALRM => 14,
        Sig::TERM => 15,
        _ => return None,
    })
}
