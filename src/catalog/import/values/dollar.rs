//! Compose's own syntax for variables: `$NAME`, `${NAME:-otherwise}` and `$$`. What must hold: a text without any comes out
//! as it went in.

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Variable {
        name: String,
        /// What counts where nobody gives a value.
        otherwise: Option<String>,
        /// It has to be given.
        needed: bool,
    },
}

pub fn pieces(text: &str) -> Vec<Piece> {
    let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some(at) = rest.find('$') {
        plain.push_str(&rest[..at]);
        let from = &rest[at + 1..];
        if let Some(after) = from.strip_prefix('$') {
            plain.push('$');
            rest = after;
        } else if from.starts_with('{') && never_closes(from) {
            // Nor does what is opened behind it: looking on would be the same work again.
            plain.push('$');
            plain.push_str(from);
            rest = "";
        } else if let Some((variable, after)) = braced(from).or_else(|| bare(from)) {
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(variable);
            rest = after;
        } else {
            plain.push('$');
            rest = from;
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

fn bare(from: &str) -> Option<(Piece, &str)> {
    let (name, after) = name(from)?;
    Some((Piece::Variable { name: name.to_owned(), otherwise: None, needed: false }, after))
}

/// Behind `$`: `{NAME}` with what may stand behind the name.
fn braced(from: &str) -> Option<(Piece, &str)> {
    let (name, rest) = name(from.strip_prefix('{')?)?;
    let (inner, after) = closed(rest)?;
    let rule = inner.strip_prefix(':').unwrap_or(inner);
    let mut letters = rule.chars();
    let (otherwise, needed) = match letters.next() {
        None => (None, false),
        Some('-') => (Some(letters.as_str().to_owned()), false),
        Some('?') => (None, true),
        // With a value it would be another text; without one it is empty.
        Some('+') => (Some(String::new()), false),
        Some(_) => return None,
    };
    Some((Piece::Variable { name: name.to_owned(), otherwise, needed }, after))
}

fn never_closes(from: &str) -> bool {
    name(&from[1..]).is_some_and(|(_, rest)| closed(rest).is_none())
}

fn name(from: &str) -> Option<(&str, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = from.find(|c: char| !is_part(c)).unwrap_or(from.len());
    let (name, rest) = from.split_at(end);
    (!name.is_empty() && name.len() <= 100 && !name.starts_with(|c: char| c.is_ascii_digit())).then_some((name, rest))
}

/// Up to the brace that closes, past those that are opened in between.
fn closed(rest: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    for (at, c) in rest.char_indices().take(2000) {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some((&rest[..at], &rest[at + 1..])),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}
