//! Proxmox's own templates: what can be had, and which one an app is best made of.

use std::sync::Arc;

use crate::{
    domain::ids::NodeName,
    proxmox::{
        Ability, Client, ClientError, Version,
        call::Asked,
        wire::{lenient::Text, list::List, template::TemplateRow},
    },
};

/// A processor architecture, by Debian's name for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Architecture(Arc<str>);

impl Architecture {
    /// Of Debian's name or the kernel's: `amd64` or `x86_64`.
    pub fn new(name: &str) -> Self {
        Self(match name.trim() {
            "x86_64" => "amd64".into(),
            "aarch64" => "arm64".into(),
            other => other.into(),
        })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// What it is fetched by, and its name in the storage afterwards.
    pub file: Arc<str>,
    /// Such as `debian-13-standard`.
    pub package: Arc<str>,
    pub version: Arc<str>,
    pub os: Arc<str>,
    /// `system`, or the maker of an appliance.
    pub section: Arc<str>,
    pub architecture: Architecture,
    pub headline: Arc<str>,
    pub about: Option<Arc<str>>,
    pub info_page: Option<Arc<str>>,
    pub location: Option<Arc<str>>,
    pub sha512: Option<Arc<str>>,
}

impl Template {
    fn read(row: &TemplateRow<'_>) -> Option<Self> {
        let text = |text: &Text<'_>| -> Arc<str> { text.as_deref().unwrap_or_default().into() };
        let file = row.template.as_deref()?;
        Some(Self {
            file: file.into(),
            package: text(&row.package),
            version: text(&row.version),
            os: text(&row.os),
            section: text(&row.section),
            architecture: row
                .architecture
                .as_deref()
                .or_else(|| architecture_in(file))
                .map_or_else(|| Architecture::new("amd64"), Architecture::new),
            headline: text(&row.headline),
            about: row.description.as_deref().map(Arc::from),
            info_page: row.infopage.as_deref().map(Arc::from),
            location: row.location.as_deref().map(Arc::from),
            sha512: row.sha512sum.as_deref().map(Arc::from),
        })
    }
}

/// `…_amd64.tar.zst`
fn architecture_in(file: &str) -> Option<&str> {
    file.rsplit_once('_')?.1.split('.').next()
}

/// The numbers in `13.6-1`, to be compared as numbers: 12.10 comes after 12.9.
fn numbers(version: &str) -> Vec<u64> {
    let parts = version.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().unwrap_or(u64::MAX)).collect()
}

/// The template that all apps can be made of: the newest standard Debian that a node of this version can run.
pub fn best_template<'t>(
    templates: &'t [Template],
    version: &Version,
    architecture: &Architecture,
) -> Option<&'t Template> {
    let wanted: &[&str] = match version.can(Ability::DebianThirteen) {
        true => &["debian-13-standard", "debian-12-standard"],
        false => &["debian-12-standard"],
    };
    wanted.iter().find_map(|package| {
        let fit = |one: &&Template| {
            &*one.section == "system" && &*one.package == *package && one.architecture == *architecture
        };
        templates.iter().filter(fit).max_by_key(|one| numbers(&one.version))
    })
}

impl Client {
    /// What `node` knows can be fetched; Proxmox renews this list once a day by itself.
    pub async fn templates(&self, node: &NodeName) -> Result<Vec<Template>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "aplinfo"]);
        let answer = self.call(&asked).await?;
        let rows: List<TemplateRow<'_>> = answer.read(&asked.call)?;
        let mut found: Vec<_> = rows.0.iter().filter_map(Template::read).collect();
        found.sort_by(|one, other| one.file.cmp(&other.file));
        Ok(found)
    }
}
