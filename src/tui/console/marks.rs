//! Letters without a width of their own, on their way to the emulator, which lays all of them over one cell. What must hold:
//! however many a program prints, no cell keeps more than a few.

use unicode_width::UnicodeWidthChar;

/// No letter has more marks over it.
pub(super) const MOST: usize = 16;

/// How many came one after the other by now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks(usize);

impl Marks {
    /// Gives on `bytes` in pieces, without the marks that are too many. A piece ends where marks end, while the cursor still
    /// is beside the cell that has them.
    pub fn thin(&mut self, bytes: &[u8], mut give: impl FnMut(&[u8])) {
        if bytes.is_ascii() {
            if !bytes.is_empty() {
                self.0 = 0;
            }
            return give(bytes);
        }
        let (mut start, mut at) = (0, 0);
        for chunk in bytes.utf8_chunks() {
            for letter in chunk.valid().chars() {
                let end = at + letter.len_utf8();
                if letter.width() == Some(0) {
                    self.0 += 1;
                    if self.0 > MOST {
                        if start < at {
                            give(&bytes[start..at]);
                        }
                        start = end;
                    }
                } else {
                    if self.0 > 0 && start < at {
                        give(&bytes[start..at]);
                        start = at;
                    }
                    self.0 = 0;
                }
                at = end;
            }
            if !chunk.invalid().is_empty() {
                self.0 = 0;
                at += chunk.invalid().len();
            }
        }
        give(&bytes[start..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thinned(text: &[u8]) -> Vec<u8> {
        let mut all = Vec::new();
        Marks::default().thin(text, |piece| all.extend(piece));
        all
    }

    #[test]
    fn what_has_few_marks_passes_whole() {
        for text in ["plain", "e\u{301}te\u{301} 漢字 \u{1b}[1m", "\u{301}\u{302}"] {
            assert_eq!(thinned(text.as_bytes()), text.as_bytes());
        }
        assert_eq!(thinned(b"\xff\xc3\xa9\xfe"), b"\xff\xc3\xa9\xfe");
    }

    #[test]
    fn of_an_endless_row_of_marks_a_few_are_left_and_what_follows_is_seen() {
        let text = format!("e{}f", "\u{301}".repeat(1000));
        assert_eq!(thinned(text.as_bytes()), format!("e{}f", "\u{301}".repeat(MOST)).as_bytes());
    }
}
