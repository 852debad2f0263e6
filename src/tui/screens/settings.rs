//! Deck 7: the look, the sound, and what is looked after. What must hold: the line under the hand is in sight whatever the
//! height of the screen.

use ratatui::layout::Rect;

use crate::{
    domain::care::Lead,
    settings::{Density, Glyphs, Motion, Notify},
    tui::{
        layers::wrap,
        model::Model,
        theme::Role,
        widgets::{
            brush::Brush,
            ears::{self, Ears, Hold, Mark},
        },
    },
};

/// One setting on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Theme,
    Density,
    Motion,
    Glyphs,
    Night,
    Mute,
    Notify,
    Quiet,
}

impl Line {
    pub const ALL: [Self; 8] =
        [Self::Theme, Self::Density, Self::Motion, Self::Glyphs, Self::Night, Self::Mute, Self::Notify, Self::Quiet];

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Theme => ("theme", "colours of the whole deck; [T] anywhere"),
            Self::Density => ("density", "three lines a unit, or one; [z] anywhere"),
            Self::Motion => ("motion", "full; reduced: cuts, no turns; none: stands still"),
            Self::Glyphs => ("glyphs", "auto: Unicode where the locale says so"),
            Self::Night => ("night", "minutes without a key until the room goes dark; [0] anywhere"),
            Self::Mute => ("sound", "cues beside what the eye sees; [M] anywhere"),
            Self::Notify => ("notify", "how the terminal is told of alerts; each is tried"),
            Self::Quiet => ("quiet hours", "alerts are kept and not delivered then; danger always is"),
        }
    }

    fn value(self, model: &Model) -> String {
        let look = &model.settings.look;
        match self {
            Self::Theme => model.canvas.theme.name.clone(),
            Self::Density => match look.density {
                Density::Roomy => "roomy",
                Density::Dense => "dense",
            }
            .into(),
            Self::Motion => match model.canvas.motion {
                Motion::Full => "full",
                Motion::Reduced => "reduced",
                Motion::None => "none",
            }
            .into(),
            Self::Glyphs => match look.glyphs {
                Glyphs::Auto => "auto",
                Glyphs::Unicode => "unicode",
                Glyphs::Ascii => "ascii",
            }
            .into(),
            Self::Night if look.night_after == 0 => "never by itself".into(),
            Self::Night => format!("after {} min", look.night_after),
            Self::Mute if model.settings.sound.mute => "muted".into(),
            Self::Mute => format!("on, volume {:.0} %", model.settings.sound.volume * 100.0),
            Self::Notify => match look.notify {
                Notify::Auto => "auto",
                Notify::Osc9 => "osc9",
                Notify::Osc777 => "osc777",
                Notify::Bell => "bell",
                Notify::None => "none",
            }
            .into(),
            Self::Quiet => model.settings.alerts.quiet.clone().into(),
        }
    }

    /// The title of the section that begins with it.
    fn section(self) -> Option<&'static str> {
        match self {
            Self::Theme => Some("look and sound"),
            Self::Notify => Some("care"),
            _ => None,
        }
    }

    /// Rows from the top to its first one, and past its last one.
    fn rows(self) -> (u16, u16) {
        let before = Self::ALL.iter().take_while(|line| **line != self);
        let top = before.map(|line| height(*line)).sum();
        (top, top + height(self))
    }
}

/// A seam, two lines, and the title above, if it has one.
fn height(line: Line) -> u16 {
    3 + u16::from(line.section().is_some())
}

pub fn draw(brush: &mut Brush, body: Rect, model: &Model) {
    let rules = rules(model, body.width.saturating_sub(4));
    let held = Line::ALL[model.setting.min(Line::ALL.len() - 1)];
    let (top, bottom) = held.rows();
    // Under the last one stand the rules, which are to be read.
    let wanted = if Some(&held) == Line::ALL.last() { bottom + 1 + rules.len() as u16 } else { bottom };
    let shift = wanted.saturating_sub(body.height).min(top);
    let brush = &mut brush.within(body);
    let mut y = body.y;
    for (i, line) in Line::ALL.into_iter().enumerate() {
        let (from, to) = line.rows();
        if from < shift {
            continue;
        }
        y = body.y + to - shift;
        let area = Rect { y: body.y + from - shift, height: to - from, ..body };
        if area.y < body.bottom() {
            one(brush, area, line, i, model);
        }
    }
    for (y, (text, role)) in (y + 1..body.bottom()).zip(&rules) {
        brush.line(body.x + 2, y, body.width.saturating_sub(4), Role::Page).say(text, *role);
    }
}

fn one(brush: &mut Brush, mut area: Rect, line: Line, at: usize, model: &Model) {
    if let Some(title) = line.section() {
        brush.line(area.x + 2, area.y, area.width, Role::Page).say(title, Role::Dim);
        area = Rect { y: area.y + 1, height: area.height - 1, ..area };
    }
    let width = if area.width >= 90 { 4 } else { 2 };
    let hold = if at == model.setting { Hold::Held } else { Hold::Idle };
    ears::seam(brush, Rect { height: 1, ..area }, hold);
    let unit = Rect { y: area.y + 1, height: 2, ..area };
    let face = ears::draw(brush, unit, Ears { width, hold, is_marked: Mark::Free, seed: at as u32 });
    brush.fill(face, Role::Case);
    let (name, about) = line.words();
    let mut upper = brush.line(face.x + 1, face.y, face.width.saturating_sub(2), Role::Case);
    upper.left(name, 14, Role::Text);
    let arrows = if hold == Hold::Held { Role::Accent } else { Role::Off };
    upper.say("← ", arrows).bold(&line.value(model), Role::Title).say(" →", arrows);
    brush.line(face.x + 1, face.y + 1, face.width.saturating_sub(2), Role::Case).skip(14).say(about, Role::Dim);
}

/// Who looks after all this, and by which rules.
fn rules(model: &Model, room: u16) -> Vec<(String, Role)> {
    let who = match model.world.fleet.care.lead {
        Lead::Ours => "◉ looked after by this deck",
        Lead::Another => "◉ looked after by another Proximity; this deck shows what it finds",
        Lead::Nobody => "○ looked after by nobody yet: what is shown is as it was left",
    };
    let settings = &model.settings;
    let mut alerts = settings.alerts.clone();
    for address in [&mut alerts.webhook, &mut alerts.ntfy] {
        *address = host_alone(address);
    }
    let parts = [("[health]", in_one_line(&settings.health)), ("[alerts]", in_one_line(&alerts))];
    let rules = parts.into_iter().filter(|(_, rules)| !rules.is_empty());
    let lines = rules.flat_map(|(section, rules)| wrap(&format!("{section}  {rules}"), room));
    let mut rows = vec![(who.to_owned(), Role::Text)];
    rows.extend(lines.map(|line| (line, Role::Dim)));
    rows.push(("all of them stand in settings.toml, where they can be changed".to_owned(), Role::Dim));
    rows
}

/// Whoever knows the whole address may read along, or write there.
fn host_alone(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return String::new() };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    format!("{scheme}://{}/…", host.rsplit('@').next().unwrap_or_default())
}

/// As the file would have them: `interval = 30 · …`
fn in_one_line(rules: &impl serde::Serialize) -> String {
    let written = toml::to_string(rules).unwrap_or_default();
    let lines = written.lines().filter(|line| !line.is_empty() && !line.ends_with("\"\""));
    lines.collect::<Vec<_>>().join(" · ")
}
