//! A connection that is logged in, on which several commands run at a time. What must hold: the last one that holds it
//! ends it, and a machine that fell silent is noticed.

use std::{fmt, sync::Arc};

use russh::client::Handle;
use tokio::time::timeout;

use super::{
    Finished, HostKey, Limits, Running, SshError, Target,
    door::{Doorman, End, Errand, knock, lost},
    log_in::log_in,
    running::Wish,
};
use crate::domain::{quote::command_line, road::TerminalSize};

/// Cheap to clone; the connection is closed when the last clone and the last command on it are gone.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    handle: Handle<Doorman>,
    address: Arc<str>,
    limits: Limits,
    end: End,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("address", &self.0.address).field("closed", &self.is_closed()).finish()
    }
}

impl Session {
    /// Connects and logs in. The key is the one that the machine showed, which on a first use is news.
    pub async fn open(target: &Target, limits: Limits) -> Result<(Self, HostKey), SshError> {
        let doorman = Doorman::new(&target.address, target.port, target.keys.clone(), Errand::Enter);
        let (address, seen, end) = (doorman.address.clone(), doorman.seen.clone(), doorman.end.clone());
        let mut handle = knock(&target.address, target.port, doorman, limits).await?;
        let logged_in = timeout(limits.log_in, log_in(&mut handle, target, &address)).await;
        logged_in.map_err(|_| SshError::Silent { address: address.to_string(), step: "let us in" })??;
        let seen = seen.get().cloned().ok_or_else(|| lost(&address, &end))?;
        Ok((Self(Arc::new(Inner { handle, address, limits, end })), seen))
    }

    /// Runs a command; its words arrive as they are, whatever is in them.
    pub async fn run<W: AsRef<str>>(&self, words: &[W]) -> Result<Running, SshError> {
        self.begin(&[Wish::Command(command_line(words))]).await
    }

    /// The same in a terminal; without a word, the user's own shell.
    pub async fn terminal<W: AsRef<str>>(&self, words: &[W], size: TerminalSize) -> Result<Running, SshError> {
        let program = if words.is_empty() { Wish::Shell } else { Wish::Command(command_line(words)) };
        self.begin(&[Wish::Terminal(size), program]).await
    }

    async fn begin(&self, wishes: &[Wish]) -> Result<Running, SshError> {
        let begun = async {
            let mut running = self.channel().await?;
            for wish in wishes {
                running.ask(wish).await?;
            }
            Ok(running)
        };
        let silent = |_| SshError::Silent { address: self.0.address.to_string(), step: "begin the command" };
        timeout(self.0.limits.begin, begun).await.map_err(silent)?
    }

    async fn channel(&self) -> Result<Running, SshError> {
        let address = self.0.address.to_string();
        match self.0.handle.channel_open_session().await {
            Ok(channel) => Ok(Running::on(channel, self.0.address.clone(), self.0.end.clone())),
            Err(russh::Error::ChannelOpenFailure(why)) => {
                Err(SshError::NoChannel { address, why: why.description().into() })
            }
            Err(_) => Err(lost(&self.0.address, &self.0.end)),
        }
    }

    /// Runs a command, gives it its input, and takes what it writes, as long as that is no more than `limit` bytes of
    /// both kinds together.
    pub async fn run_to_end<W: AsRef<str>>(
        &self,
        words: &[W],
        input: &[u8],
        limit: usize,
    ) -> Result<Finished, SshError> {
        self.run(words).await?.finish(input, limit).await
    }

    pub fn is_closed(&self) -> bool {
        self.0.handle.is_closed()
    }
}
