//! What of a unit can be copied: each thing under its own letter.

use ratatui::layout::Rect;

use super::panel::{METAL, panel};
use crate::{
    domain::{fleet::GuestKind, ids::GuestKey},
    tui::{
        model::{Back, Model, world::Entry},
        theme::Role,
        widgets::brush::Brush,
    },
};

#[derive(Debug, Clone)]
pub struct CopyMenu {
    pub name: String,
    pub items: Vec<Item>,
    pub at: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub letter: char,
    pub label: &'static str,
    pub text: String,
}

impl CopyMenu {
    pub fn of(model: &Model, key: &GuestKey) -> Option<Self> {
        let entry = model.world.entry(key)?;
        let mut items = vec![item('i', "id", key.to_string())];
        items.extend(model.world.app(entry).map(|app| item('a', "app id", app.id.to_string())));
        items.extend(address(model, entry).map(|address| item('p', "IP address", address)));
        items.extend(entry.endpoint.as_ref().map(|endpoint| item('u', "URL", format!("http://{endpoint}"))));
        items.extend(command(entry).map(|command| item('c', "command", command)));
        Some(Self { name: entry.name.to_string(), items, at: 0 })
    }
}

fn item(letter: char, label: &'static str, text: String) -> Item {
    Item { letter, label, text }
}

fn address(model: &Model, entry: &Entry) -> Option<String> {
    let asked = match model.backs.get(&entry.key) {
        Some(Back::Known(detail)) => detail.addresses.first().map(|address| address.to_string()),
        _ => None,
    };
    let known = || model.world.app(entry)?.address.as_ref().map(|address| address.to_string());
    let address = asked.or_else(known)?;
    Some(address.split('/').next().unwrap_or_default().to_owned())
}

fn command(entry: &Entry) -> Option<String> {
    let guest = entry.guest.as_ref()?;
    let kind = match guest.kind {
        GuestKind::Container => "lxc",
        GuestKind::Machine => "qemu",
    };
    Some(format!("pvesh get /nodes/{}/{kind}/{}/status/current", guest.node, entry.vmid()))
}

pub fn draw(brush: &mut Brush, screen: Rect, menu: &CopyMenu) {
    let area = panel(brush, screen, 72.min(screen.width.saturating_sub(2)), menu.items.len() as u16 + 2);
    brush.line(area.x, area.y, area.width, METAL).say("copy from ", Role::Dim).bold(&menu.name, Role::Title);
    for (i, (y, item)) in (area.y + 2..area.bottom()).zip(&menu.items).enumerate() {
        let is_held = i == menu.at;
        let mut line = brush.line(area.x, y, area.width, METAL);
        line.say(if is_held { "▸ " } else { "  " }, Role::Accent).say(&item.letter.to_string(), Role::Title).skip(2);
        line.left(item.label, 12, Role::Dim).say(&item.text, if is_held { Role::Title } else { Role::Text });
    }
}
