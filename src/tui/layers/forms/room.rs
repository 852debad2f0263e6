//! What the operator writes on his room: the name of a cabinet, notes, the name of a layout. What must hold: what was written
//! before is in the form.

use super::{Field, Fields, Wanted, Wrong, sheet::Row};
use crate::{
    domain::ids::NodeKey,
    tui::{model::room::Layouts, theme::Role},
};

#[derive(Debug, Clone)]
pub struct RoomForm {
    about: About,
    pub fields: Fields,
}

#[derive(Debug, Clone)]
enum About {
    Cabinet(NodeKey),
    Notes,
    Layout(Vec<String>),
}

/// What is to be kept.
#[derive(Debug, Clone, PartialEq)]
pub enum RoomWish {
    Name(NodeKey, String),
    Notes(Vec<String>),
    Layout(String),
}

const LINES: usize = 6;
const LONGEST: usize = 32;

impl RoomForm {
    pub fn cabinet(node: NodeKey, name: &str) -> Self {
        let field = Field::plain("name", "empty: the name of its node").filled(name);
        Self { about: About::Cabinet(node), fields: Fields::of(vec![field]) }
    }

    pub fn notes(lines: &[String]) -> Self {
        let line = |at: usize| Field::plain(if at == 0 { "notes" } else { "" }, "");
        let count = (lines.len() + 1).max(LINES);
        let fields = (0..count).map(|at| line(at).filled(lines.get(at).map_or("", String::as_str)));
        Self { about: About::Notes, fields: Fields::of(fields.collect()) }
    }

    pub fn layout(layouts: &Layouts) -> Self {
        let names = layouts.all().into_iter().map(|layout| layout.name).collect();
        Self { about: About::Layout(names), fields: Fields::of(vec![Field::plain("name", "such as evening")]) }
    }

    pub fn submit(&self) -> Result<Option<Wanted>, Wrong> {
        let text = self.fields.all[0].value().to_owned();
        if !matches!(self.about, About::Notes) && text.chars().count() > LONGEST {
            let why = format!("a plate has room for {LONGEST} letters");
            return Err(Wrong::at(0, "this name is too long", &why, "type a shorter one"));
        }
        let wish = match &self.about {
            About::Cabinet(node) => RoomWish::Name(node.clone(), text),
            About::Notes => {
                let lines: Vec<String> =
                    self.fields.all.iter().map(|line| line.exact().trim_end().to_owned()).collect();
                let last = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
                RoomWish::Notes(lines[..last].to_vec())
            }
            About::Layout(_) if text.is_empty() => {
                return Err(Wrong::at(0, "a layout needs a name", "it is chosen by it", "type one"));
            }
            About::Layout(_) => RoomWish::Layout(text),
        };
        Ok(Some(Wanted::Keep(wish)))
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let (title, of, words) = match &self.about {
            About::Cabinet(node) => ("name the cabinet of ", node.node.to_string(), "Only the plate on top says it."),
            About::Notes => ("notes", String::new(), "The notes widget shows them: [a] adds it."),
            About::Layout(_) => {
                let words = "Cabinets, units, widgets and cables, as they stand now. [o] chooses one.";
                ("save the room as it stands", String::new(), words)
            }
        };
        let mut rows = vec![Row::Words(vec![(title.into(), Role::Dim), (of, Role::Title)]), Row::blank()];
        rows.extend((0..self.fields.all.len()).map(Row::Field));
        rows.push(Row::blank());
        rows.extend(Row::paragraph(words, Role::Dim, room));
        if let About::Layout(names) = &self.about {
            let there = format!("There are: {}. One of the same name is written over.", names.join(", "));
            rows.extend(Row::paragraph(&there, Role::Dim, room));
        }
        rows.push(Row::words("[Ctrl-S] keeps it   [Esc] leaves it as it is", Role::Dim));
        rows
    }
}
