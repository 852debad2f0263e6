//! Secrets in texts that are shown. What must hold: a value that is known to be secret, or that looks as if it were, is
//! dots wherever it stands.

pub const DOTS: &str = "••••••••";
/// A shorter one stands in too many other words to be looked for everywhere.
const SHORTEST: usize = 4;

/// Rather one too many than one too few.
pub fn is_secret(name: &str, value: &str) -> bool {
    const TELLING: [&str; 10] =
        ["PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "PRIVATE", "AUTH", "SALT", "DSN", "LICENSE"];
    let name = name.to_uppercase();
    let carries_login = value.split_once("://").is_some_and(|(_, rest)| rest.contains('@'));
    carries_login || TELLING.iter().any(|word| name.contains(word))
}

/// What is known to be secret.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub names: Vec<String>,
    pub values: Vec<String>,
}

/// A text of any kind, line by line: known values go wherever they stand, and what is set to something goes where its name
/// or the value tells.
pub fn masked(text: &str, known: &Known) -> String {
    let mut block = Block::None;
    let lines: Vec<String> = without(text, known).lines().map(|text| block.take(text, known)).collect();
    lines.join("\n")
}

/// The same of what everybody may read: only what is known goes.
pub fn without(text: &str, known: &Known) -> String {
    let values = known.values.iter().filter(|value| value.len() >= SHORTEST);
    values.fold(text.to_owned(), |text, value| text.replace(value.as_str(), DOTS))
}

/// A secret that goes on over several lines.
#[derive(Debug, Clone, Copy)]
enum Block {
    None,
    /// All that is set in deeper than the name that tells.
    Under(usize),
    /// A key or certificate, up to where it says that it ends.
    Pem,
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

impl Block {
    fn take(&mut self, text: &str, known: &Known) -> String {
        match *self {
            Self::Pem => {
                let Some(end) = text.find(END) else { return dots(text) };
                *self = Self::None;
                return format!("{}{}", margin(text), &text[end..]);
            }
            Self::Under(column) if text.trim().is_empty() || margin(text).len() > column => return dots(text),
            Self::Under(_) | Self::None => {}
        }
        *self = opened(text, known).map_or(Self::None, Self::Under);
        let Some(begin) = text.find(BEGIN) else { return line(text, known) };
        let head = line(&text[..begin], known);
        let body = text[begin + BEGIN.len()..].find("-----").map_or(text.len(), |at| begin + BEGIN.len() + at + 5);
        let header = &text[begin..body];
        match text[body..].find(END) {
            Some(end) => format!("{head}{header}{DOTS}{}", &text[body + end..]),
            None => {
                *self = Self::Pem;
                format!("{head}{header}{}", dots(&text[body..]))
            }
        }
    }
}

/// The column of a name that tells and whose value stands on the next lines: `password: |`.
fn opened(text: &str, known: &Known) -> Option<usize> {
    let text = text.split_once(" #").map_or(text, |(text, _)| text);
    let (head, mark) = text.rsplit_once(':')?;
    let mark = mark.trim().strip_prefix(['|', '>'])?;
    let is_block = mark.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '+' | '-'));
    let column = text.len() - text.trim_start_matches([' ', '-']).len();
    (is_block && tells(name_before(head), "", known)).then_some(column)
}

fn margin(text: &str) -> &str {
    &text[..text.len() - text.trim_start().len()]
}

fn dots(text: &str) -> String {
    if text.trim().is_empty() { text.to_owned() } else { format!("{}{DOTS}", margin(text)) }
}

/// `NAME=value`, `NAME: value`, `"name": "value"`, `- NAME=value`, and as many of them as stand in a line.
fn line(line: &str, known: &Known) -> String {
    let mut shown = String::with_capacity(line.len());
    let (mut told, mut from) = (0, 0);
    while let Some(at) = line[from..].find(['=', ':']).map(|at| from + at) {
        let name = name_before(&line[told..at]);
        let reach = if from == 0 || line[at..].starts_with(':') { Reach::Line } else { Reach::Word };
        let (start, end) = value_after(line, at, reach);
        let bare = line[start..end].trim().trim_matches(['"', '\'']);
        // What is in braces has names of its own.
        let is_map = line[..start].ends_with('{');
        from = at + 1;
        if !is_nothing(bare) && tells(name, if is_map { "" } else { bare }, known) {
            shown.push_str(&line[told..start]);
            shown.push_str(DOTS);
            (told, from) = (end, end);
        }
    }
    shown + &line[told..]
}

fn tells(name: &str, value: &str, known: &Known) -> bool {
    let is_known = known.names.iter().any(|known| known == name.trim_start_matches('-'));
    !name.is_empty() && (is_known || is_secret(name, value))
}

/// Where the value comes from is no value, and neither is what opens a list.
fn is_nothing(bare: &str) -> bool {
    let is_word = matches!(bare, "" | "[" | "{" | "|" | ">" | "|-" | ">-" | "true" | "false" | "null");
    is_word || bare == DOTS || (bare.starts_with("${") && bare.find('}').is_none_or(|end| end + 1 == bare.len()))
}

/// The name at the end of what stands before a `:` or `=`.
fn name_before(head: &str) -> &str {
    let head = head.trim_end();
    for quote in ['"', '\''] {
        if let Some(inner) = head.strip_suffix(quote) {
            return inner.rfind(quote).map_or("", |at| &inner[at + 1..]);
        }
    }
    let is_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    &head[head.trim_end_matches(is_of_name).len()..]
}

/// How far a value goes that has no quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Line,
    Word,
}

/// From where to where the value stands, without its quotes or brackets.
fn value_after(line: &str, at: usize, reach: Reach) -> (usize, usize) {
    let start = at + 1 + margin(&line[at + 1..]).len();
    let value = line[start..].trim_end();
    let (quote, is_flow) = open_before(&line[..at]);
    if let Some(quote) = quote {
        return (start, start + closing(value, quote));
    }
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) => (start + 1, start + 1 + closing(&value[1..], quote)),
        Some('{' | '[') => (start + 1, start + 1 + closing_bracket(&value[1..])),
        _ if is_flow => (start, start + value.find([',', '}', ']']).unwrap_or(value.len())),
        _ if reach == Reach::Word => (start, start + value.find(char::is_whitespace).unwrap_or(value.len())),
        _ => (start, start + value.trim_end_matches(',').len()),
    }
}

/// The quote that is open at the end of a text, and whether a bracket is.
fn open_before(text: &str) -> (Option<char>, bool) {
    let (mut quote, mut depth, mut is_escaped) = (None, 0_usize, false);
    for letter in text.chars() {
        match (quote, letter) {
            _ if is_escaped => is_escaped = false,
            (Some('"'), '\\') => is_escaped = true,
            (Some(open), letter) if open == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '{' | '[') => depth += 1,
            (None, '}' | ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    (quote, depth > 0)
}

/// Where a text in quotes ends; one of single quotes has two of them for one.
fn closing(text: &str, quote: char) -> usize {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if quote == '"' => _ = letters.next(),
            '\'' if quote == '\'' && letters.peek().is_some_and(|(_, next)| *next == '\'') => _ = letters.next(),
            letter if letter == quote => return at,
            _ => {}
        }
    }
    text.len()
}

/// Where the brackets end that were opened before a text.
fn closing_bracket(text: &str) -> usize {
    let mut depth = 1_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}
