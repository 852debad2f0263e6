//! Short messages over the deck, and all of them so far. A toast goes by itself; what it said can be read again.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::OperationId,
        moment::Moment,
    },
    engine::{Notice, Tone},
};

const KEPT: usize = 100;
const SHOWN: usize = 3;

#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub tone: Tone,
    pub text: Arc<str>,
    pub detail: Option<Arc<str>>,
    pub operation: Option<OperationId>,
    pub at: Moment,
    until: Duration,
}

#[derive(Debug, Clone, Default)]
pub struct Toasts {
    /// Newest first.
    pub all: VecDeque<Message>,
    /// So many of the newest have come since their list was read: from the first one on that told of something by itself.
    pub unread: usize,
}

impl Toasts {
    /// An answer to what the operator just did: he looks.
    pub fn tell(
        &mut self,
        tone: Tone,
        text: impl Into<Arc<str>>,
        detail: Option<Arc<str>>,
        tick: Duration,
        at: Moment,
    ) {
        let text = text.into();
        let until = tick + patience(tone);
        // The same thing said twice in a row is one toast that stays longer.
        if let Some(last) = self.all.front_mut().filter(|last| last.text == text && last.until > tick) {
            (last.until, last.detail, last.at) = (until, detail, at);
            return;
        }
        self.all.push_front(Message { tone, text, detail, operation: None, at, until });
        self.all.truncate(KEPT);
        // What is older and unread moves on by one place.
        self.unread = if self.unread > 0 { (self.unread + 1).min(self.all.len()) } else { 0 };
    }

    pub fn fault(&mut self, fault: &Fault, tick: Duration, at: Moment) {
        let detail = fault.advice();
        // What was refused did no harm.
        let tone = match fault.code {
            FaultCode::Refused | FaultCode::Busy | FaultCode::Usage => Tone::Warning,
            _ => Tone::Danger,
        };
        self.tell(tone, fault.what.as_str(), Some(detail.into()), tick, at);
        self.unread = self.unread.max(1);
    }

    pub fn notice(&mut self, notice: Notice, tick: Duration, at: Moment) {
        self.tell(notice.tone, notice.text, notice.detail, tick, at);
        self.unread = self.unread.max(1);
        if let Some(last) = self.all.front_mut() {
            last.operation = notice.operation;
        }
    }

    /// What the light of what was not read says: how many, and how bad the worst of them is.
    pub fn light(&self) -> Option<(usize, Tone)> {
        let worst = self.all.iter().take(self.unread).map(|message| message.tone).max_by_key(|tone| weight(*tone))?;
        Some((self.unread, worst))
    }

    pub fn shown(&self, tick: Duration) -> impl Iterator<Item = &Message> {
        self.all.iter().filter(move |message| message.until > tick).take(SHOWN)
    }

    pub fn changes_at(&self, tick: Duration) -> Option<Duration> {
        self.shown(tick).map(|message| message.until).min()
    }

    /// Takes off the screen what is told of an operation: somebody is reading more of it.
    pub fn make_way(&mut self, operation: OperationId, tick: Duration) {
        for message in self.all.iter_mut().filter(|message| message.operation == Some(operation)) {
            message.until = message.until.min(tick);
        }
    }

    /// Takes the newest off the screen; says whether there was one.
    pub fn dismiss(&mut self, tick: Duration) -> Option<()> {
        let message = self.all.iter_mut().find(|message| message.until > tick)?;
        message.until = tick;
        Some(())
    }
}

fn patience(tone: Tone) -> Duration {
    match tone {
        Tone::Info | Tone::Success => Duration::from_secs(4),
        Tone::Warning => Duration::from_secs(8),
        Tone::Danger => Duration::from_secs(12),
    }
}

fn weight(tone: Tone) -> u8 {
    match tone {
        Tone::Info | Tone::Success => 0,
        Tone::Warning => 1,
        Tone::Danger => 2,
    }
}
