//! From words as they are written to the words a command gets: variables, commands and sums put in, split at blanks,
//! patterns replaced by the names they fit.

use std::{future::Future, pin::Pin};

use super::{
    arithmetic,
    files::{absolute, base},
    pattern,
    run::{Leave, Shell},
    streams::pipe,
    syntax::{Change, Node, Part, Word},
    sys::Place,
    text::from_bytes,
};

type Expanding<'a, T> = Pin<Box<dyn Future<Output = Result<T, Leave>> + Send + 'a>>;

/// A piece of a word after expansion.
enum Piece {
    /// As written: patterns count, nothing is split.
    Plain(String),
    /// Nothing in it is special.
    Quoted(String),
    /// Out of a variable or a command: split, and patterns count.
    Loose(String),
    /// Between two of `"$@"`.
    Gap,
    /// `"$@"` of nothing: quotes around it make no word.
    Void,
}

#[derive(Default)]
struct Fields {
    done: Vec<String>,
    now: String,
    is_begun: bool,
    is_void: bool,
}

impl Fields {
    fn end(&mut self) {
        if self.is_begun && !(self.is_void && self.now.is_empty()) {
            self.done.push(std::mem::take(&mut self.now));
        }
        self.now.clear();
        (self.is_begun, self.is_void) = (false, false);
    }

    fn add(&mut self, text: &str) {
        self.now.push_str(text);
        self.is_begun = true;
    }

    fn split(&mut self, text: &str, separators: &str) {
        let mut is_open = false;
        for c in text.chars() {
            if !separators.contains(c) {
                if c == '\\' {
                    self.now.push('\\');
                }
                self.now.push(c);
                self.is_begun = true;
                is_open = false;
            } else if matches!(c, ' ' | '\t' | '\n') {
                is_open |= self.is_begun;
                self.end();
            } else {
                // A sign that is no blank ends a field, an empty one too, unless blanks ended it just now.
                self.is_begun |= !is_open;
                is_open = false;
                self.end();
            }
        }
    }
}

impl Shell {
    /// The words of a command.
    pub async fn words(&mut self, words: &[Word]) -> Result<Vec<String>, Leave> {
        let mut all = Vec::new();
        for word in words {
            let mut fields = Fields::default();
            let separators = self.variable("IFS").unwrap_or_else(|| " \t\n".into());
            for piece in self.pieces(&word.0).await? {
                match piece {
                    Piece::Plain(text) => fields.add(&text),
                    Piece::Quoted(text) => fields.add(&pattern::quoted(&text)),
                    Piece::Loose(text) => fields.split(&text, &separators),
                    Piece::Gap => fields.end(),
                    Piece::Void => fields.is_void = true,
                }
            }
            fields.end();
            for field in fields.done {
                all.extend(self.names(&field));
            }
        }
        Ok(all)
    }

    /// A word that stays one, as in `name=word`.
    pub async fn one(&mut self, word: &Word) -> Result<String, Leave> {
        let pieces = self.pieces(&word.0).await?;
        Ok(pieces.into_iter().map(text_of).collect())
    }

    /// A word that is a pattern.
    pub async fn pattern(&mut self, word: &Word) -> Result<String, Leave> {
        let pieces = self.pieces(&word.0).await?;
        Ok(pieces
            .into_iter()
            .map(|piece| match piece {
                Piece::Quoted(text) => pattern::quoted(&text),
                piece => text_of(piece),
            })
            .collect())
    }

