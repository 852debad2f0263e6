//! What the pages of connecting a host say.

use super::{super::sheet::Row, Connect, Step, ssh};
use crate::{
    engine::{LeastLine, LeastPlan, LeastState},
    tui::{layers::rights, theme::Role},
};

/// The pages by which the way is told; some have two sides.
const WAY: [&str; 6] = ["where", "trust", "who", "rights", "defaults", "SSH"];

impl Connect {
    pub fn rows(&self, room: u16) -> Vec<Row> {
        let mut rows = vec![self.way(), Row::words(self.title(), Role::Title), Row::blank()];
        match self.step {
            Step::Trust => rows.extend(self.trust(room)),
            Step::SshKey => rows.extend(self.key(room)),
            Step::Lines => rows.extend(self.plan.iter().flat_map(|plan| lines(plan, room))),
            Step::Found => rows.extend(self.found(room)),
            _ => rows.extend((0..self.fields().map_or(0, |fields| fields.all.len())).map(Row::Field)),
        }
        if !self.said.is_empty() {
            rows.extend([Row::blank(), Row::Words(self.said.clone())]);
        }
        let note = self.note();
        if !note.is_empty() {
            rows.push(Row::blank());
            rows.extend(Row::paragraph(note, Role::Dim, room));
        }
        if let Some(foot) = self.foot() {
            rows.extend([Row::blank(), Row::Foot(foot)]);
        }
        rows
    }

    /// Where on the way one is.
    fn way(&self) -> Row {
        let at = match self.step {
            Step::Where => 0,
            Step::Trust => 1,
            Step::Who | Step::Least | Step::Lines => 2,
            Step::Found => 3,
            Step::Defaults => 4,
            Step::Ssh | Step::SshKey => 5,
        };
        let what = self.of().map_or("connect a host   ".to_owned(), |host| format!("change {host}   "));
        let mut words = vec![(what, Role::Dim)];
        for (i, page) in WAY.iter().enumerate() {
            words.push((if i == 0 { "" } else { " › " }.into(), Role::Dim));
            words.push(((*page).into(), if i == at { Role::Accent } else { Role::Dim }));
        }
        Row::Words(words)
    }

    fn title(&self) -> String {
        let name = self.name();
        match self.step {
            Step::Where => "where is it?".into(),
            Step::Trust => format!("is this {name}?"),
            Step::Who => format!("who logs in to {name}?"),
            Step::Least => "what may its own token do?".into(),
            Step::Lines => "every command that makes it; nothing was done yet".into(),
            Step::Found => format!("{name} answers"),
            Step::Defaults => "what do new apps there go by?".into(),
            Step::Ssh => format!("does SSH get in at {name}?"),
            Step::SshKey => format!("is this the SSH key of {name}?"),
        }
    }

    fn trust(&self, room: u16) -> Vec<Row> {
        let mut rows: Vec<_> = Row::paragraph(
            "This certificate answered. From now on no other one is accepted under this name, so compare it once:",
            Role::Text,
            room,
        )
        .collect();
        rows.push(Row::blank());
        rows.extend(halves(&self.fingerprint).map(|half| Row::words(format!("  {half}"), Role::LcdText)));
        let known = self.before.as_deref().map(|before| before.host.trust.pin.as_ref());
        if let Some(known) = known.filter(|known| *known != self.fingerprint) {
            rows.extend([Row::blank(), Row::words("It is another one than it was known by so far:", Role::Warning)]);
            rows.extend(halves(known).map(|half| Row::words(format!("  {half}"), Role::Dim)));
        }
        rows.push(Row::blank());
        rows.push(compare("in a shell of it", "pvenode cert info"));
        rows.push(compare("in its web page", "the node, System, Certificates"));
        rows.push(Row::blank());
        let cluster = "On a cluster the certificates of the other nodes are learnt from this one; they ask nothing.";
        rows.extend(Row::paragraph(cluster, Role::Dim, room));
        rows
    }

    fn key(&self, room: u16) -> Vec<Row> {
        let Some(key) = &self.ssh_key else { return Vec::new() };
        let words = "This key answered. Nothing is sent to any other one, so compare it once:";
        let mut rows: Vec<_> = Row::paragraph(words, Role::Text, room).collect();
        rows.push(Row::blank());
        rows.push(Row::words(format!("  {}", key.fingerprint), Role::LcdText));
        rows.push(Row::words(format!("  {}", key.algorithm), Role::Dim));
        rows.push(Row::blank());
        rows.push(compare("in a shell of it", "cat /etc/ssh/*.pub | ssh-keygen -lf -"));
        rows
    }

