//! What was typed into a form that was left. What must hold: it is found again by what the form is about, and no secret is
//! among it.

use std::mem::discriminant;

use super::{Draft, Field, Fields, Form, Kind, Page, sheet::Row};

/// Label and text of each field, without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What the form is about.
    pub about: String,
    texts: Vec<(String, String)>,
}

pub fn texts(fields: &Fields) -> Vec<String> {
    fields
        .all
        .iter()
        .map(|field| if field.kind == Kind::Secret { String::new() } else { field.exact().into() })
        .collect()
}

impl Form {
    /// What it is about: the title of the page, and which form it is.
    pub fn about(&self) -> String {
        let title = self.rows(60).into_iter().find_map(|row| match row {
            Row::Words(words) if !words.is_empty() => Some(words.into_iter().map(|(text, _)| text).collect::<String>()),
            _ => None,
        });
        format!("{:?} {}", discriminant(&self.page), title.unwrap_or_default())
    }

    /// What is worth keeping when it is left: something that was typed into a form of more than one field.
    pub fn kept(&self) -> Option<Kept> {
        if matches!(self.page, Page::Unlock(_) | Page::LogIn(_) | Page::Adopt(_)) {
            return None;
        }
        let fields = self.fields().filter(|fields| fields.all.len() > 1)?;
        let is_new = texts(fields) != self.began || self.draft == Draft::Taken;
        let plain = fields.all.iter().filter(|field| field.kind != Kind::Secret);
        let texts = plain.map(|field| (field.label.to_string(), field.exact().to_owned())).collect();
        is_new.then(|| Kept { about: self.about(), texts })
    }

    /// As it was when it was opened.
    pub fn begin_anew(&mut self) {
        let began = self.began.clone();
        if let Some(fields) = self.open_fields() {
            fields.all.iter_mut().zip(&began).for_each(|(field, text)| field.set(text));
            fields.at = 0;
        }
        (self.draft, self.wrong) = (Draft::None, None);
    }

    /// Types again what was typed before, where it still fits; says whether anything did.
    pub fn take_draft(&mut self, kept: &Kept) -> bool {
        let Some(fields) = self.open_fields() else { return false };
        let mut is_other = false;
        for (label, text) in &kept.texts {
            let field = fields.all.iter_mut().find(|field| field.label == label.as_str() && field.kind != Kind::Secret);
            if let Some(field) = field.filter(|field| fits(field, text)) {
                is_other |= field.exact() != text;
                field.set(text);
            }
        }
        if is_other {
            self.draft = Draft::Taken;
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