    fn pieces<'a>(&'a mut self, parts: &'a [Part]) -> Expanding<'a, Vec<Piece>> {
        Box::pin(async move {
            let mut pieces = Vec::new();
            for (place, part) in parts.iter().enumerate() {
                match part {
                    Part::Plain(text) if place == 0 && text.starts_with('~') => pieces.push(self.home(text)),
                    Part::Plain(text) => pieces.push(Piece::Plain(text.clone())),
                    Part::Quoted(text) => pieces.push(Piece::Quoted(text.clone())),
                    Part::Variable { name, change, is_quoted } => {
                        pieces.extend(self.variable_pieces(name, change, *is_quoted).await?);
                    }
                    Part::Command { body, is_quoted } => {
                        let text = self.substitute(body).await?;
                        pieces.push(if *is_quoted { Piece::Quoted(text) } else { Piece::Loose(text) });
                    }
                    Part::Sum { text, is_quoted } => {
                        let text = self.one(text).await?;
                        let value = arithmetic::sum(&text, self);
                        let value = match value {
                            Ok(value) => value.to_string(),
                            Err(why) => return Err(self.fail(&why).await),
                        };
                        pieces.push(if *is_quoted { Piece::Quoted(value) } else { Piece::Loose(value) });
                    }
                }
            }
            Ok(pieces)
        })
    }

    fn home(&self, text: &str) -> Piece {
        let rest = &text[1..];
        if rest.is_empty() || rest.starts_with('/') {
            let home = self.variable("HOME").unwrap_or_else(|| "/root".into());
            return Piece::Plain(format!("{home}{rest}"));
        }
        Piece::Plain(text.to_owned())
    }

    async fn variable_pieces(&mut self, name: &str, change: &Change, is_quoted: bool) -> Result<Vec<Piece>, Leave> {
        let dress = |text: String| if is_quoted { Piece::Quoted(text) } else { Piece::Loose(text) };
        if matches!(name, "@" | "*") && matches!(change, Change::None) {
            return Ok(self.all_arguments(name, is_quoted));
        }
        let value = self.parameter(name);
        match change {
            Change::None => match value {
                None if self.flags.contains(&'u') && !name.starts_with(['@', '*']) => {
                    Err(self.fail(&format!("{name}: parameter not set")).await)
                }
                value => Ok(vec![dress(value.unwrap_or_default())]),
            },
            Change::Length => Ok(vec![dress(match name {
                "@" | "*" => self.arguments.len().to_string(),
                _ => value.unwrap_or_default().chars().count().to_string(),
            })]),
            Change::Instead { sign, or_empty, word } => {
                let value = value.filter(|value| !(*or_empty && value.is_empty()));
                self.instead(name, *sign, value, word, is_quoted).await
            }
            Change::Cut { sign, is_longest, pattern } => {
                let pattern = self.pattern(pattern).await?;
                Ok(vec![dress(cut(&value.unwrap_or_default(), *sign, *is_longest, &pattern))])
            }
        }
    }

    async fn instead(
        &mut self,
        name: &str,
        sign: char,
        value: Option<String>,
        word: &Word,
        is_quoted: bool,
    ) -> Result<Vec<Piece>, Leave> {
        let dress = |text: String| if is_quoted { Piece::Quoted(text) } else { Piece::Loose(text) };
        match (sign, value) {
            ('+', None) => Ok(vec![dress(String::new())]),
            ('+', Some(_)) | ('-', None) => {
                let pieces = self.pieces(&word.0).await?;
                // Unquoted words here are split like the value they stand for.
                Ok(pieces.into_iter().map(|p| if let Piece::Plain(t) = p { dress(t) } else { p }).collect())
            }
            ('=', None) => {
                let text = self.one(word).await?;
                self.set(name, &text);
                Ok(vec![dress(text)])
            }
            ('?', None) => {
                let text = self.one(word).await?;
                let text = if text.is_empty() { "parameter not set or null".to_owned() } else { text };
                Err(self.fail(&format!("{name}: {text}")).await)
            }
            (_, value) => Ok(vec![dress(value.unwrap_or_default())]),
        }
    }

