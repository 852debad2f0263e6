//! What can be done to a host from the deck.

use super::Turn;
use crate::{
    engine::Query,
    tui::{
        command::Command,
        layers::{Found, Layer, question::Question},
        model::{Wish, hosts::HostRow},
    },
};

impl Turn<'_> {
    pub fn host(&mut self, command: Command) {
        let row = self.model.hosts.selected().map(HostRow::host).cloned();
        match (command, row) {
            (Command::LogIn, Some(host)) => self.log_in_to(&host),
            (Command::TestHost, Some(host)) => {
                self.query(Wish::TestHost(host.clone()), Query::TestHost(host.clone()));
                self.model.layers.push(Layer::Report { host, found: Found::Nothing, top: 0 });
            }
            (Command::DeleteHost, Some(host)) => {
                let guests = self.model.world.entries.iter().filter(|entry| entry.key.host == host).count();
                self.model.layers.push(Layer::Question(Question::forget(&host, guests)));
            }
            _ => {}
        }
    }
}
