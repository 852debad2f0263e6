//! The lines of each step. What must hold: what was not seen says so, and what nobody knows is two dashes.

use super::{Adoption, Begun, Draft, Look, Step, Went};
use crate::{
    domain::{
        adoption::{Candidate, Inside},
        fault::Fault,
        fleet::Power,
        ids::GuestKey,
        plan::app::ConsoleWish,
        probe::ProbeKind,
    },
    engine::{PoolWish, ProbeWish},
    tui::{
        layers::{panel::Row, wrap},
        model::Model,
        theme::Role,
        widgets::{brush::fit, figures::UNKNOWN, led::Led},
    },
};

/// Names and recipes share what is left of a line.
struct Widths {
    name: u16,
    guest: u16,
    recipe: u16,
    ports: u16,
    rest: u16,
}

fn widths(room: u16) -> Widths {
    let wide = room.saturating_sub(64);
    let (name, guest, recipe, ports) = (13 + wide / 4, 11 + wide / 7, 12 + wide / 4, 6 + wide / 6);
    let rest = room.saturating_sub(4 + name + guest + recipe + ports + 4);
    Widths { name, guest, recipe, ports, rest }
}

fn cell(text: &str, width: u16) -> String {
    format!("{:<width$} ", fit(text, width), width = usize::from(width))
}

pub fn columns(step: Step, room: u16) -> String {
    let wide = widths(room);
    let cells = match step {
        Step::See | Step::Choose => ["name", "guest", "resembles", "ports", "address"],
        Step::Confirm => ["name", "guest", "recipe", "port", "probe"],
        Step::Told => ["name", "guest", "", "", ""],
    };
    let widths = [wide.name, wide.guest, wide.recipe, wide.ports, wide.rest];
    let line: String = cells.iter().zip(widths).map(|(text, width)| cell(text, width)).collect();
    format!("    {}", line.trim_end())
}

pub fn rows(adoption: &Adoption, model: &Model, room: u16) -> Vec<Row> {
    let rows: Vec<Row> = match adoption.step {
        Step::Choose => {
            adoption.shown.iter().enumerate().map(|(i, key)| stranger(i, key, adoption, model, room)).collect()
        }
        Step::See => adoption.chosen.iter().enumerate().map(|(i, key)| look(i, key, adoption, model, room)).collect(),
        Step::Confirm => (0..adoption.drafts.len()).map(|i| draft(i, adoption, model, room)).collect(),
        Step::Told => adoption.begun.iter().enumerate().map(|(i, begun)| went(i, begun, adoption, room)).collect(),
    };
    if rows.is_empty() {
        let words = match adoption.filter.is_empty() {
            true => "no container is left that could become an app",
            false => "nothing fits the filter; [/] changes it, [Esc] clears it",
        };
        return vec![vec![(words.into(), Role::Dim)]];
    }
    rows
}

fn hand(is_held: bool) -> (String, Role) {
    (if is_held { "▸ " } else { "  " }.into(), Role::Accent)
}

fn text_role(is_held: bool) -> Role {
    if is_held { Role::Title } else { Role::Text }
}

fn called(key: &GuestKey, model: &Model) -> String {
    model.world.entry(key).map_or_else(|| key.to_string(), |entry| entry.name.to_string())
}

fn stranger(i: usize, key: &GuestKey, adoption: &Adoption, model: &Model, room: u16) -> Row {
    let is_held = i == adoption.at;
    let is_marked = adoption.marked.contains(key);
    let mark = if is_marked { ("✓ ", Role::Accent) } else { ("· ", Role::Dim) };
    let wide = widths(room);
    let mut row: Row = vec![hand(is_held), (mark.0.into(), mark.1)];
    let Some(entry) = model.world.entry(key) else { return row };
    let led = Led::of(&entry.state);
    row.push((format!("{} ", led.glyph), led.role));
    row.push((cell(&entry.name, wide.name + 4), text_role(is_held)));
    row.push((cell(&key.to_string(), wide.guest + 2), Role::Dim));
    let guest = entry.guest.as_deref();
    row.push((cell(guest.map_or(UNKNOWN, |guest| guest.node.as_str()), 10), Role::Dim));
    let tags: Vec<&str> = guest.iter().flat_map(|guest| &guest.tags).map(|tag| &**tag).collect();
    let state = entry.state.slug();
    let rest = if tags.is_empty() { state.to_owned() } else { format!("{state}  {}", tags.join(" ")) };
    row.push((rest, Role::Dim));
    row
}

