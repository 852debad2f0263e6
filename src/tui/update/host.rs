//! What can be done to a host from the deck, and the closer looks at its nodes.

use super::Turn;
use crate::{
    domain::{
        fault::Fault,
        fleet::Reach,
        ids::{HostId, NodeKey},
    },
    engine::{Answer, Asked, Change, HostEdit, Query, TestReport, Tone},
    settings::Motion,
    sound::Cue,
    tui::{
        command::Command,
        layers::{Found, Layer, node::NodePane, question::Question},
        model::{
            Wish,
            flip::Side,
            hosts::{HostRow, Looked},
        },
    },
};

impl Turn<'_> {
    pub fn host(&mut self, command: Command) {
        let row = self.model.hosts.selected().map(HostRow::host).cloned();
        match (command, row) {
            (Command::LogIn, Some(host)) => self.log_in_to(&host),
            (Command::TestHost, Some(host)) => {
                self.test_host(&host);
                self.model.layers.push(Layer::Report { host, found: Found::Nothing, top: 0 });
            }
            (Command::EditHost, Some(host)) => self.edit_host(&host),
            (Command::RenameHost, Some(host)) => self.rename_host(&host),
            (Command::RotateToken, Some(host)) => self.rotate_token(&host),
            (Command::TurnHost, Some(host)) => self.turn_host(&host),
            (Command::DeleteHost, Some(host)) => {
                let guests = self.model.world.entries.iter().filter(|entry| entry.key.host == host).count();
                self.model.layers.push(Layer::Question(Question::forget(&host, guests)));
            }
            _ => {}
        }
    }

    pub fn test_host(&mut self, host: &HostId) {
        self.query(Wish::TestHost(host.clone()), Query::TestHost(host.clone()));
    }

    /// What was found stands in the report that lies open, and on the back of the host.
    pub fn host_tested(&mut self, of: &HostId, result: Result<TestReport, Fault>) {
        let result = result.map(Box::new);
        self.model.hosts.reports.insert(of.clone(), result.clone());
        let now_found = result.map_or_else(Found::Fault, Found::Host);
        let report = self.model.layers.iter_mut().find_map(|layer| match layer {
            Layer::Report { host, found, .. } if host == of => Some(found),
            _ => None,
        });
        if let Some(found) = report {
            *found = now_found;
        }
    }

    /// Switching off is taken back by the same key, so nobody is asked.
    fn turn_host(&mut self, host: &HostId) {
        let Some(known) = self.model.world.fleet.host(host) else { return };
        let (asked, words) = match known.reach {
            Reach::Off => (Asked::Yes, format!("{host} is asked again")),
            _ => (Asked::No, format!("{host} is switched off here: it is not asked, and nothing of it is forgotten")),
        };
        let edit = Box::new(HostEdit { asked: Some(asked), ..HostEdit::default() });
        self.change(Wish::HostChanged(host.clone(), words), Change::EditHost { host: host.clone(), edit });
    }

    pub fn host_changed(&mut self, host: &HostId, words: String) {
        self.model.hosts.reports.remove(host);
        self.tell(Tone::Success, words);
    }

    pub fn turn_host_unit(&mut self) {
        let Some(row) = self.model.hosts.selected().cloned() else { return };
        let motion = self.model.canvas.motion;
        let side = self.model.hosts.flips.turn(&row, motion, self.model.now.tick);
        if motion != Motion::Full {
            self.play(Cue::Flip);
        }
        match (side, row) {
            (Side::Back, HostRow::Host(host)) => self.test_host(&host),
            (Side::Back, HostRow::Node(node)) => self.ask_machine(node),
            (Side::Front, _) => {}
        }
    }

    /// A unit that shows its back turns round first.
    pub fn back_on_hosts(&mut self) -> bool {
        let hosts = &self.model.hosts;
        let is_turned = hosts.selected().is_some_and(|row| hosts.flips.side(row) == Side::Back);
        if is_turned {
            self.turn_host_unit();
        }
        is_turned
    }

    pub fn enter_host(&mut self) {
        match self.model.hosts.selected().cloned() {
            Some(HostRow::Node(node)) => self.look_at_node(node),
            Some(HostRow::Host(_)) => self.turn_host_unit(),
            None => {}
        }
    }

    /// The node of the cabinet under the hand.
    pub fn look_at_cabinet(&mut self) {
        let cabinet = self.model.world.cabinets.get(self.model.overview.cabinet);
        if let Some(node) = cabinet.map(|cabinet| cabinet.node.clone()) {
            self.look_at_node(node);
        }
    }

    pub fn look_at_node(&mut self, node: NodeKey) {
        self.ask_machine(node.clone());
        self.model.layers.push(Layer::Node(NodePane::of(node)));
    }

    /// What was told before stands until the answer comes.
    pub fn ask_machine(&mut self, node: NodeKey) {
        self.model.hosts.machines.entry(node.clone()).or_insert(Looked::Asked);
        self.query(Wish::Machine(node.clone()), Query::Node(node));
    }

    pub fn machine_answered(&mut self, node: NodeKey, result: Result<Answer, Fault>) {
        let looked = match result {
            Ok(Answer::Node(machine)) => Looked::Known(machine, self.model.now.wall),
            Ok(_) => return,
            Err(fault) => Looked::Failed(fault),
        };
        self.model.hosts.machines.insert(node, looked);
    }

    /// What each node is like now, when the deck of hosts is opened. A host that does not answer is left alone.
    pub fn look_at_machines(&mut self) {
        let fleet = &self.model.world.fleet;
        let answers = |node: &NodeKey| fleet.host(&node.host).is_some_and(|host| host.reach == Reach::Online);
        let nodes: Vec<_> = fleet.nodes.iter().map(|node| node.key.clone()).filter(answers).take(AT_ONCE).collect();
        for node in nodes {
            self.ask_machine(node);
        }
    }

    /// The unit of the guest under the hand in a node's pane.
    pub fn enter_node(&mut self) {
        let Some(Layer::Node(pane)) = self.model.layers.last() else { return };
        if let Some(guest) = pane.guest(self.model) {
            self.model.layers.pop();
            self.show_unit(&guest);
        }
    }

    pub fn reload_node(&mut self) {
        if let Some(Layer::Node(pane)) = self.model.layers.last() {
            let node = pane.key.clone();
            self.echo(format!("asking {} anew", node.node));
            self.ask_machine(node);
        }
    }
}

/// A large cluster is not asked all at once for what a look at one node tells as well.
const AT_ONCE: usize = 8;
