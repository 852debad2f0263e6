//! What a client says to `termproxy`: `0:LENGTH:BYTES`, `1:COLUMNS:ROWS:` and `2`, cut into messages anyhow.

#[derive(Debug, PartialEq, Eq)]
pub enum Word {
    Type(Vec<u8>),
    Resize { columns: u16, rows: u16 },
    StillHere,
}

pub struct Words {
    unread: Vec<u8>,
}

/// A length or a size has fewer digits than this.
const LONGEST_NUMBER: usize = 8;

impl Words {
    pub fn beginning_with(unread: Vec<u8>) -> Self {
        Self { unread }
    }

    pub fn hear(&mut self, bytes: &[u8]) {
        self.unread.extend(bytes);
    }

    /// The next word, once all of it is there.
    pub fn next(&mut self) -> Result<Option<Word>, String> {
        match self.unread.first() {
            None => Ok(None),
            Some(b'2') => {
                self.unread.drain(..1);
                Ok(Some(Word::StillHere))
            }
            Some(b'0') => {
                let Some([length]) = self.numbers()? else { return Ok(None) };
                let start = 3 + digits(length);
                if self.unread.len() < start + length {
                    return Ok(None);
                }
                let bytes = self.unread.drain(..start + length).skip(start).collect();
                Ok(Some(Word::Type(bytes)))
            }
            Some(b'1') => {
                let Some([columns, rows]) = self.numbers()? else { return Ok(None) };
                self.unread.drain(..4 + digits(columns) + digits(rows));
                let small = |number: usize| u16::try_from(number).map_err(|_| format!("{number} is no size"));
                Ok(Some(Word::Resize { columns: small(columns)?, rows: small(rows)? }))
            }
            Some(other) => Err(format!("no word begins with {:?}", char::from(*other))),
        }
    }

    /// The numbers behind the first byte, each with a colon before it and one behind the last.
    fn numbers<const N: usize>(&self) -> Result<Option<[usize; N]>, String> {
        let mut parts = self.unread.split(|byte| *byte == b':').skip(1);
        if self.unread.get(1).is_some_and(|byte| *byte != b':') {
            return Err("no colon behind the first byte".into());
        }
        let mut numbers = [0; N];
        let colons = self.unread.iter().filter(|byte| **byte == b':').count();
        for (at, number) in numbers.iter_mut().enumerate() {
            let Some(part) = parts.next().filter(|_| colons > at + 1) else {
                return if self.unread.len() > 2 + N * LONGEST_NUMBER {
                    Err("a number without end".into())
                } else {
                    Ok(None)
                };
            };
            let part = String::from_utf8_lossy(part);
            // As it was written, without zeros and signs, or what follows would be looked for in the wrong place.
            *number =
                part.parse().ok().filter(|number: &usize| number.to_string() == part).ok_or(format!("{part:?}"))?;
        }
        Ok(Some(numbers))
    }
}

fn digits(number: usize) -> usize {
    number.to_string().len()
}
