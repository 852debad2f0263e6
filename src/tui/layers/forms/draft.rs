//! What was typed into a form that was left. What must hold: it is found again by what the form is about, and no secret is
//! among it.

use std::{mem::discriminant, time::Duration};

use super::{Draft, Field, Fields, Form, Kind, Page, restore::OLD, sheet::Row};

/// What was typed, without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What the form is about.
    pub about: String,
    texts: Vec<Said>,
}

/// What a field says, and which one it is: several of a page may have one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    at: usize,
    label: String,
    text: String,
}

impl Said {
    /// The field at its place, or else the first one of that label.
    fn field<'f>(&self, fields: &'f mut Fields) -> Option<&'f mut Field> {
        let is_it = |field: &Field| field.label == self.label.as_str();
        let is_here = fields.all.get(self.at).is_some_and(is_it);
        let at = if is_here { self.at } else { fields.all.iter().position(is_it)? };
        fields.all.get_mut(at)
    }

    /// The same field with the same text; one with a label may have moved, because a choice brought others along.
    fn is_as(&self, other: &Self) -> bool {
        self.label == other.label && self.text == other.text && (self.at == other.at || !self.label.is_empty())
    }
}

pub fn said(fields: &Fields) -> Vec<Said> {
    let text = |field: &Field| if field.kind == Kind::Secret { String::new() } else { field.exact().to_owned() };
    let all = fields.all.iter().enumerate();
    all.map(|(at, field)| Said { at, label: field.label.to_string(), text: text(field) }).collect()
}

impl Form {
    /// What it is about: the title of the page, which form it is, and of whom: two may have one name.
    pub fn about(&self) -> String {
        let title = self.rows(60).into_iter().find_map(|row| match row {
            Row::Words(words) if !words.is_empty() => Some(words.into_iter().map(|(text, _)| text).collect::<String>()),
            _ => None,
        });
        format!("{:?} {} {}", discriminant(&self.page), self.whose(), title.unwrap_or_default())
    }

    fn whose(&self) -> String {
        match &self.page {
            Page::Connect(form) => form.of().map(ToString::to_string).unwrap_or_default(),
            Page::Rename(form) => form.host.to_string(),
            Page::Rotate(form) => form.host.to_string(),
            Page::App(form) => form.app().to_string(),
            Page::Publish(form) => form.app().to_string(),
            Page::Backup(form) => form.guest().to_string(),
            Page::Restore(form) => form.backup().to_string(),
            Page::Notes(form) => form.backup.to_string(),
            Page::Job(form) => form.whose(),
            _ => String::new(),
        }
    }

    /// What is worth keeping when it is left: what was typed into a form of more than one field.
    pub fn kept(&self) -> Option<Kept> {
        if matches!(self.page, Page::Unlock(_) | Page::LogIn(_) | Page::Adopt(_)) {
            return None;
        }
        let fields = self.fields().filter(|fields| fields.all.len() > 1)?;
        let began = self.began();
        // That something is destroyed is said each time anew.
        let is_risky = |one: &Said| matches!(self.page, Page::Restore(_)) && one.label == OLD;
        let is_secret = |one: &Said| fields.all.get(one.at).is_none_or(|field| field.kind == Kind::Secret);
        let is_old = |one: &Said| began.iter().any(|was| was.is_as(one));
        let mut texts = said(fields);
        texts.retain(|one| !is_risky(one) && !is_secret(one) && !is_old(one));
        (!texts.is_empty()).then(|| Kept { about: self.about(), texts })
    }

    /// What this page said when it was come to first.
    fn began(&self) -> &[Said] {
        let step = self.step();
        self.began.iter().find(|(of, _)| *of == step).map_or(&[][..], |(_, began)| began.as_slice())
    }

    /// A page that is new says what it began with.
    pub(super) fn note_began(&mut self) {
        let step = self.step();
        if self.began.iter().any(|(of, _)| *of == step) {
            return;
        }
        if let Some(began) = self.fields().map(said) {
            self.began.push((step, began));
        }
    }

    /// What stands there now was typed by nobody.
    pub(super) fn renew_began(&mut self) {
        let step = self.step();
        self.began.retain(|(of, _)| *of != step);
        self.note_began();
    }

    /// As it was when it was opened.
    pub fn begin_anew(&mut self, tick: Duration) {
        let began = self.began().to_vec();
        self.fill_and_follow(&began, tick);
        if let Some(fields) = self.open_fields() {
            fields.at = 0;
        }
        (self.draft, self.wrong) = (Draft::None, None);
    }

    /// Types again what was typed before, where it still fits; says whether anything did.
    pub fn take_draft(&mut self, kept: &Kept, tick: Duration) -> bool {
        let is_other = self.fill_and_follow(&kept.texts, tick);
        if is_other {
            self.draft = Draft::Taken;
        }
        is_other
    }

    /// A choice brings fields along, which are filled once they are there.
    fn fill_and_follow(&mut self, texts: &[Said], tick: Duration) -> bool {
        let is_other = self.fill(texts);
        if is_other {
            self.changed_field(tick);
            if self.fill(texts) {
                self.changed_field(tick);
            }
        }
        is_other
    }

    fn fill(&mut self, texts: &[Said]) -> bool {
        let Some(fields) = self.open_fields() else { return false };
        let mut is_other = false;
        for one in texts {
            let is_fit = |field: &&mut Field| fits(field, &one.text) || one.text.is_empty() && !field.is_choice();
            if let Some(field) = one.field(fields).filter(is_fit) {
                is_other |= field.exact() != one.text;
                field.set(&one.text);
            }
        }
        is_other
    }
}

/// What can be chosen may have changed.
fn fits(field: &Field, text: &str) -> bool {
    match &field.kind {
        Kind::Plain => true,
        Kind::Secret => false,
        Kind::Choice(choices) => choices.iter().any(|choice| choice == text),
        Kind::Many(all) => text.split(',').all(|name| name.is_empty() || all.iter().any(|known| known == name)),
    }
}

impl Fields {
    /// Several lines, each for a field: the one that it names, or else the next one that can take it.
    pub fn paste_lines(&mut self, text: &str, other_name: impl Fn(usize) -> Option<String>) -> bool {
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.len() < 2 {
            return false;
        }
        let mut next = self.at;
        for line in lines {
            if let Some((at, value)) = self.named(line, &other_name) {
                self.put(at, value);
                continue;
            }
            while self.all.get(next).is_some_and(Field::is_choice) {
                next += 1;
            }
            if next < self.all.len() {
                self.put(next, line);
                self.at = next;
                next += 1;
            }
        }
        true
    }

    /// `label: value` or `NAME=value` of a field that is here.
    fn named<'t>(&self, line: &'t str, other_name: &impl Fn(usize) -> Option<String>) -> Option<(usize, &'t str)> {
        let (name, value) = line.split_once(['=', ':'])?;
        let name = name.trim();
        let is_it = |at: &usize| {
            let label = self.all.get(*at).is_some_and(|field| field.label.eq_ignore_ascii_case(name));
            label || other_name(*at).is_some_and(|other| other.eq_ignore_ascii_case(name))
        };
        (0..self.all.len()).find(is_it).map(|at| (at, value.trim().trim_matches('"')))
    }

    fn put(&mut self, at: usize, value: &str) {
        if let Some(field) = self.all.get_mut(at).filter(|field| field.kind == Kind::Secret || fits(field, value)) {
            field.set(value);
        }
    }
}
