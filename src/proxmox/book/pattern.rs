//! Patterns of texts: the pieces between stars must stand in the text in their order, and the stars catch what lies
//! between them.

/// What each star caught, or nothing where the text does not fit. A star at the end catches up to the end of the line.
pub(super) fn catch<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = pattern.split('*');
    let first = pieces.next()?;
    let mut at = text.find(first)? + first.len();
    let mut caught = Vec::new();
    for piece in pieces {
        let rest = &text[at..];
        let end = if piece.is_empty() { rest.find('\n').unwrap_or(rest.len()) } else { rest.find(piece)? };
        caught.push(rest[..end].trim());
        at += end + piece.len();
    }
    Some(caught)
}
