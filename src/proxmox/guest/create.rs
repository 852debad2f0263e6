//! Making containers under an id that nobody has. What must hold: an order whose answer was lost is never given a second
//! time under another id, and what others made is never taken for ours.

use std::time::Duration;

use super::{Changed, ConfigView, ContainerConfig, NewContainer};
use crate::{
    domain::{
        app::Marker,
        ids::{NodeName, Upid, Vmid},
        moment::Moment,
    },
    proxmox::{Client, ClientError, FoundTask, Rhythm, TaskName, TaskStatus, call::Asked},
};

/// How far the clocks of two nodes may be apart.
const SKEW: Duration = Duration::from_secs(120);

/// A container that is being made, or was made by an order of ours whose answer was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    pub vmid: Vmid,
    /// Nothing where Proxmox has forgotten it; the container is complete then.
    pub task: Option<Upid>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    Ours(Newcomer),
    /// Somebody else has the id.
    Taken,
}

/// An order that makes a container.
pub(in crate::proxmox) struct Order<'a> {
    pub asked: Asked,
    pub node: &'a NodeName,
    pub new_id: Vmid,
    pub marker: Option<&'a Marker>,
    /// Under which id and type Proxmox lists its task.
    pub task: (Vmid, &'static str),
    /// Where the container ends up, if not on `node`.
    pub target: Option<&'a NodeName>,
    /// When it was first tried, by our clock.
    pub since: Moment,
}

/// Whose container has the id.
enum Whose {
    Ours(Option<Upid>),
    Another,
    Nobody,
    /// It is being made and does not say yet for whom.
    Undecided,
}

impl Client {
    /// Makes a container under the id `vmid`, unless that is taken. `since` is when this container was first tried:
    /// what began earlier is not ours.
    pub async fn try_create(
        &self,
        node: &NodeName,
        vmid: Vmid,
        new: &NewContainer,
        since: Moment,
    ) -> Result<Tried, ClientError> {
        let order = Order {
            asked: self.known_to(node, new.asked(node, vmid)).await?,
            node,
            new_id: vmid,
            marker: new.description.marker.as_ref(),
            task: (vmid, "vzcreate"),
            target: None,
            since,
        };
        self.try_newcomer(&order).await
    }

    /// Makes a container under an id that nobody has.
    pub async fn create_container(&self, node: &NodeName, new: &NewContainer) -> Result<Newcomer, ClientError> {
        self.with_free_id(|vmid, since| self.try_create(node, vmid, new, since)).await
    }

    /// Sets what the call that makes a container cannot: tags, and what an image would overrule. The container must be
    /// made, and is best still off.
    pub async fn finish_container(
        &self,
        node: &NodeName,
        vmid: Vmid,
        new: &NewContainer,
    ) -> Result<Changed, ClientError> {
        let made = self.container_config(node, vmid, &ConfigView::Next).await?;
        self.change_config(node, vmid, &new.rest(&made)).await
    }

    pub(in crate::proxmox) async fn try_newcomer(&self, order: &Order<'_>) -> Result<Tried, ClientError> {
        match self.begin(&order.asked).await {
            Ok(task) => Ok(order.ours(Some(task))),
            Err(lost) if lost.may_have_acted() => self.after_silence(order, lost).await,
            Err(refusal) if says_id_is_taken(&refusal) => Ok(match self.whose_in_the_end(order).await? {
                Whose::Ours(task) => order.ours(task),
                Whose::Another | Whose::Undecided | Whose::Nobody => Tried::Taken,
            }),
            Err(refusal) => Err(refusal),
        }
    }

    /// The order was given, and nobody said what became of it. Where that stays open, so does the outcome.
    async fn after_silence(&self, order: &Order<'_>, lost: ClientError) -> Result<Tried, ClientError> {
        if !order.can_be_recognised() {
            return Err(lost);
        }
        match self.whose_in_the_end(order).await? {
            Whose::Ours(task) => return Ok(order.ours(task)),
            Whose::Another => return Ok(Tried::Taken),
            Whose::Undecided => return Err(lost),
            // It never came through, or comes through late: under the same id only one of the two can.
            Whose::Nobody => {}
        }
        match self.begin(&order.asked).await {
            Ok(task) => Ok(order.ours(Some(task))),
            Err(refusal) if says_id_is_taken(&refusal) => match self.whose_in_the_end(order).await? {
                Whose::Ours(task) => Ok(order.ours(task)),
                Whose::Another | Whose::Nobody => Ok(Tried::Taken),
                Whose::Undecided => Err(lost),
            },
            Err(error) => Err(error),
        }
    }

