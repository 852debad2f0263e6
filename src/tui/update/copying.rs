//! Copying to the operator's clipboard. What must hold: it is never said that something was copied which was not sent.

use super::Turn;
use crate::{
    engine::Tone,
    tui::{effect::Effect, term},
};

impl Turn<'_> {
    /// Sends it, and says so.
    pub fn copy(&mut self, text: String, said: impl Into<String>) {
        if text.len() > term::MOST_COPIED {
            let (kb, most) = (text.len() / 1000, term::MOST_COPIED / 1000);
            let words = format!("not copied: {kb} kB are more than a terminal's clipboard takes");
            return self.explain(
                words,
                format!("{most} kB are the most; copy a part of it, or take it from the command line"),
            );
        }
        self.tell(Tone::Success, said.into());
        self.effects.push(Effect::Copy(text));
    }
}