    fn all_arguments(&self, name: &str, is_quoted: bool) -> Vec<Piece> {
        if name == "*" && is_quoted {
            let separator = self.variable("IFS").map_or(Some(' '), |text| text.chars().next());
            let separator = separator.map(String::from).unwrap_or_default();
            return vec![Piece::Quoted(self.arguments.join(&separator))];
        }
        if self.arguments.is_empty() {
            return vec![Piece::Void];
        }
        let mut pieces = Vec::new();
        for (place, argument) in self.arguments.iter().enumerate() {
            if place > 0 {
                pieces.push(Piece::Gap);
            }
            let text = argument.clone();
            pieces.push(if is_quoted { Piece::Quoted(text) } else { Piece::Loose(text) });
        }
        pieces
    }

    /// What a command writes, without the newlines at the end.
    async fn substitute(&mut self, body: &std::sync::Arc<Node>) -> Result<String, Leave> {
        let (source, sink) = pipe();
        let (shell, body) = (self.clone(), body.clone());
        let pid = self.sys.spawn(Place::Same, self.name.clone(), |sys| {
            Box::pin(async move {
                let mut inner = shell.forked(sys);
                inner.streams.insert(1, sink);
                inner.run_to_end(&body).await
            })
        });
        let bytes = self.sys.read_all(&source).await;
        self.status = self.sys.wait(pid).await;
        self.substituted = Some(self.status);
        let text: String = from_bytes(&bytes).chars().filter(|c| *c != '\0').collect();
        Ok(text.trim_end_matches('\n').to_owned())
    }

    /// The names a field fits, or the field itself.
    fn names(&self, field: &str) -> Vec<String> {
        if self.flags.contains(&'f') || !pattern::is_pattern(field) {
            return vec![pattern::plain(field)];
        }
        let is_absolute = field.starts_with('/');
        let mut found = vec![if is_absolute { "/".to_owned() } else { String::new() }];
        for part in field.split('/').filter(|part| !part.is_empty()) {
            let mut next = Vec::new();
            for head in &found {
                let join = |name: &str| {
                    if head.is_empty() || head.ends_with('/') {
                        format!("{head}{name}")
                    } else {
                        format!("{head}/{name}")
                    }
                };
                if !pattern::is_pattern(part) {
                    next.push(join(&pattern::plain(part)));
                    continue;
                }
                let folder = absolute(&self.folder, head);
                let names =
                    self.sys.with(|kernel| kernel.files.resolve(&folder).map(|folder| kernel.files.list(&folder)));
                let fits =
                    |name: &&String| pattern::matches(part, name) && (!name.starts_with('.') || part.starts_with('.'));
                next.extend(names.unwrap_or_default().iter().filter(fits).map(|name| join(base(name))));
            }
            found = next;
        }
        let is_there = |path: &String| self.sys.with(|kernel| kernel.files.get(&absolute(&self.folder, path)).is_ok());
        found.retain(is_there);
        found.sort();
        if found.is_empty() { vec![pattern::plain(field)] } else { found }
    }
}

fn text_of(piece: Piece) -> String {
    match piece {
        Piece::Plain(text) | Piece::Quoted(text) | Piece::Loose(text) => text,
        Piece::Gap => " ".into(),
        Piece::Void => String::new(),
    }
}

fn cut(value: &str, sign: char, is_longest: bool, pattern: &str) -> String {
    let chars: Vec<char> = value.chars().collect();
    let text = |part: &[char]| part.iter().collect::<String>();
    let count = chars.len();
    let mut lengths: Vec<usize> = (0..=count).collect();
    if is_longest {
        lengths.reverse();
    }
    for length in lengths {
        let (taken, kept) =
            if sign == '#' { chars.split_at(length) } else { (&chars[count - length..], &chars[..count - length]) };
        if pattern::matches(pattern, &text(taken)) {
            return text(kept);
        }
    }
    value.to_owned()
}

impl arithmetic::Variables for Shell {
    fn value(&self, name: &str) -> String {
        self.parameter(name).unwrap_or_default()
    }

    fn set(&mut self, name: &str, value: i64) {
        Shell::set(self, name, &value.to_string());
    }
}
