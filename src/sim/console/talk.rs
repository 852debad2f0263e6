//! What a visitor says once his ticket was taken: `0:LENGTH:DATA`, `1:COLUMNS:ROWS:`, `2`. It is one stream of bytes;
//! where its frames begin and end means nothing.

#[derive(Debug, PartialEq, Eq)]
pub enum Message {
    Typed(Vec<u8>),
    Size(u16, u16),
    Alive,
    Nonsense,
}

/// Longer numbers are no numbers.
const LONGEST_NUMBER: usize = 10;

/// Takes the next whole message. What makes no sense is thrown away with all that follows.
pub fn next(inbox: &mut Vec<u8>) -> Option<Message> {
    let message = take(inbox);
    if message == Some(Message::Nonsense) {
        inbox.clear();
    }
    message
}

fn take(inbox: &mut Vec<u8>) -> Option<Message> {
    match inbox.first()? {
        b'2' => {
            inbox.remove(0);
            Some(Message::Alive)
        }
        b'0' => {
            let (length, from) = match number(inbox, 2) {
                Number::Is(value, next) => (value, next),
                Number::Unfinished => return None,
                Number::Wrong => return Some(Message::Nonsense),
            };
            if inbox.len() < from + length {
                return None;
            }
            let bytes = inbox[from..from + length].to_vec();
            inbox.drain(..from + length);
            Some(Message::Typed(bytes))
        }
        b'1' => {
            let (columns, from) = match number(inbox, 2) {
                Number::Is(value, next) => (value, next),
                Number::Unfinished => return None,
                Number::Wrong => return Some(Message::Nonsense),
            };
            let (rows, from) = match number(inbox, from) {
                Number::Is(value, next) => (value, next),
                Number::Unfinished => return None,
                Number::Wrong => return Some(Message::Nonsense),
            };
            inbox.drain(..from);
            let short = |value: usize| u16::try_from(value).unwrap_or(u16::MAX);
            Some(Message::Size(short(columns), short(rows)))
        }
        _ => Some(Message::Nonsense),
    }
}

enum Number {
    Is(usize, usize),
    Unfinished,
    Wrong,
}

/// A number that ends with a colon, and where the text goes on after it.
fn number(inbox: &[u8], from: usize) -> Number {
    if inbox.get(1).is_some_and(|byte| *byte != b':') {
        return Number::Wrong;
    }
    let rest = inbox.get(from..).unwrap_or_default();
    let Some(end) = rest.iter().position(|byte| *byte == b':') else {
        let is_fine = rest.len() <= LONGEST_NUMBER && rest.iter().all(u8::is_ascii_digit);
        return if is_fine { Number::Unfinished } else { Number::Wrong };
    };
    match std::str::from_utf8(&rest[..end]).ok().and_then(|text| text.parse().ok()) {
        Some(value) if end <= LONGEST_NUMBER => Number::Is(value, from + end + 1),
        _ => Number::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_may_be_cut_anywhere() {
        let whole = b"1:200:50:20:5:echo\n0:0:2".to_vec();
        let wanted = [
            Message::Size(200, 50),
            Message::Alive,
            Message::Typed(b"echo\n".to_vec()),
            Message::Typed(Vec::new()),
            Message::Alive,
        ];
        for at in 0..whole.len() {
            let (mut inbox, mut found) = (whole[..at].to_vec(), Vec::new());
            while let Some(message) = next(&mut inbox) {
                found.push(message);
            }
            inbox.extend(&whole[at..]);
            while let Some(message) = next(&mut inbox) {
                found.push(message);
            }
            assert_eq!(found, wanted, "cut at {at}");
        }
    }

    #[test]
    fn what_is_no_message_is_told() {
        for text in ["3:1:x", "0x:1:x", "0:abc:x", "0:99999999999:x", "1:80:x:"] {
            assert_eq!(next(&mut text.as_bytes().to_vec()), Some(Message::Nonsense), "{text}");
        }
    }
}
