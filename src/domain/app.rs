//! An app: a guest that Proximity deployed or adopted. What it is can be read back from one line in the guest's
//! description, so the store can be rebuilt from the hosts alone.

use std::{fmt, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    book::{Book, Origin, Stay},
    fleet::{Guest, Power},
    ids::{AppId, GuestKey},
    moment::Moment,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    pub id: AppId,
    /// What the operator calls it; unique among the apps.
    pub name: Arc<str>,
    pub guest: GuestKey,
    pub marker: Marker,
    /// Where it was last seen on the network, without a port.
    pub address: Option<Arc<str>>,
    /// What our books know beyond the marker; nothing of an app that was only found by it.
    #[serde(default)]
    pub book: Option<Box<Book>>,
}

/// Clocks of two machines differ.
const SLACK: Duration = Duration::from_secs(300);

impl App {
    /// Whether it was adopted: such a guest is only ever forgotten, never destroyed.
    pub fn is_adopted(&self) -> bool {
        self.marker.origin == Origin::Adopted || self.book.as_ref().is_some_and(|book| book.origin == Origin::Adopted)
    }

    /// What of it is only there after its next start.
    pub fn waits_for_restart(&self, guest: &Guest, now: Moment) -> Option<&'static str> {
        let set = self.book.as_ref()?.console_set.filter(|_| guest.power == Power::Running)?;
        let started = guest.uptime.map(|seconds| now - Duration::from_secs(seconds));
        started.is_none_or(|started| started < set).then_some("console")
    }

    /// It waits in the recycle bin, if it does, until then.
    pub fn binned_until(&self) -> Option<Moment> {
        self.book.as_ref()?.binned.as_ref().map(|binned| binned.until)
    }

    /// Whether this guest was the app at that moment: an update or a restore may have moved it into another one, and an id
    /// may have been another guest's before.
    pub fn lived_in(&self, guest: &GuestKey, at: Moment) -> bool {
        let Some(book) = &self.book else { return self.guest == *guest };
        let mut since = if book.origin == Origin::Adopted { Moment::default() } else { book.created - SLACK };
        for stay in &book.stays {
            if stay.guest == *guest && at >= since && at < stay.until {
                return true;
            }
            since = stay.until;
        }
        self.guest == *guest && at >= since
    }

    /// The same app in another guest from now on.
    pub fn moved_into(mut self, guest: GuestKey, now: Moment) -> Self {
        if self.guest != guest
            && let Some(book) = self.book.as_mut()
        {
            book.stays.push(Stay { guest: self.guest.clone(), until: now });
        }
        self.guest = guest;
        self
    }

    /// What the operator wants for it at the gateway, and how it is to be watched, is no part of what anybody finds or plans:
    /// that stays as it stands.
    pub fn published_as(mut self, known: &Self) -> Self {
        if let (Some(book), Some(known)) = (self.book.as_mut(), known.book.as_ref()) {
            book.publishing = known.publishing.clone();
            book.watch = known.watch.clone();
        }
        self
    }

    pub fn method(&self) -> Option<Method> {
        self.marker.method
    }

    /// What to open in a browser, where it has a page.
    pub fn url(&self) -> Option<String> {
        let page = self.book.as_ref()?.page.as_ref()?;
        let address = self.address.as_deref()?;
        let address = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
        let port = match (page.scheme.as_str(), page.port) {
            ("http", 80) | ("https", 443) => String::new(),
            (_, port) => format!(":{port}"),
        };
        Some(format!("{}://{address}{port}{}", page.scheme, page.path))
    }

    /// Where a browser finds it: address and first port, if both are known.
    pub fn endpoint(&self) -> Option<String> {
        let address = self.address.as_deref()?;
        match self.marker.ports.first() {
            Some(port) => Some(format!("{address}:{port}")),
            None => Some(address.to_owned()),
        }
    }
}

/// How a recipe becomes a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    Compose,
    Oci,
    Script,
}

impl Method {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Compose => "compose",
            Self::Oci => "oci",
            Self::Script => "script",
        }
    }

    fn from_slug(slug: &str) -> Option<Self> {
        [Self::Compose, Self::Oci, Self::Script].into_iter().find(|method| method.slug() == slug)
    }
}

/// The line of ours in a guest's description: `proximity app=jellyfin-3f9a2c op=17 recipe=jellyfin@10.9.11
/// method=compose ports=8096`. Words we do not know are left alone, so an older Proximity reads a newer line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    pub app: AppId,
    pub operation: Option<i64>,
    pub recipe: Option<Arc<str>>,
    pub version: Option<Arc<str>>,
    pub method: Option<Method>,
    pub ports: Vec<u16>,
    /// Whoever loses his books still knows what he may not destroy.
    #[serde(default)]
    pub origin: Origin,
}

/// The tag by which a listing shows that a guest carries a marker, without asking for every description.
pub const TAG: &str = "proximity";

/// More words and longer ones than this nobody writes who means well: anybody with rights on a guest may write its
/// description, and what stands there is shown on the operator's terminal.
const LONGEST_WORD: usize = 64;
const ADOPTED: &str = "adopted";
const PORTS: usize = 64;

fn is_plain(word: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "._+:/~-".contains(c);
    (1..=LONGEST_WORD).contains(&word.len()) && word.chars().all(may_stand)
}

impl Marker {
    /// Finds the line in a description, wherever the operator's own notes put it.
    pub fn find(description: &str) -> Option<Self> {
        description.lines().find_map(Self::read)
    }

    fn read(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        if words.next() != Some(TAG) {
            return None;
        }
        let mut marker = None;
        for (name, value) in words.filter_map(|word| word.split_once('=')) {
            if name == "app" && is_plain(value) {
                marker.get_or_insert_with(|| Self::of(AppId::new(value)));
            } else if let Some(marker) = &mut marker {
                marker.take(name, value);
            }
        }
        marker
    }

    pub fn of(app: AppId) -> Self {
        Self {
            app,
            operation: None,
            recipe: None,
            version: None,
            method: None,
            ports: Vec::new(),
            origin: Origin::Deployed,
        }
    }

    fn take(&mut self, name: &str, value: &str) {
        match name {
            "op" => self.operation = value.parse().ok(),
            "recipe" => {
                let (recipe, version) = value.split_once('@').unwrap_or((value, ""));
                self.recipe = is_plain(recipe).then(|| recipe.into());
                self.version = is_plain(version).then(|| version.into());
            }
            "method" => self.method = Method::from_slug(value),
            "origin" if value == ADOPTED => self.origin = Origin::Adopted,
            "ports" => self.ports = value.split(',').filter_map(|port| port.parse().ok()).take(PORTS).collect(),
            _ => {}
        }
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{TAG} app={}", self.app)?;
        if let Some(operation) = self.operation {
            write!(f, " op={operation}")?;
        }
        if let Some(recipe) = &self.recipe {
            write!(f, " recipe={recipe}")?;
            if let Some(version) = &self.version {
                write!(f, "@{version}")?;
            }
        }
        if let Some(method) = self.method {
            write!(f, " method={}", method.slug())?;
        }
        if self.origin == Origin::Adopted {
            write!(f, " origin={ADOPTED}")?;
        }
        if !self.ports.is_empty() {
            let ports: Vec<_> = self.ports.iter().map(u16::to_string).collect();
            write!(f, " ports={}", ports.join(","))?;
        }
        Ok(())
    }
}
