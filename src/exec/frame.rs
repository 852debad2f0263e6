//! Answers in what a terminal shows: each stands between marks that nobody else can know, with its length proved by a
//! checksum. What must hold: what others write to the same terminal is never taken for an answer, and an answer that
//! lost or gained a byte is known as such.

use std::fmt::Write;

use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
};

use super::ask::Reply;

/// While no mark was seen, more than this of what others write is not kept.
const NOISE: usize = 64 << 10;

/// A mark in two halves. They are typed apart, so that their echo is not the mark.
#[derive(Debug, Clone)]
pub struct Mark {
    pub left: String,
    pub right: String,
}

impl Mark {
    /// A new one that nobody can guess.
    pub fn new() -> Self {
        Self { left: word(4), right: word(4) }
    }
}

/// Letters that mean nothing, from so many random bytes.
pub fn word(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    // Without chance there is no TLS either, so nobody comes this far.
    let _ = SystemRandom::new().fill(&mut random);
    hex(&random)
}

pub fn sum(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    Whole(Reply),
    /// It was damaged on its way, or the question was.
    Garbled,
}

/// Collects what comes until it holds what is waited for.
pub struct Reader {
    open: Vec<u8>,
    close: Vec<u8>,
    seen: Vec<u8>,
}

impl Reader {
    pub fn new(mark: &Mark) -> Self {
        let Mark { left, right } = mark;
        Self {
            open: format!("<{left}{right}").into_bytes(),
            close: format!("{right}{left}>").into_bytes(),
            seen: Vec::new(),
        }
    }

    /// Two terminals turn one end of line into three bytes, so all returns go.
    pub fn push(&mut self, bytes: &[u8]) {
        self.seen.extend(bytes.iter().filter(|byte| **byte != b'\r'));
        if self.seen.len() > NOISE && find(&self.seen, &self.open).is_none() {
            self.seen.drain(..self.seen.len() - self.open.len());
        }
    }

    /// The words of a greeting `<mark words>`, if it has come.
    pub fn greeting(&mut self) -> Option<String> {
        let from = find(&self.seen, &self.open)? + self.open.len();
        let length = self.seen[from..].iter().position(|byte| *byte == b'>')?;
        let words = String::from_utf8_lossy(&self.seen[from..from + length]).into_owned();
        self.seen.drain(..=from + length);
        Some(words)
    }

    /// The answer `<mark code sum text mark>`, if it has come.
    pub fn answer(&mut self) -> Option<Answer> {
        let from = find(&self.seen, &self.open)? + self.open.len();
        let length = find(&self.seen[from..], &self.close)?;
        let answer = read(&self.seen[from..from + length]);
        self.seen.drain(..from + length + self.close.len());
        Some(answer.map_or(Answer::Garbled, Answer::Whole))
    }
}

fn read(inner: &[u8]) -> Option<Reply> {
    let inner = std::str::from_utf8(inner).ok()?;
    let mut parts = inner.strip_prefix(' ')?.splitn(3, ' ');
    let (code, said, text) = (parts.next()?, parts.next()?, parts.next()?);
    (sum(text.as_bytes()) == said).then_some(())?;
    Some(Reply { code: code.parse().ok()?, text: text.to_owned() })
}

pub fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> Mark {
        Mark { left: "4f2a".into(), right: "91c7".into() }
    }

    fn framed(text: &str) -> Vec<u8> {
        format!("\r\r\n<4f2a91c7 3 {} {text}91c74f2a>\r\r\n", sum(text.as_bytes())).into_bytes()
    }

    #[test]
    fn an_answer_is_found_in_any_noise_and_however_it_is_cut() {
        let noise = b"$ e 4f2a 91c7 <4f2a 91c7>\x1b[?2004l\r\xff".to_vec();
        let whole = [noise.clone(), framed("one\ntwo"), noise].concat();
        for at in 0..=whole.len() {
            let mut reader = Reader::new(&mark());
            reader.push(&whole[..at]);
            let early = reader.answer();
            reader.push(&whole[at..]);
            let answer = early.or_else(|| reader.answer());
            assert_eq!(answer, Some(Answer::Whole(Reply { code: 3, text: "one\ntwo".into() })), "cut at {at}");
            assert_eq!(reader.answer(), None);
        }
    }

    #[test]
    fn a_lost_byte_and_a_stray_one_are_noticed() {
        let whole = framed("aGVsbG8=");
        let from = whole.len() - "aGVsbG8=91c74f2a>\r\r\n".len();
        for at in from..from + 8 {
            let mut short = whole.clone();
            short.remove(at);
            let mut long = whole.clone();
            long.insert(at, b'x');
            for bytes in [short, long] {
                let mut reader = Reader::new(&mark());
                reader.push(&bytes);
                assert_eq!(reader.answer(), Some(Answer::Garbled));
            }
        }
    }

    #[test]
    fn noise_does_not_pile_up_and_hides_nothing() {
        let mut reader = Reader::new(&mark());
        for _ in 0..100 {
            reader.push(&[b'x'; 4_096]);
        }
        assert!(reader.seen.len() <= NOISE + 4_096);
        reader.push(&framed("y"));
        assert!(reader.answer().is_some());
    }
}