    fn found(&self, room: u16) -> Vec<Row> {
        let Some(report) = self.report.as_deref() else { return Vec::new() };
        let own = self.plan.as_deref().filter(|_| self.makes_token());
        let mut rows = rights::head(report, room);
        rows.push(Vec::new());
        match own {
            Some(plan) => rows.extend(good_for(plan, room)),
            None => rows.extend(rights::table(report, room)),
        }
        rows.extend(rights::places(report, room));
        rows.into_iter().map(Row::Words).collect()
    }

    /// What helps on this page, beyond what its fields say.
    fn note(&self) -> &'static str {
        match self.step {
            Step::Where => "Several nodes of a cluster may stand there with commas: who answers first is asked.",
            Step::Who if self.makes_token() => {
                "With the password a token is made that can do what is needed and no more. You see every command \
                 before it is run. Then the password is forgotten."
            }
            Step::Who => "Secrets go into the keyring, or into a file that is encrypted with your passphrase.",
            Step::Least => "Left and Right choose, Space takes. Apps can lie on what is taken here, and nowhere else.",
            Step::Defaults => "Each can be chosen anew when an app is made.",
            Step::Ssh if ssh::wish(&self.ssh) == ssh::Wish::None => {
                "Without it everything works by the API; SSH adds a second road into the guests, and what only root may."
            }
            _ => "",
        }
    }

    /// The keys of a page that has no fields.
    fn foot(&self) -> Option<String> {
        let is_short = self.lines().is_empty();
        let copy = if is_short { "" } else { "   [c] copy the commands" };
        let verb = if self.before.is_some() { "keep it so" } else { "connect it now" };
        match self.step {
            Step::Trust | Step::SshKey => Some("[y] it is the same, trust it   [n] go back".into()),
            Step::Lines => Some("[Enter] go on   [c] copy them all   [Esc] other rights".into()),
            Step::Found => Some(format!("[Enter] go on   [Ctrl-S] {verb}{copy}")),
            _ => None,
        }
    }
}

fn compare(place: &str, how: &str) -> Row {
    Row::Words(vec![(format!("  {place:<18}"), Role::Dim), (how.into(), Role::Text)])
}

/// A fingerprint in two lines that can be compared at a glance.
fn halves(fingerprint: &str) -> impl Iterator<Item = &str> {
    let middle = fingerprint.match_indices(':').nth(15).map_or(fingerprint.len(), |(at, _)| at + 1);
    let (first, second) = fingerprint.split_at(middle);
    [first, second].into_iter().filter(|half| !half.is_empty())
}

fn lines(plan: &LeastPlan, room: u16) -> Vec<Row> {
    plan.lines.iter().flat_map(|line| line_of(line, room)).collect()
}

fn line_of(line: &LeastLine, room: u16) -> Vec<Row> {
    let (sign, word, role) = match line.state {
        LeastState::Made => ("+ ", "", Role::Good),
        LeastState::Changed => ("~ ", "   it is there, and is changed", Role::Warning),
        LeastState::There => ("✓ ", "   it is there already", Role::Dim),
    };
    let head = vec![(sign.into(), role), (line.title.clone(), Role::Text), (word.into(), role)];
    let command = crate::tui::layers::wrap(&line.line, room.saturating_sub(2));
    let command = command.into_iter().map(|part| Row::words(format!("  {part}"), Role::Dim));
    std::iter::once(Row::Words(head)).chain(command).collect()
}

/// What a token that is not made yet will be good for.
fn good_for(plan: &LeastPlan, room: u16) -> Vec<crate::tui::layers::Row> {
    let signed = |sign: &'static str, role: Role, words: &str| {
        let lines = crate::tui::layers::wrap(words, room.saturating_sub(2)).into_iter().enumerate();
        let sign = move |i: usize| if i == 0 { sign } else { "  " };
        lines.map(|(i, line)| vec![(sign(i).to_owned(), role), (line, Role::Text)]).collect::<Vec<_>>()
    };
    let good = plan.good_for.iter().flat_map(|words| signed("✓ ", Role::Good, words));
    let not = plan.not_for.iter().flat_map(|words| signed("◐ ", Role::Warning, words));
    let heading = vec![("its own token will be good for".to_owned(), Role::Accent)];
    std::iter::once(heading).chain(good).chain(not).collect()
}