fn look(i: usize, key: &GuestKey, adoption: &Adoption, model: &Model, room: u16) -> Row {
    let (is_held, wide) = (i == adoption.at, widths(room));
    let mut row: Row = vec![hand(is_held)];
    let name = (cell(&called(key, model), wide.name), text_role(is_held));
    let guest = (cell(&key.to_string(), wide.guest), Role::Dim);
    match adoption.looks.get(key) {
        Some(Look::Seen(candidate)) => {
            row.push(sign(candidate));
            row.extend([name, guest, resembles(candidate, wide.recipe)]);
            row.push((cell(&ports(candidate), wide.ports), Role::Text));
            let address = candidate.addresses.first().map_or(UNKNOWN, |address| address);
            row.push((fit(address, wide.rest).into_owned(), Role::Dim));
        }
        Some(Look::Failed(fault)) => {
            row.push(("✖ ".into(), Role::Danger));
            let room = wide.recipe + wide.ports + wide.rest;
            row.extend([name, guest, (fit(&fault.why, room).into_owned(), Role::Danger)]);
        }
        Some(Look::Waits(_)) | None => {
            row.push(("◌ ".into(), Role::Warning));
            row.extend([name, guest, ("looking …".into(), Role::Dim)]);
        }
    }
    row
}

/// Whether somebody could look inside.
fn sign(candidate: &Candidate) -> (String, Role) {
    match &candidate.inside {
        Inside::Seen(_) => ("● ".into(), Role::Good),
        Inside::Unseen(_) if candidate.power == Power::Running => ("◐ ".into(), Role::Warning),
        Inside::Unseen(_) => ("○ ".into(), Role::Off),
    }
}

fn resembles(candidate: &Candidate, width: u16) -> (String, Role) {
    match &candidate.resembles {
        Some(found) => (cell(&format!("{} {}%", found.recipe, found.score), width), Role::Bright),
        None => (cell("none", width), Role::Dim),
    }
}

fn ports(candidate: &Candidate) -> String {
    let open: Vec<String> = candidate.open_ports().iter().map(u16::to_string).collect();
    if open.is_empty() { UNKNOWN.into() } else { open.join(" ") }
}

fn draft(i: usize, adoption: &Adoption, model: &Model, room: u16) -> Row {
    let (is_held, wide, draft) = (i == adoption.at, widths(room), &adoption.drafts[i]);
    let mut row: Row = vec![hand(is_held)];
    if draft.is_left_out {
        row.push(("○ ".into(), Role::Off));
        row.push((cell(draft.name(), wide.name), Role::Off));
        row.push((cell(&draft.wish.guest.to_string(), wide.guest), Role::Off));
        row.push(("left out; Space takes it in again".into(), Role::Off));
        return row;
    }
    let clash = adoption.clash(i, &model.world.fleet.apps);
    row.push(if clash.is_some() { ("✖ ".into(), Role::Danger) } else { ("● ".into(), Role::Good) });
    row.push((cell(draft.name(), wide.name), if clash.is_some() { Role::Danger } else { text_role(is_held) }));
    row.push((cell(&draft.wish.guest.to_string(), wide.guest), Role::Dim));
    if let Some(clash) = clash {
        row.push((clash, Role::Danger));
        return row;
    }
    let recipe = draft.wish.recipe.as_ref().map_or("none", |recipe| recipe.as_str());
    row.push((cell(recipe, wide.recipe), Role::Text));
    row.push((cell(&port(draft), wide.ports), Role::Text));
    row.push((fit(&probed(draft), wide.rest).into_owned(), Role::Dim));
    row
}

fn port(draft: &Draft) -> String {
    draft.wish.port.map_or_else(|| UNKNOWN.into(), |port| port.to_string())
}

fn probed(draft: &Draft) -> String {
    match draft.wish.probe {
        ProbeWish::Never => "not probed".into(),
        ProbeWish::Tcp => "by its port".into(),
        ProbeWish::Http => format!("{} page", draft.wish.scheme.as_deref().unwrap_or("http")),
        ProbeWish::Fitting if draft.wish.port.is_none() => "not probed".into(),
        ProbeWish::Fitting => "as it fits".into(),
    }
}

fn went(i: usize, begun: &Begun, adoption: &Adoption, room: u16) -> Row {
    let (is_held, wide) = (i == adoption.at, widths(room));
    let (sign, role, words) = match &begun.state {
        Went::Asked(_) => ("◌ ", Role::Warning, "begins".to_owned()),
        Went::Runs(_) => ("◑ ", Role::Accent, "adopting".to_owned()),
        Went::Well(_) => ("✓ ", Role::Good, "adopted".to_owned()),
        Went::Failed(_, fault) => ("✖ ", Role::Danger, fault.why.clone()),
    };
    let rest = room.saturating_sub(6 + wide.name + wide.guest);
    vec![
        hand(is_held),
        (sign.into(), role),
        (cell(&begun.name, wide.name), text_role(is_held)),
        (cell(&begun.guest.to_string(), wide.guest), Role::Dim),
        (fit(&words, rest).into_owned(), if role == Role::Danger { Role::Danger } else { Role::Dim }),
    ]
}

