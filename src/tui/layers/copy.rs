//! What of a unit can be copied: each thing under its own letter.

use ratatui::layout::Rect;

use super::panel::{METAL, panel};
use crate::{
    domain::{fleet::GuestKind, gateway::url_of, ids::GuestKey, operation::Operation},
    engine::door::{CallPreview, Preview, Shelved},
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
        let url = model.world.app(entry).and_then(|app| url_of(&model.world.fleet, app));
        let url = url.or_else(|| entry.endpoint.as_ref().map(|endpoint| format!("http://{endpoint}")));
        items.extend(url.map(|url| item('u', "URL", url)));
        items.extend(command(entry).map(|command| item('c', "command", command)));
        Some(Self { name: entry.name.to_string(), items, at: 0 })
    }
}

impl CopyMenu {
    /// A plan: as people read it, and as lines for a shell.
    pub fn of_plan(name: &str, preview: &Preview) -> Self {
        let calls = || preview.steps.iter().flat_map(|step| &step.calls);
        let lines = |line: fn(&CallPreview) -> &str| calls().map(line).collect::<Vec<_>>().join("\n");
        let steps = preview.steps.iter().enumerate().map(|(i, step)| format!("{:>2} {}", i + 1, step.title));
        let title = format!("{} {name}", preview.plan.kind.slug());
        let text = std::iter::once(title).chain(steps).collect::<Vec<_>>().join("\n");
        let items = vec![
            item('t', "as text", text),
            item('p', "as pvesh", lines(|call| &call.pvesh)),
            item('c', "as curl", lines(|call| &call.curl)),
        ];
        Self { name: format!("the plan of {name}"), items, at: 0 }
    }

    /// A log: the line under the hand, and what is in sight.
    pub fn of_log(name: &str, line: &str, seen: String) -> Self {
        let items = vec![item('l', "this line", line.to_owned()), item('s', "what is seen", seen)];
        Self { name: format!("the log of {name}"), items, at: 0 }
    }

    pub fn of_recipe(shelved: &Shelved) -> Self {
        let recipe = &shelved.recipe;
        let links = &recipe.links;
        let mut items = vec![
            item('i', "id", recipe.id.to_string()),
            item('c', "deploy line", format!("proximity app deploy {}", recipe.id)),
        ];
        items.extend(links.home.clone().map(|home| item('u', "home page", home)));
        items.extend(links.docs.clone().map(|docs| item('d', "its manual", docs)));
        items.extend(shelved.origin.file().map(|file| item('f', "its file", file.display().to_string())));
        Self { name: recipe.name.clone(), items, at: 0 }
    }

    /// An entry of the inbox.
    pub fn of_item(entry: &super::inbox::Item) -> Self {
        use super::inbox::Item as Entry;
        let told = format!("{}: {}", entry.name(), entry.what());
        let mut items = vec![item('t', "its text", told)];
        match entry {
            Entry::Alert(alert) => items.push(item('i', "its number", alert.id.to_string())),
            Entry::Finding(finding) => {
                items.push(item('d', "what differs", crate::tui::model::care::as_text(finding)));
                items.push(item('i', "its number", finding.id.to_string()));
                items.push(item('g', "its guest", finding.guest.to_string()));
            }
            Entry::Stuck(stuck) => {
                items.push(item('w', "what is known", stuck.evidence.join("\n")));
                items.push(item('i', "its number", stuck.operation.to_string()));
            }
        }
        Self { name: entry.name().to_owned(), items, at: 0 }
    }

    /// An operation: its steps, why it failed, its log.
    pub fn of_operation(operation: &Operation, model: &Model) -> Self {
        let mut items = vec![
            item('i', "its number", operation.id.to_string()),
            item('s', "its steps", super::why::as_text(operation, model)),
        ];
        items.extend(operation.fault().map(|fault| item('f', "why it failed", fault.to_string())));
        let log = operation.log.iter().map(|line| line.as_ref()).collect::<Vec<_>>().join("\n");
        if !log.is_empty() {
            items.push(item('l', "its log", log));
        }
        Self { name: format!("{} {}", operation.plan.kind.slug(), operation.plan.name), items, at: 0 }
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

fn first_line(text: &str) -> String {
    match text.lines().count() {
        0 | 1 => text.to_owned(),
        lines => format!("{lines} lines"),
    }
}

pub fn draw(brush: &mut Brush, screen: Rect, menu: &CopyMenu) {
    let area = panel(brush, screen, 72.min(screen.width.saturating_sub(2)), menu.items.len() as u16 + 2);
    brush.line(area.x, area.y, area.width, METAL).say("copy from ", Role::Dim).bold(&menu.name, Role::Title);
    for (i, (y, item)) in (area.y + 2..area.bottom()).zip(&menu.items).enumerate() {
        let is_held = i == menu.at;
        let mut line = brush.line(area.x, y, area.width, METAL);
        line.say(if is_held { "▸ " } else { "  " }, Role::Accent).say(&item.letter.to_string(), Role::Title).skip(2);
        line.left(item.label, 12, Role::Dim)
            .say(&first_line(&item.text), if is_held { Role::Title } else { Role::Text });
    }
}
