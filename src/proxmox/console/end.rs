//! How a console ends. When the program behind it ends, the node's `dtach` says so, and then often leaves the line open
//! and dead. What must hold: only those words, at the end of all that came, are an end; a program may print them as well.

/// Why nothing more comes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ended {
    #[error("the program at the terminal has ended")]
    Program,
    #[error("somebody detached us from the terminal")]
    Detached,
    #[error("Proxmox closed the console")]
    Closed,
    #[error("the connection to the console broke: {0}")]
    Broken(String),
}

/// `dtach` writes it on the node's side of the terminal, where an end of line is `\r\n`; from inside a guest it is never
/// less than `\r\r\n`.
const PROGRAM: &[u8] = b"\x1b[999H\r\n[EOF - dtach terminating]\r\n";
const DETACHED: &[u8] = b"\x1b[999H\r\n[detached]\r\n";
/// It may follow, in the same frame or in one of its own.
const CURSOR: &[u8] = b"\x1b[?25h";

/// The last bytes that came.
#[derive(Default)]
pub(super) struct Tail(Vec<u8>);

impl Tail {
    pub fn push(&mut self, bytes: &[u8]) {
        let kept = PROGRAM.len() + CURSOR.len();
        self.0.extend_from_slice(&bytes[bytes.len().saturating_sub(kept)..]);
        let over = self.0.len().saturating_sub(kept);
        self.0.drain(..over);
    }

    /// What the last words say, if they are the last ones indeed.
    pub fn says(&self) -> Option<Ended> {
        let words = self.0.strip_suffix(CURSOR).unwrap_or(&self.0);
        if words.ends_with(PROGRAM) {
            return Some(Ended::Program);
        }
        words.ends_with(DETACHED).then_some(Ended::Detached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_known_however_they_are_cut_and_only_at_the_end() {
        let whole = [b"some output\r\r\n".as_slice(), PROGRAM, CURSOR].concat();
        for at in 0..whole.len() {
            let mut tail = Tail::default();
            tail.push(&whole[..at]);
            assert_eq!(tail.says(), (at == whole.len() - CURSOR.len()).then_some(Ended::Program), "cut at {at}");
            tail.push(&whole[at..]);
            assert_eq!(tail.says(), Some(Ended::Program), "cut at {at}");
            tail.push(b"$ ");
            assert_eq!(tail.says(), None, "cut at {at}");
        }
    }

    #[test]
    fn what_a_program_prints_inside_is_no_end() {
        let mut tail = Tail::default();
        tail.push(b"\x1b[999H\r\r\n[EOF - dtach terminating]\r\r\n");
        assert_eq!(tail.says(), None);
    }
}