/// `12 adopted, 1 not, 3 to come`
pub fn told(adoption: &Adoption) -> String {
    let count = |is: fn(&Went) -> bool| adoption.begun.iter().filter(|begun| is(&begun.state)).count();
    let (well, bad) = (count(|went| matches!(went, Went::Well(_))), count(|went| matches!(went, Went::Failed(..))));
    let rest = adoption.begun.len() - well - bad;
    let parts = [(well, "adopted"), (bad, "not"), (rest, "to come")];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    parts.join(", ")
}

/// All that is known of the one under the hand.
pub fn below(adoption: &Adoption, model: &Model, room: u16) -> Vec<Row> {
    match adoption.step {
        Step::Choose => Vec::new(),
        Step::See => match adoption.chosen.get(adoption.at).and_then(|key| adoption.looks.get(key)) {
            Some(Look::Seen(candidate)) => seen(candidate, room),
            Some(Look::Failed(fault)) => failed(fault, room),
            _ => vec![vec![("it is looked at; nothing is started or changed by that".into(), Role::Dim)]],
        },
        Step::Confirm => drafted(adoption, model, room),
        Step::Told => match adoption.begun.get(adoption.at).map(|begun| &begun.state) {
            Some(Went::Failed(_, fault)) => failed(fault, room),
            _ => {
                let words = "what was adopted is watched like any other app, and never destroyed from here";
                labelled("", words, Role::Dim, room)
            }
        },
    }
}

fn labelled(label: &str, text: &str, role: Role, room: u16) -> Vec<Row> {
    let lines = wrap(text, room.saturating_sub(11));
    let line = |(i, line): (usize, String)| {
        vec![(format!("{:<11}", if i == 0 { label } else { "" }), Role::Dim), (line, role)]
    };
    lines.into_iter().enumerate().map(line).collect()
}

fn seen(candidate: &Candidate, room: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    match &candidate.inside {
        Inside::Unseen(fault) => {
            rows.extend(labelled("not seen", &format!("{}; {}", fault.why, fault.remedy), Role::Warning, room));
        }
        Inside::Seen(inside) => {
            let listeners: Vec<String> = inside.listeners.iter().map(ToString::to_string).collect();
            let listens = if listeners.is_empty() { "nobody".to_owned() } else { listeners.join(" · ") };
            rows.extend(labelled("listens", &listens, Role::Text, room));
        }
    }
    if let Some(found) = &candidate.resembles {
        rows.extend(labelled("because", &found.why.join(", "), Role::Text, room));
    }
    if let Some(console) = candidate.console {
        rows.extend(labelled("restart", console.words(), Role::Warning, room));
    }
    let volumes: Vec<String> = candidate.volumes.iter().map(volume).collect();
    rows.extend(labelled("volumes", &volumes.join(" · "), Role::Dim, room));
    if let Some(system) = candidate.inside.seen().and_then(|inside| inside.system.as_deref()) {
        rows.extend(labelled("system", system, Role::Dim, room));
    }
    rows
}

fn volume(volume: &crate::domain::detail::Volume) -> String {
    let size = volume.size.as_deref().unwrap_or(UNKNOWN);
    let saved = if volume.is_backed_up { "" } else { ", not backed up" };
    format!("{} {size}{saved}", volume.path)
}

fn failed(fault: &Fault, room: u16) -> Vec<Row> {
    let mut rows = labelled("why", &fault.why, Role::Text, room);
    rows.extend(labelled("now", &fault.remedy, Role::Title, room));
    rows
}

fn drafted(adoption: &Adoption, model: &Model, room: u16) -> Vec<Row> {
    let Some(draft) = adoption.drafts.get(adoption.at) else { return Vec::new() };
    let wish = &draft.wish;
    let page = match (&wish.scheme, wish.port) {
        (Some(scheme), Some(port)) => format!("{scheme}, port {port}, {}", wish.path.as_deref().unwrap_or("/")),
        _ => "none".into(),
    };
    let pool = if wish.pool == PoolWish::Join { "joins the pool of your apps" } else { "joins no pool" };
    let console = match wish.console {
        ConsoleWish::Shell => "console is set to a shell: felt from its next restart on",
        ConsoleWish::Leave => "console stays as it is",
    };
    let mut rows = labelled("page", &page, Role::Text, room);
    rows.extend(labelled("and", &format!("{pool}; {console}"), Role::Text, room));
    let look = adoption.looks.get(&wish.guest).and_then(Look::seen);
    if let Some(ProbeKind::Http { .. }) = look.and_then(|seen| seen.proposal.probe.as_ref()) {
        rows.extend(labelled("answers", "it serves a page that is reached from here", Role::Dim, room));
    }
    let touched = "only a line in its notes and a tag are written; it is not restarted, and never destroyed from here";
    rows.extend(labelled("touches", touched, Role::Dim, room));
    if model.world.fleet.guest(&wish.guest).is_some_and(|guest| guest.lock.is_some()) {
        rows.extend(labelled(
            "locked",
            "Proxmox has locked it; it will not be adopted as long as that lasts",
            Role::Warning,
            room,
        ));
    }
    rows
}
