//! What stands before the emulator: words to the terminal itself (titles, palettes, clipboards) are cut where they grow past
//! any use, and those that lay an address under letters (OSC 8) are emptied: the pane shows none, and each cell would keep
//! its own. What must hold: whatever a program prints, no more than so much of it is held at once.

/// The longest word to the terminal that is heard out; a title is shorter.
const LONGEST: usize = 4096;

/// Whether such a word is under way, and how long it is by now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Guard {
    #[default]
    Free,
    /// An ESC came.
    Escaped,
    Inside(usize),
    /// A word that begins with an 8: a link as a rule.
    Eight,
    /// The address of a link.
    Link,
}

impl Guard {
    /// What is left of `bytes`; a word that is too long loses its rest, up to what ends it.
    pub fn pass<'b>(&mut self, bytes: &'b [u8], into: &'b mut Vec<u8>) -> &'b [u8] {
        // Most of what is printed has no such word at all.
        if *self == Self::Free && !bytes.contains(&0x1b) {
            return bytes;
        }
        into.clear();
        into.extend(bytes.iter().filter(|byte| self.lets(**byte)));
        into
    }

    fn lets(&mut self, byte: u8) -> bool {
        *self = match (*self, byte) {
            (_, 0x1b) => Self::Escaped,
            // OSC; the others (DCS, SOS, PM, APC) are not kept anywhere.
            (Self::Escaped, b']') => Self::Inside(0),
            (Self::Escaped | Self::Free, _) | (_, 0x07 | 0x18 | 0x1a) => Self::Free,
            (Self::Inside(0), b'8') => Self::Eight,
            // Without its parts it says nothing.
            (Self::Eight, b';') | (Self::Link, _) => Self::Link,
            (Self::Eight, _) => Self::Inside(2),
            (Self::Inside(length), _) => Self::Inside(length.saturating_add(1)),
        };
        !matches!(self, Self::Link) && !matches!(self, Self::Inside(length) if *length > LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(pieces: &[&[u8]]) -> Vec<u8> {
        let (mut guard, mut all) = (Guard::default(), Vec::new());
        for piece in pieces {
            all.extend(guard.pass(piece, &mut Vec::new()));
        }
        all
    }

    #[test]
    fn what_is_no_word_to_the_terminal_passes_whole() {
        let text = b"\x1b[1mred\x1b]0;title\x07 and \x1b]88;x\x1b\\text\x1bP+q\x1b\\";
        assert_eq!(passed(&[text]), text);
        assert_eq!(passed(&text.chunks(1).collect::<Vec<_>>()), text);
    }

    #[test]
    fn a_link_loses_its_address_and_keeps_its_letters() {
        let text = b"\x1b]8;id=1;http://x\x1b\\link\x1b]8;;\x07 after";
        let bare = b"\x1b]8\x1b\\link\x1b]8\x07 after";
        assert_eq!(passed(&[text]), bare);
        assert_eq!(passed(&text.chunks(1).collect::<Vec<_>>()), bare);
    }

    #[test]
    fn a_word_without_end_costs_no_memory_and_what_follows_its_end_is_seen() {
        let flood = vec![b'x'; 100_000];
        let passed = passed(&[b"\x1b]52;c;", &flood, &flood, b"\x07after"]);
        assert!(passed.len() < LONGEST + 32, "{}", passed.len());
        assert!(passed.ends_with(b"\x07after"));
    }
}
