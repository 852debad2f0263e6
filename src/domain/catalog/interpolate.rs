//! The one syntax for values: `${NAME}` is replaced, `$$` is a dollar, any other dollar stays as it is. What must hold:
//! an unknown name is never replaced by nothing.

/// A name between `${` and `}` that nobody has a value for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName(pub String);

enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

pub fn interpolate(text: &str, get: impl Fn(&str) -> Option<String>) -> Result<String, UnknownName> {
    let mut whole = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => whole.push_str(text),
            Piece::Name(name) => whole.push_str(&get(name).ok_or_else(|| UnknownName(name.to_owned()))?),
        }
    }
    Ok(whole)
}

/// All names in their order, also those that are no good names.
pub fn names_in(text: &str) -> Vec<&str> {
    let name = |piece| match piece {
        Piece::Name(name) => Some(name),
        Piece::Text(_) => None,
    };
    pieces(text).into_iter().filter_map(name).collect()
}

/// A text that comes out of `interpolate` as it is.
pub fn escaped(text: &str) -> String {
    text.replace('$', "$$")
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        pieces.push(Piece::Text(before));
        rest = if let Some(after) = from.strip_prefix("$$") {
            pieces.push(Piece::Text("$"));
            after
        } else if let Some(inner) = from.strip_prefix("${") {
            // What is never closed is told with its `${`, so that it cannot be taken for a name somebody knows.
            let (name, after) = inner.split_once('}').unwrap_or((from, ""));
            pieces.push(Piece::Name(name));
            after
        } else {
            pieces.push(Piece::Text("$"));
            &from[1..]
        };
    }
    pieces.push(Piece::Text(rest));
    pieces
}
