//! Configuration files of services, read line by line: sections, keys, values, and the files that one brings in. What must
//! hold: a file counts only if the service reads it, so what is written into a wrong one is not felt.

use crate::sim::shell::files::{Files, absolute, base, parent};

/// How a line separates a key from its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `key value`
    Words,
    /// `key = value`
    Equals,
    /// `key: value`
    Colon,
    /// `<key>value</key>`
    Tag,
}

/// What a service reads.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// In this order; a `*` in the last part of a path stands for all that fit.
    pub files: &'static [&'static str],
    pub form: Form,
    /// Keys that bring in further files, or all files of a folder.
    pub includes: &'static [&'static str],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Empty outside of all sections.
    pub section: String,
    /// `{` where a section opens; then the value is what stands before it.
    pub key: String,
    pub value: String,
}

/// Files that bring in one another are not followed for ever.
const DEPTH: usize = 4;

pub fn read(files: &Files, source: &Source) -> Vec<Said> {
    let mut found = Vec::new();
    source.files.iter().for_each(|path| read_files(files, source, path, DEPTH, &mut found));
    found
}

fn read_files(files: &Files, source: &Source, path: &str, depth: usize, found: &mut Vec<Said>) {
    for path in matching(files, path) {
        let text = files.text(&path).unwrap_or_default();
        let mut sections: Vec<String> = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !is_silent(line)) {
            if let Some(other) = included(line, source).filter(|_| depth > 0) {
                read_files(files, source, &absolute(parent(&path), &other), depth - 1, found);
                continue;
            }
            read_line(line, source.form, &mut sections, found);
        }
    }
}

fn is_silent(line: &str) -> bool {
    line.is_empty() || ["#", ";", "//", "--"].iter().any(|mark| line.starts_with(mark))
}

fn included(line: &str, source: &Source) -> Option<String> {
    let (key, path) = line.split_once([' ', '\t'])?;
    source.includes.contains(&key.trim_end_matches(':')).then(|| bare(path).to_owned())
}

fn read_line(line: &str, form: Form, sections: &mut Vec<String>, found: &mut Vec<Said>) {
    let section = sections.last().cloned().unwrap_or_default();
    if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        *sections = vec![name.to_owned()];
    } else if let Some(head) = line.strip_suffix('{') {
        found.push(Said { section, key: "{".into(), value: head.trim().to_owned() });
        sections.push(head.split_whitespace().next().unwrap_or_default().to_owned());
    } else if line.trim_end_matches([';', ',']) == "}" {
        sections.pop();
    } else if let Some((key, value)) = split(line, form) {
        found.push(Said { section, key: bare(key).to_owned(), value: bare(value).to_owned() });
    }
}

fn split(line: &str, form: Form) -> Option<(&str, &str)> {
    match form {
        Form::Words => line.split_once([' ', '\t']),
        Form::Equals => line.split_once('='),
        Form::Colon => line.split_once(':'),
        Form::Tag => {
            let (key, rest) = line.strip_prefix('<')?.split_once('>')?;
            Some((key, rest.split('<').next()?))
        }
    }
}

/// Without quotes, braces and what ends a line.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || "\"';,{}".contains(c))
}

fn matching(files: &Files, path: &str) -> Vec<String> {
    if files.is_folder(path) {
        return matching(files, &format!("{path}/*"));
    }
    let Some((before, after)) = base(path).split_once('*') else { return vec![path.to_owned()] };
    let fits = |name: &String| name.starts_with(before) && name.ends_with(after);
    files.list(parent(path)).into_iter().filter(fits).map(|name| absolute(parent(path), &name)).collect()
}
