//! Looks at everything that has to be well for the rest to work. What must hold: what does not answer keeps nobody from
//! looking at the rest, and nothing is changed.

mod books;
mod host;

use futures_util::future::join_all;

use super::{Answer, Engine};
use crate::domain::{
    checkup::{Area, Check},
    fault::Fault,
    fleet::Host,
};

impl Engine {
    pub(super) async fn checkup(&self) -> Result<Answer, Fault> {
        let fleet = self.0.world.fleet();
        let mut checks: Vec<Check> = Vec::new();
        if fleet.hosts.is_empty() {
            checks.push(Check::warning(
                Area::Hosts,
                "hosts",
                "there is none",
                "connect one: `proximity host add`, or [4] in the deck",
            ));
        }
        let each = fleet.hosts.iter().map(|host: &Host| host::look(self, host));
        checks.extend(join_all(each).await.into_iter().flatten());
        checks.extend(books::look(self).await);
        Ok(Answer::Checkup(checks))
    }
}
