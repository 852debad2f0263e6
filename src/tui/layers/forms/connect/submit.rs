//! What each page asks of the world when it is sent, and when it is tried. What must hold: a try goes by the form as it
//! stands, and leads to no other page.

use super::{
    super::{Wanted, Wrong},
    Connect, Pinned, Purpose, Step, least, pages, ssh,
};
use crate::{
    domain::{fleet::PublicCa, ids::HostId},
    engine::{Change, Credential, HostDraft, HostEdit, Query},
    tui::theme::Role,
};

impl Connect {
    pub fn submit(&mut self) -> Result<Option<Wanted>, Wrong> {
        self.purpose = Purpose::Going;
        self.said.clear();
        match self.step {
            Step::Where => self.ask_fingerprint().map(Some),
            Step::Trust => self.move_on(Step::Who),
            Step::Who => self.ask_test().map(Some),
            Step::Least => self.ask_least().map(Some),
            Step::Lines => self.move_on(Step::Found),
            Step::Found => self.move_on(Step::Defaults),
            Step::Defaults => self.move_on(Step::Ssh),
            Step::Ssh => self.connect().map(Some),
            Step::SshKey => self.trust_key(),
        }
    }

    /// The page that shows what was found may end it: the proposed defaults are taken, SSH is left as it is.
    pub fn finish(&mut self) -> Result<Option<Wanted>, Wrong> {
        match self.step {
            Step::Found => self.keep().map(Some),
            _ => self.submit(),
        }
    }

    /// Tries this page as it stands.
    pub fn test(&mut self) -> Result<Option<Wanted>, Wrong> {
        self.purpose = Purpose::Trying;
        self.said.clear();
        match self.step {
            Step::Where | Step::Trust => self.ask_fingerprint().map(Some),
            Step::Who | Step::Found | Step::Defaults => self.ask_test().map(Some),
            Step::Least | Step::Lines => self.ask_least().map(Some),
            Step::Ssh => self.try_ssh(),
            Step::SshKey => self.ask_key().map(Some),
        }
    }

    fn move_on(&mut self, step: Step) -> Result<Option<Wanted>, Wrong> {
        self.go(step);
        Ok(None)
    }

    fn ask_fingerprint(&self) -> Result<Wanted, Wrong> {
        let address = pages::fit_to_be_asked(&self.wheres, &self.taken)?;
        Ok(Wanted::Query(Query::Fingerprint { address }, "asking who answers there"))
    }

    fn ask_test(&self) -> Result<Wanted, Wrong> {
        let query = match self.of() {
            Some(host) => Query::TestEdit { host: host.clone(), edit: Box::new(self.edit_of()?) },
            None => Query::TestDraft(self.plain_draft()?),
        };
        Ok(Wanted::Query(query, "logging in"))
    }

    fn ask_least(&self) -> Result<Wanted, Wrong> {
        Ok(Wanted::Query(Query::Least(Box::new(self.draft()?)), "looking what is there already"))
    }

    pub(super) fn makes_token(&self) -> bool {
        self.before.is_none() && pages::makes_token(&self.who)
    }

    fn credential(&self) -> Result<Option<Credential>, Wrong> {
        pages::credential(&self.who)
    }

    /// Without what is to be made: it is logged in as who was typed.
    fn plain_draft(&self) -> Result<HostDraft, Wrong> {
        let none = || Wrong::at(0, "nobody logs in", "a new host has no log-in of before", "choose one of the two");
        Ok(HostDraft {
            name: self.name(),
            address: self.wheres.all[pages::ADDRESS].value().to_owned(),
            fingerprint: self.fingerprint.clone(),
            public_ca: PublicCa::Refused,
            credential: self.credential()?.ok_or_else(none)?,
            least: None,
            ssh: None,
            defaults: pages::chosen_defaults(&self.defaults),
        })
    }

    fn draft(&self) -> Result<HostDraft, Wrong> {
        let least = self.makes_token().then(|| least::wish(&self.least, self.today)).transpose()?;
        let pinned = self.pinned.as_ref().filter(|_| ssh::wish(&self.ssh) == ssh::Wish::Some);
        let ssh = pinned.map(|pinned| ssh::draft(&self.ssh, pinned)).transpose()?;
        Ok(HostDraft { least: least.map(Box::new), ssh: ssh.map(Box::new), ..self.plain_draft()? })
    }

