//! A container made into a template, which nobody can undo.

use super::{ConfigView, lxc};
use crate::{
    domain::ids::{NodeName, Vmid},
    proxmox::{Begun, Client, ClientError, call::Asked, transport::now},
};

impl Client {
    /// Proxmox answers nothing although it may begin a task, so the task is looked for, and then the container.
    pub async fn begin_template(&self, node: &NodeName, vmid: Vmid) -> Result<Begun, ClientError> {
        let began = now();
        let asked = Asked::post(&lxc(node, &vmid.to_string(), &["template"]));
        self.call(&asked).await?;
        if let Some(task) = self.find_tasks(node, vmid, "vztemplate", began).await?.into_iter().next() {
            return Ok(Begun::Task(task.upid));
        }
        match self.container_config(node, vmid, &ConfigView::Next).await?.is_template {
            true => Ok(Begun::NothingToDo),
            false => Err(ClientError::Rubbish { call: asked.call, why: "it began nothing and changed nothing".into() }),
        }
    }
}
