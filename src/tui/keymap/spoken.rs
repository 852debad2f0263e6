//! Keys as people write them, and back. What must hold: what is written is read as the same key.

use crossterm::event::{KeyCode, KeyModifiers};

use super::Key;

const NAMED: [(&str, KeyCode); 17] = [
    ("Space", KeyCode::Char(' ')),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("Insert", KeyCode::Insert),
    ("Delete", KeyCode::Delete),
    ("Backspace", KeyCode::Backspace),
    ("Tab", KeyCode::Tab),
    ("Shift-Tab", KeyCode::BackTab),
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Minus", KeyCode::Char('-')),
];

impl Key {
    /// `Ctrl-r`, `Alt-x`, `F5`, `Space`, `R`.
    pub fn read(text: &str) -> Result<Self, String> {
        let (mut rest, mut modifiers) = (text.trim(), KeyModifiers::NONE);
        while let Some((left, right)) = rest.split_once('-').filter(|(_, right)| !right.is_empty()) {
            modifiers |= match left.to_ascii_lowercase().as_str() {
                "ctrl" | "c" => KeyModifiers::CONTROL,
                "alt" | "a" | "m" => KeyModifiers::ALT,
                "shift" if right != "Tab" => KeyModifiers::SHIFT,
                _ => break,
            };
            rest = right;
        }
        let code = code(rest).ok_or_else(|| format!("\"{text}\" is no key; write r, R, Ctrl-r, Alt-r, F5 or Space"))?;
        let code = match code {
            KeyCode::Char(letter) if modifiers.contains(KeyModifiers::CONTROL) => {
                KeyCode::Char(letter.to_ascii_lowercase())
            }
            code => code,
        };
        match modifiers.contains(KeyModifiers::SHIFT) {
            true => shifted(code, modifiers, text),
            false => Ok(Self { code, modifiers }),
        }
    }

    /// As it is read again.
    pub fn written(self) -> String {
        let named = NAMED.iter().find(|(_, code)| *code == self.code).map(|(name, _)| (*name).to_owned());
        let key = named.unwrap_or_else(|| match self.code {
            KeyCode::Char(letter) => letter.to_string(),
            KeyCode::F(n) => format!("F{n}"),
            other => format!("{other:?}"),
        });
        let held = |modifier, name: &'static str| if self.modifiers.contains(modifier) { name } else { "" };
        let (ctrl, alt) = (held(KeyModifiers::CONTROL, "Ctrl-"), held(KeyModifiers::ALT, "Alt-"));
        format!("{ctrl}{alt}{}{key}", held(KeyModifiers::SHIFT, "Shift-"))
    }
}

/// A terminal tells Shift of arrows and Tab; of a letter it sends the large one, of a sign another sign.
fn shifted(code: KeyCode, modifiers: KeyModifiers, text: &str) -> Result<Key, String> {
    let rest = modifiers - KeyModifiers::SHIFT;
    match code {
        KeyCode::Up | KeyCode::Down | KeyCode::Left | KeyCode::Right => Ok(Key { code, modifiers }),
        KeyCode::Tab | KeyCode::BackTab => Ok(Key { code: KeyCode::BackTab, modifiers: rest }),
        KeyCode::Char(letter) if letter.is_alphabetic() && !rest.contains(KeyModifiers::CONTROL) => {
            let large = letter.to_uppercase().next().unwrap_or(letter);
            Ok(Key { code: KeyCode::Char(large), modifiers: rest })
        }
        _ => Err(format!("\"{text}\" is no key here: Shift goes with letters, arrows and Tab, such as Shift-Up")),
    }
}

fn code(text: &str) -> Option<KeyCode> {
    let mut letters = text.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return (!letter.is_control()).then_some(KeyCode::Char(letter));
    }
    if let Some(n) = text.strip_prefix(['F', 'f']).and_then(|n| n.parse().ok()).filter(|n| (1..=24).contains(n)) {
        return Some(KeyCode::F(n));
    }
    NAMED.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, code)| *code)
}