    /// A container that is being made tells its owner only at the end, so its task is awaited if it is ours.
    async fn whose_in_the_end(&self, order: &Order<'_>) -> Result<Whose, ClientError> {
        let whose = self.whose(order).await?;
        let since = match whose {
            // It is being made right now: the clocks of two nodes decide nothing.
            Whose::Undecided => order.since - SKEW,
            _ => order.since,
        };
        let Some(task) = self.task_of(order, since).await? else { return Ok(whose) };
        match whose {
            Whose::Ours(_) => return Ok(Whose::Ours(Some(task.upid))),
            Whose::Another => return Ok(Whose::Another),
            Whose::Nobody if task.status != TaskStatus::Running => return Ok(Whose::Ours(Some(task.upid))),
            Whose::Nobody | Whose::Undecided => {}
        }
        self.await_task(&task.upid, Rhythm::default()).await?;
        Ok(match self.whose(order).await? {
            // It was made for us, or it failed and is gone again: its task tells.
            Whose::Ours(_) | Whose::Nobody => Whose::Ours(Some(task.upid)),
            whose => whose,
        })
    }

    async fn whose(&self, order: &Order<'_>) -> Result<Whose, ClientError> {
        for node in [Some(order.node), order.target].into_iter().flatten() {
            match self.container_config(node, order.new_id, &ConfigView::Next).await {
                Ok(config) => return Ok(order.owner(&config)),
                Err(elsewhere) if elsewhere.says_guest_is_elsewhere() => {}
                // It joins the pool that gives us our rights only when it is complete.
                Err(ClientError::Forbidden { .. }) => return Ok(Whose::Undecided),
                Err(error) => return Err(error),
            }
        }
        Ok(Whose::Nobody)
    }

    /// The task of this order, as far as a list can tell: of our login, of the right type and id, and young enough.
    async fn task_of(&self, order: &Order<'_>, since: Moment) -> Result<Option<FoundTask>, ClientError> {
        let (id, kind) = order.task;
        let mut found = self.find_tasks(order.node, id, kind, since).await?;
        found.retain(|task| TaskName::read(&task.upid).is_some_and(|name| name.user == self.name()));
        if id == order.new_id {
            return Ok(found.into_iter().next());
        }
        for task in found {
            let log = self.task_log(&task.upid, 0).await?;
            if log.iter().any(|line| line.trim().ends_with(&format!("with ID {}", order.new_id))) {
                return Ok(Some(task));
            }
        }
        Ok(None)
    }
}

impl Order<'_> {
    /// Only the operation tells this order from an earlier one for the same app.
    fn can_be_recognised(&self) -> bool {
        self.marker.is_some_and(|ours| ours.operation.is_some())
    }

    fn owner(&self, config: &ContainerConfig) -> Whose {
        let is_ours = |found: &Marker| {
            self.marker.is_some_and(|ours| (&ours.app, ours.operation) == (&found.app, found.operation))
        };
        match config.marker() {
            _ if !self.can_be_recognised() => Whose::Another,
            Some(marker) if is_ours(&marker) => Whose::Ours(None),
            None if config.lock.as_deref() == Some("create") => Whose::Undecided,
            _ => Whose::Another,
        }
    }

    fn ours(&self, task: Option<Upid>) -> Tried {
        Tried::Ours(Newcomer { vmid: self.new_id, task })
    }
}

/// `CT 363 already exists on node 'pve2'`
fn says_id_is_taken(error: &ClientError) -> bool {
    let text = error.text().unwrap_or_default();
    let is_about_guest = ["CT ", "VM ", "unable to create CT "].iter().any(|start| text.starts_with(start));
    is_about_guest && text.contains(" already exists")
}
