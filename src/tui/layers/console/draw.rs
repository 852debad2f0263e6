//! The pane of a console: whose it is, how it stands, and what it shows.

use ratatui::layout::Rect;

use super::{ConsolePane, Hold, glass, plate};
use crate::tui::{
    console::{Console, Standing},
    event::Now,
    layers::{panel::METAL, report, wrap},
    model::Model,
    screens::layout::Floor,
    theme::Role,
    widgets::{
        brush::{Brush, Line, fit, width},
        led::Led,
        unit,
    },
};

const WAITS: &str = "a script waits until you leave";

pub fn draw(brush: &mut Brush, floor: &Floor, pane: &ConsolePane, model: &Model, now: Now) {
    let (plate, room) = (plate(floor), glass(floor));
    brush.fill(plate, METAL);
    if plate.bottom() > room.bottom() {
        let edge = brush.canvas.on(Role::Page, METAL);
        brush.tile(Rect { y: room.bottom(), height: 1, ..plate }, '▁', edge);
    }
    let console = model.consoles.of(&pane.guest);
    head(brush, plate, pane, console, model, now);
    brush.fill(room, super::glass::GROUND);
    let Some(console) = console else { return };
    super::glass::draw(&mut brush.within(room), room, pane, console);
    foot(&mut brush.within(room), room, pane, console, model);
}

/// Whose console it is, what runs there, and what is to be known of it.
fn head(brush: &mut Brush, plate: Rect, pane: &ConsolePane, console: Option<&Console>, model: &Model, now: Now) {
    let entry = model.world.entry(&pane.guest);
    let mut line = brush.line(plate.x + 1, plate.y, plate.width.saturating_sub(2), METAL);
    if let Some(entry) = entry {
        line.light(Led::of(&entry.state), model.beating(now)).skip(1);
    }
    let name = entry.map_or_else(|| pane.guest.to_string(), |entry| entry.name.to_string());
    line.bold(&fit(&name, 24), Role::Title).skip(1).say(&pane.guest.to_string(), Role::Dim);
    if let Some(entry) = entry {
        line.skip(1).say(&unit::word(&entry.state), Role::Dim);
    }
    let Some(console) = console else { return };
    let words = standing(pane, console);
    let needed = words.iter().map(|(text, _)| width(text) + 2).sum::<u16>();
    title(&mut line, console, needed);
    line.skip(line.room().saturating_sub(needed));
    for (text, role) in &words {
        line.skip(2).say(text, *role);
    }
}

/// What the program calls itself, as far as there is room.
fn title(line: &mut Line, console: &Console, needed: u16) {
    let room = line.room().saturating_sub(needed + 4);
    if room > 8 && !console.screen.title.is_empty() {
        line.skip(2).say(&fit(&console.screen.title, room), Role::Text);
    }
}

fn standing(pane: &ConsolePane, console: &Console) -> Vec<(String, Role)> {
    let mut words = Vec::new();
    if console.script_waits {
        words.push((WAITS.to_owned(), Role::Warning));
    }
    match &pane.hold {
        Hold::Keys => words.push(("the next key is the deck's".to_owned(), Role::Accent)),
        Hold::Back(_) | Hold::Find(..) => {
            let (back, all) = (console.screen.offset(), console.screen.history());
            let words_of_it = match all {
                0 => "nothing stands above this".to_owned(),
                all => format!("{back} of {all} lines back"),
            };
            words.push((words_of_it, Role::Accent));
        }
        Hold::Inside if console.standing == Standing::Opening => words.push(("opening …".to_owned(), Role::Accent)),
        Hold::Inside => {}
    }
    words
}

/// What stands over the last rows of the screen: a search, or why there is no line.
fn foot(brush: &mut Brush, room: Rect, pane: &ConsolePane, console: &Console, model: &Model) {
    if let Hold::Find(_, word) = &pane.hold {
        let mut line = strip(brush, room, 1);
        line.say(SLASH, Role::Accent).say(&tail(word, room.width.saturating_sub(4)), Role::Title);
        return;
    }
    let rows = match &console.standing {
        Standing::Failed(fault) => report::fault(fault, room.width.saturating_sub(4)),
        Standing::Ended(why) => wrap(why, room.width.saturating_sub(4)).into_iter().map(over).collect(),
        Standing::Live if console.screen.is_bare() => vec![vec![(SILENT.to_owned(), Role::LcdDim)]],
        Standing::Opening if console.screen.is_bare() => {
            let name =
                model.world.entry(&pane.guest).map_or_else(|| pane.guest.to_string(), |entry| entry.name.to_string());
            vec![vec![(format!("opening the console of {name}"), Role::LcdDim)]]
        }
        _ => return,
    };
    if console.is_over() {
        strip(brush, room, rows.len() as u16);
    }
    let y = room.bottom().saturating_sub(rows.len() as u16).max(room.y);
    let back = if console.is_over() { METAL } else { super::glass::GROUND };
    for (y, row) in (y..room.bottom()).zip(&rows) {
        let mut line = brush.line(room.x + 2, y, room.width.saturating_sub(4), back);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
}

const SLASH: &str = "/";
/// A shell that was there before says nothing by itself.
const SILENT: &str = "connected: Enter asks a shell for its prompt";

fn over(words: String) -> Vec<(String, Role)> {
    vec![(words, Role::Title)]
}

/// A plate over the last rows; gives its first line.
fn strip<'b, 'a>(brush: &'b mut Brush<'a>, room: Rect, rows: u16) -> Line<'b, 'a> {
    let rows = rows.min(room.height);
    let area = Rect { y: room.bottom() - rows, height: rows, ..room };
    brush.fill(area, METAL);
    brush.line(area.x + 1, area.y, area.width.saturating_sub(2), METAL)
}

/// The end of a word that is too long.
fn tail(word: &str, room: u16) -> String {
    let mut start = 0;
    while width(&word[start..]) > room {
        start += word[start..].chars().next().map_or(1, char::len_utf8);
    }
    word[start..].to_owned()
}

/// Where the cursor stands behind a word that is searched for.
pub fn find_caret(word: &str) -> u16 {
    2 + width(word)
}
