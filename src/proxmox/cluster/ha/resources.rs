//! The guests that HA looks after, and how they are wished to be.

use super::HaSid;
use crate::proxmox::{
    Ability, Client, ClientError,
    call::Asked,
    wire::{ha::ResourceRow, list::List},
};

/// How HA is to keep a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HaState {
    Started,
    Stopped,
    /// Stopped, and left where it is when its node dies.
    Disabled,
    /// As if it were not there.
    Ignored,
}

impl HaState {
    pub const ALL: [Self; 4] = [Self::Started, Self::Stopped, Self::Disabled, Self::Ignored];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Stopped => "stopped",
            Self::Disabled => "disabled",
            Self::Ignored => "ignored",
        }
    }

    fn read(word: &str) -> Option<Self> {
        match word {
            // An older word for it.
            "enabled" => Some(Self::Started),
            word => Self::ALL.into_iter().find(|state| state.slug() == word),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HaResource {
    pub sid: HaSid,
    /// Where nothing is set it is to run.
    pub state: HaState,
    /// Before version 9.
    pub group: Option<String>,
    pub max_restart: Option<u32>,
    pub max_relocate: Option<u32>,
    /// It goes back where it belongs; from version 9 on.
    pub fails_back: Option<bool>,
    pub comment: Option<String>,
}

/// What is wished; what is nothing stays as it is, or as Proxmox has it by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HaOrder {
    pub state: Option<HaState>,
    pub group: Option<String>,
    pub max_restart: Option<u32>,
    pub max_relocate: Option<u32>,
    pub fails_back: Option<bool>,
    pub comment: Option<String>,
}

impl HaResource {
    fn read(row: &ResourceRow<'_>) -> Option<Self> {
        Some(Self {
            sid: row.sid.as_deref()?.parse().ok()?,
            state: row.state.as_deref().map_or(Some(HaState::Started), HaState::read)?,
            group: row.group.as_deref().map(str::to_owned),
            max_restart: row.max_restart.fits(),
            max_relocate: row.max_relocate.fits(),
            fails_back: row.failback.0,
            comment: row.comment.as_deref().map(str::to_owned),
        })
    }
}

impl Client {
    /// By vmid.
    pub async fn ha_resources(&self) -> Result<Vec<HaResource>, ClientError> {
        let asked = Asked::get(&["cluster", "ha", "resources"]);
        let answer = self.call(&asked).await?;
        let rows: List<ResourceRow<'_>> = answer.read(&asked.call)?;
        let mut found: Vec<_> = rows.0.iter().filter_map(HaResource::read).collect();
        found.sort_by_key(|resource| resource.sid.vmid);
        Ok(found)
    }

    pub async fn ha_resource(&self, sid: HaSid) -> Result<HaResource, ClientError> {
        let asked = Asked::get(&["cluster", "ha", "resources", &sid.to_string()]);
        let answer = self.call(&asked).await?;
        let said: ResourceRow<'_> = answer.read(&asked.call)?;
        HaResource::read(&said).ok_or(ClientError::Rubbish { call: asked.call, why: "it is no guest of HA".into() })
    }

    /// Puts a guest into the care of HA. Needs `Sys.Console` on `/`.
    pub async fn add_to_ha(&self, sid: HaSid, order: &HaOrder) -> Result<(), ClientError> {
        let asked = Asked::post(&["cluster", "ha", "resources"]).with("sid", sid);
        let asked = self.ordered(asked, order).await?;
        self.call(&asked).await.map(drop)
    }

    /// A change of nothing is not sent.
    pub async fn change_in_ha(&self, sid: HaSid, order: &HaOrder) -> Result<(), ClientError> {
        let asked = self.ordered(Asked::put(&["cluster", "ha", "resources", &sid.to_string()]), order).await?;
        if asked.params.is_empty() {
            return Ok(());
        }
        self.call(&asked).await.map(drop)
    }

    /// Takes a guest out of the care of HA; it stays as it is.
    pub async fn remove_from_ha(&self, sid: HaSid) -> Result<(), ClientError> {
        self.call(&Asked::delete(&["cluster", "ha", "resources", &sid.to_string()])).await.map(drop)
    }

    async fn ordered(&self, asked: Asked, order: &HaOrder) -> Result<Asked, ClientError> {
        if order.group.is_some() {
            self.refuse_groups_here().await?;
        }
        if order.fails_back.is_some() {
            self.require_here(Ability::HaRules).await?;
        }
        Ok(asked
            .with_some("state", order.state.map(HaState::slug))
            .with_some("group", order.group.as_ref())
            .with_some("max_restart", order.max_restart)
            .with_some("max_relocate", order.max_relocate)
            .with_some("failback", order.fails_back.map(u8::from))
            .with_some("comment", order.comment.as_ref()))
    }
}
