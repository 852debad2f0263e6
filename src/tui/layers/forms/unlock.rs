//! The file of secrets: its passphrase, or the choice of one. What must hold: a new passphrase is typed twice, because
//! nobody can tell it to who forgot it.

use super::{Field, Fields, Wanted, Wrong, sheet::Row};
use crate::{
    domain::{fleet::Vault, secret::Secret},
    engine::Change,
    tui::theme::Role,
};

#[derive(Debug, Clone)]
pub struct Unlock {
    pub fields: Fields,
    is_new: bool,
}

const SHORTEST: usize = 8;

impl Unlock {
    pub fn of(vault: Vault) -> Self {
        let is_new = vault == Vault::Unset;
        let mut fields = vec![Field::secret("passphrase", "")];
        if is_new {
            fields.push(Field::secret("once more", ""));
        }
        Self { fields: Fields::of(fields), is_new }
    }

    pub fn submit(&mut self) -> Result<Option<Wanted>, Wrong> {
        let typed = self.fields.all[0].exact();
        if self.is_new && typed.chars().count() < SHORTEST {
            let what = "too short";
            return Err(Wrong::at(0, what, "whoever has the file can try many", "take eight letters or more"));
        }
        if typed.is_empty() {
            return Err(Wrong::at(0, "no passphrase", "the file cannot be read without it", "type it, or [Esc]"));
        }
        if self.is_new && self.fields.all[1].exact() != typed {
            let why = "a slip of the finger would lock the file for ever";
            return Err(Wrong::at(1, "the two differ", why, "type the same passphrase in both fields"));
        }
        let words = if self.is_new { "making the file" } else { "opening the file" };
        Ok(Some(Wanted::Change(Change::Unlock { passphrase: Secret::new(typed) }, words)))
    }

    pub fn done(&self) -> &'static str {
        if self.is_new { "the file of secrets is made" } else { "the credentials can be read" }
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let (title, words) = if self.is_new {
            (
                "choose a passphrase",
                "This machine has no keyring, so credentials go into an encrypted file. Only this passphrase opens it; \
                 nobody can find it out for you.",
            )
        } else {
            (
                "the file of secrets is locked",
                "The credentials of your hosts are in it. Until it is opened the deck shows what it saw last.",
            )
        };
        let mut rows = vec![Row::words(title, Role::Title), Row::blank()];
        rows.extend(Row::paragraph(words, Role::Text, room));
        rows.push(Row::blank());
        rows.extend((0..self.fields.all.len()).map(Row::Field));
        rows
    }
}
