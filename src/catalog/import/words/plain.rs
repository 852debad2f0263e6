//! Foreign texts as plain ones. What must hold: nothing that a terminal would obey and nothing that hides or turns around
//! other letters passes; what is kept is bounded.

/// One line without marks of Markdown and HTML.
pub fn line(text: &str, most: usize) -> String {
    let bare = without_marks(&without_tags(text.get(..bounded(text, 16 * most)).unwrap_or(text)));
    shortened(&spaced(&bare), most)
}

/// One line as it is, without what cannot be seen.
pub fn seen(text: &str, most: usize) -> String {
    shortened(&spaced(&text[..bounded(text, 16 * most)]), most)
}

/// Several lines, with at most one empty one between them.
pub fn prose(text: &str, most: usize) -> String {
    let bare = without_tags(text.get(..bounded(text, 8 * most)).unwrap_or(text));
    let mut lines: Vec<String> = Vec::new();
    for one in bare.lines() {
        let one = spaced(&without_marks(one.trim().trim_start_matches('#')));
        let repeats = one.is_empty() && lines.last().is_none_or(String::is_empty);
        if !repeats {
            lines.push(one);
        }
    }
    shortened(lines.join("\n").trim(), most)
}

/// What it is, in half a line: the first sentence, as far as it goes.
pub fn tagline(text: &str) -> String {
    let whole = line(text, 400);
    let end = whole.match_indices(['.', '!', '?']).map(|(at, _)| at).find(|at| {
        let after = whole[at + 1..].chars().next();
        after.is_none_or(char::is_whitespace)
    });
    let sentence = end.map_or(whole.as_str(), |at| &whole[..at]);
    shortened(sentence.trim_end_matches(['.', ',', ';', ':']), 56)
}

/// Letters cost different numbers of bytes; it is cut between two.
fn bounded(text: &str, most: usize) -> usize {
    let mut at = most.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    let kept = if whole.chars().count() * 2 > most { whole } else { cut.as_str() };
    format!("{}…", kept.trim_end_matches([' ', ',', ';', ':', '-', '\n']))
}

/// Blanks of all kinds become one, and what cannot be seen is gone.
fn spaced(text: &str) -> String {
    let seen: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_seen(*c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn is_seen(c: char) -> bool {
    let hides = matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}');
    !c.is_control() && !hides
}

/// `<b>bold</b>` is `bold`; a `<` that opens no tag stays.
fn without_tags(text: &str) -> String {
    let (mut bare, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('<') {
        bare.push_str(&rest[..at]);
        let inner = &rest[at + 1..];
        let opens = inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        let end = inner.char_indices().take(400).find(|(_, c)| *c == '>').map(|(end, _)| end).filter(|_| opens);
        match end {
            Some(end) => {
                let breaks = ["br", "p", "/p", "li", "/li", "/div", "/h"].iter().any(|tag| inner.starts_with(tag));
                bare.push(if breaks { '\n' } else { ' ' });
                rest = &inner[end + 1..];
            }
            None => {
                bare.push('<');
                rest = inner;
            }
        }
    }
    bare.push_str(rest);
    let named = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    named.iter().fold(bare, |bare, (name, letter)| if bare.contains(name) { bare.replace(name, letter) } else { bare })
}

/// `**bold**` and `` `code` `` without their marks, `[name](address)` as its name.
fn without_marks(text: &str) -> String {
    let (mut bare, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('[') {
        let name = rest[at + 1..].split_once("](").filter(|(name, _)| name.len() < 300 && !name.contains(['[', '\n']));
        match name.and_then(|(name, after)| Some((name, after.split_once(')')?.1))) {
            Some((name, after)) => {
                bare.push_str(rest[..at].trim_end_matches('!'));
                bare.push_str(name);
                rest = after;
            }
            None => {
                bare.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    bare.push_str(rest);
    bare.replace("**", "").replace("__", "").replace('`', "")
}