    /// Only what differs from what is known.
    fn edit_of(&self) -> Result<HostEdit, Wrong> {
        let Some(before) = self.before.as_deref() else { return Ok(HostEdit::default()) };
        let (name, address) = (self.name(), self.wheres.all[pages::ADDRESS].value().to_owned());
        let defaults = pages::chosen_defaults(&self.defaults);
        let is_chosen = !self.defaults.all.is_empty() && defaults != before.host.defaults;
        Ok(HostEdit {
            name: Some(name).filter(|name| name != before.host.id.as_str()),
            address: Some(address).filter(|address| *address != before.host.addresses.join(", ")),
            fingerprint: Some(self.fingerprint.clone()).filter(|print| *print != *before.host.trust.pin),
            public_ca: None,
            credential: self.credential()?,
            defaults: is_chosen.then_some(defaults),
            asked: None,
        })
    }

    /// The last page: a key that was not trusted yet is shown first.
    fn connect(&mut self) -> Result<Wanted, Wrong> {
        match ssh::wish(&self.ssh) {
            ssh::Wish::Some if self.is_pinned()? => {}
            ssh::Wish::Some => return self.ask_key(),
            ssh::Wish::Kept | ssh::Wish::None => {}
        }
        self.keep()
    }

    /// The host as it stands here becomes one of ours, or what it was becomes what stands here.
    fn keep(&mut self) -> Result<Wanted, Wrong> {
        let Some(host) = self.of().cloned() else {
            return Ok(Wanted::Change(Change::AddHost(self.draft()?), "connecting"));
        };
        let edit = Box::new(self.edit_of()?);
        let ssh = match (ssh::wish(&self.ssh), &self.pinned) {
            (ssh::Wish::Some, Some(pinned)) => Some(Some(ssh::draft(&self.ssh, pinned)?)),
            (ssh::Wish::None, _) if self.before.as_deref().is_some_and(|before| before.host.ssh.is_some()) => {
                Some(None)
            }
            _ => None,
        };
        let renamed = HostId::new(self.name());
        self.next = ssh.map(|ssh| Change::SetSsh { host: renamed, ssh });
        Ok(Wanted::Change(Change::EditHost { host, edit }, "changing it"))
    }

    /// The machine that SSH goes to: the first address.
    fn ssh_address(&self) -> String {
        self.wheres.all[pages::ADDRESS].value().split(',').next().unwrap_or_default().trim().to_owned()
    }

    /// Whether the key of that machine was trusted here.
    fn is_pinned(&self) -> Result<bool, Wrong> {
        let (address, port) = (self.ssh_address(), ssh::port(&self.ssh)?);
        let pinned = self.pinned.as_ref().filter(|pinned| pinned.address == address && pinned.port == port);
        pinned.map(|pinned| ssh::draft(&self.ssh, pinned).map(|_| true)).unwrap_or(Ok(false))
    }

    fn ask_key(&self) -> Result<Wanted, Wrong> {
        let (address, port) = (self.ssh_address(), ssh::port(&self.ssh)?);
        let blank = Pinned { address: address.clone(), port, fingerprint: String::new() };
        // What is wrong with the fields is told before anybody is asked.
        ssh::draft(&self.ssh, &blank)?;
        Ok(Wanted::Query(Query::SshKey { address, port }, "asking for its SSH key"))
    }

    fn try_ssh(&mut self) -> Result<Option<Wanted>, Wrong> {
        match (ssh::wish(&self.ssh), self.of()) {
            (ssh::Wish::None, _) => {
                self.said = vec![("there is nothing to try: SSH is left out".into(), Role::Dim)];
                Ok(None)
            }
            (ssh::Wish::Kept, Some(host)) => Ok(Some(Wanted::Query(Query::TestSsh(host.clone()), "logging in by SSH"))),
            _ if self.is_pinned()? => self.test_ssh().map(Some),
            _ => self.ask_key().map(Some),
        }
    }

    fn test_ssh(&self) -> Result<Wanted, Wrong> {
        let blank = Pinned { address: self.ssh_address(), port: ssh::port(&self.ssh)?, fingerprint: String::new() };
        let ssh = ssh::draft(&self.ssh, self.pinned.as_ref().unwrap_or(&blank))?;
        Ok(Wanted::Query(Query::TestSshDraft { address: blank.address, ssh }, "logging in by SSH"))
    }

    /// The operator trusts the key that he saw: what he wanted before goes on.
    fn trust_key(&mut self) -> Result<Option<Wanted>, Wrong> {
        let Some(key) = self.ssh_key.take() else { return self.move_on(Step::Ssh) };
        let (address, port) = (self.ssh_address(), ssh::port(&self.ssh)?);
        self.pinned = Some(Pinned { address, port, fingerprint: key.fingerprint });
        let wanted = self.after_key;
        self.go(Step::Ssh);
        self.purpose = wanted;
        match wanted {
            Purpose::Trying => self.test_ssh().map(Some),
            Purpose::Going => self.keep().map(Some),
        }
    }
}
