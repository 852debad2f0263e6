//! Frames of RFC 6455 as the real server takes them: whole messages only, nothing compressed, and one that is too long
//! is dropped without a word.

/// The longest payload that is taken.
const LONGEST: u64 = 128 * 1024;
const GREETING: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// What a frame of the other side means.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    Data(Vec<u8>),
    Ping(Vec<u8>),
    Close(Vec<u8>),
    /// An answer to a ping, which nobody sent.
    Pong,
    /// Nothing that a client may send.
    Bad,
}

#[derive(Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// So much of a frame that is too long is still to come.
    skipped: u64,
}

impl Frames {
    pub fn push(&mut self, bytes: &[u8]) {
        let skipped = self.skipped.min(bytes.len() as u64);
        self.skipped -= skipped;
        self.bytes.extend(&bytes[skipped as usize..]);
    }

    /// The next whole frame.
    pub fn next(&mut self) -> Option<Frame> {
        loop {
            let [first, second, ..] = self.bytes[..] else { return None };
            let (is_last, reserved, code) = (first & 0x80 != 0, first & 0x70, first & 0x0F);
            if !is_last || reserved != 0 || second & 0x80 == 0 {
                return Some(Frame::Bad);
            }
            let (length, head) = match second & 0x7F {
                126 => (u64::from(u16::from_be_bytes(self.bytes.get(2..4)?.try_into().ok()?)), 4),
                127 => (u64::from_be_bytes(self.bytes.get(2..10)?.try_into().ok()?), 10),
                length => (u64::from(length), 2),
            };
            if length > LONGEST {
                let whole = (head as u64 + 4).saturating_add(length);
                let here = whole.min(self.bytes.len() as u64);
                self.skipped = whole - here;
                self.bytes.drain(..here as usize);
                continue;
            }
            let end = head + 4 + length as usize;
            let mask: [u8; 4] = self.bytes.get(head..head + 4)?.try_into().ok()?;
            let payload = self.bytes.get(head + 4..end)?;
            let payload = payload.iter().enumerate().map(|(place, byte)| byte ^ mask[place % 4]).collect();
            self.bytes.drain(..end);
            return Some(match code {
                1 | 2 => Frame::Data(payload),
                8 => Frame::Close(payload),
                9 => Frame::Ping(payload),
                10 => Frame::Pong,
                _ => Frame::Bad,
            });
        }
    }
}

pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PONG: u8 = 10;

/// A frame of our own.
pub fn write(code: u8, payload: &[u8], out: &mut Vec<u8>) {
    out.push(0x80 | code);
    match payload.len() {
        length @ 0..=125 => out.push(length as u8),
        length @ 126..=0xFFFF => {
            out.push(126);
            out.extend((length as u16).to_be_bytes());
        }
        length => {
            out.push(127);
            out.extend((length as u64).to_be_bytes());
        }
    }
    out.extend(payload);
}

/// The answer to the key of a handshake.
pub fn accept(key: &str) -> String {
    use base64::Engine as _;
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, format!("{key}{GREETING}").as_bytes());
    base64::engine::general_purpose::STANDARD.encode(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(code: u8, payload: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        write(code, payload, &mut plain);
        let head = plain.len() - payload.len();
        plain[1] |= 0x80;
        let mask = [7, 1, 200, 33];
        let body = payload.iter().enumerate().map(|(place, byte)| byte ^ mask[place % 4]);
        plain[..head].iter().copied().chain(mask).chain(body).collect()
    }

    #[test]
    fn frames_may_come_in_any_pieces_and_long_ones_are_dropped() {
        let long = vec![b'x'; 140_000];
        let fits = vec![b'y'; 131_000];
        let all =
            [masked(2, b"one"), masked(1, &long), masked(9, b"hey"), masked(2, &fits), masked(8, b"\x03\xe8")].concat();
        for size in [1_000, 65_536, 7_919] {
            let (mut frames, mut found) = (Frames::default(), Vec::new());
            for part in all.chunks(size) {
                frames.push(part);
                while let Some(frame) = frames.next() {
                    found.push(frame);
                }
            }
            let wanted = [
                Frame::Data(b"one".to_vec()),
                Frame::Ping(b"hey".to_vec()),
                Frame::Data(fits.clone()),
                Frame::Close(b"\x03\xe8".to_vec()),
            ];
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn parts_of_messages_and_plain_frames_are_refused() {
        for bytes in
            [&[0x02, 0x80, 0, 0, 0, 0][..], &[0x82, 0x01, b'x'], &[0xC2, 0x80, 0, 0, 0, 0], &[0x83, 0x80, 0, 0, 0, 0]]
        {
            let mut frames = Frames::default();
            frames.push(bytes);
            assert_eq!(frames.next(), Some(Frame::Bad));
        }
    }

    /// The example of the standard.
    #[test]
    fn the_key_is_answered_as_the_standard_says() {
        assert_eq!(accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
