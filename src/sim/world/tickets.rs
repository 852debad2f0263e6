//! Tickets, their CSRF tokens, and the codes of second factors. All of them are signed by a key of this datacenter: one
//! that was made elsewhere, or is older than two hours, is refused.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::hmac;

use crate::{domain::moment::Moment, sim::hash::mix};

/// A ticket for a console is for now.
const CONSOLE_SECONDS: i64 = 40;
const LIFE_SECONDS: i64 = 7_200;
/// How far the clock of another machine may be ahead.
const SKEW_SECONDS: i64 = 300;

#[derive(Clone)]
pub struct Tickets {
    key: hmac::Key,
    seed: u64,
    generation: u64,
}

impl Tickets {
    pub fn new(seed: u64) -> Self {
        Self { key: key(seed, 0), seed, generation: 0 }
    }

    /// A new key: whatever was signed before is worth nothing any more.
    pub fn expire_all(&mut self) {
        self.generation += 1;
        self.key = key(self.seed, self.generation);
    }

    pub fn ticket(&self, user: &str, now: Moment) -> String {
        self.signed(&format!("PVE:{user}"), now)
    }

    /// Half a ticket: it only opens the door to the second factor.
    pub fn half_ticket(&self, user: &str, now: Moment) -> String {
        let head = format!("PVE:!tfa!{{\"totp\"%3Atrue}}:{:08X}", now.as_secs());
        let signature = self.signature(&format!("{head}:{user}"));
        format!("{head}::{signature}")
    }

    /// For one user at the terminal of one guest or node.
    pub fn vnc_ticket(&self, user: &str, path: &str, now: Moment) -> String {
        let head = format!("PVEVNC:{:08X}", now.as_secs());
        let signature = self.signature(&format!("{head}:{user}:{path}"));
        format!("{head}::{signature}")
    }

    pub fn is_vnc_ticket(&self, ticket: &str, user: &str, path: &str, now: Moment) -> bool {
        let Some((head, signature)) = ticket.split_once("::") else { return false };
        let Some(made) = head.strip_prefix("PVEVNC:").and_then(|stamp| i64::from_str_radix(stamp, 16).ok()) else {
            return false;
        };
        let age = now.as_secs() - made;
        (-20..CONSOLE_SECONDS).contains(&age) && signature == self.signature(&format!("{head}:{user}:{path}"))
    }

    pub fn csrf(&self, user: &str, now: Moment) -> String {
        let stamp = format!("{:08X}", now.as_secs());
        format!("{stamp}:{}", self.csrf_signature(&stamp, user))
    }

    pub fn is_csrf(&self, token: &str, user: &str, now: Moment) -> bool {
        let Some((stamp, signature)) = token.split_once(':') else { return false };
        is_young(stamp, now) && signature == self.csrf_signature(stamp, user)
    }

    /// Whose ticket this is, when it is a good one.
    pub fn user_of(&self, ticket: &str, now: Moment) -> Option<String> {
        let (head, signature) = ticket.split_once("::")?;
        let (who, stamp) = head.rsplit_once(':')?;
        let user = who.strip_prefix("PVE:").filter(|user| !user.starts_with('!'))?;
        (is_young(stamp, now) && signature == self.signature(head)).then(|| user.to_owned())
    }

    /// Whether this is the half ticket that `user` was given.
    pub fn is_half_ticket(&self, ticket: &str, user: &str, now: Moment) -> bool {
        let Some((head, signature)) = ticket.split_once("::") else { return false };
        let stamp = head.rsplit(':').next().unwrap_or_default();
        head.starts_with("PVE:!tfa!") && is_young(stamp, now) && signature == self.signature(&format!("{head}:{user}"))
    }

    fn signed(&self, who: &str, now: Moment) -> String {
        let head = format!("{who}:{:08X}", now.as_secs());
        let signature = self.signature(&head);
        format!("{head}::{signature}")
    }

    /// As long as the RSA signature of a real one.
    fn signature(&self, text: &str) -> String {
        let bytes: Vec<u8> = (0..8u8)
            .flat_map(|part| hmac::sign(&self.key, format!("{part}{text}").as_bytes()).as_ref().to_vec())
            .collect();
        STANDARD.encode(bytes)
    }

    fn csrf_signature(&self, stamp: &str, user: &str) -> String {
        STANDARD
            .encode(hmac::sign(&self.key, format!("csrf:{stamp}:{user}").as_bytes()))
            .trim_end_matches('=')
            .to_owned()
    }
}

fn key(seed: u64, generation: u64) -> hmac::Key {
    let bytes: Vec<u8> = (0..4).flat_map(|part| mix(mix(seed, 0x7163), generation * 4 + part).to_be_bytes()).collect();
    hmac::Key::new(hmac::HMAC_SHA256, &bytes)
}

fn is_young(stamp: &str, now: Moment) -> bool {
    let Ok(made) = i64::from_str_radix(stamp, 16) else { return false };
    let age = now.as_secs() - made;
    stamp.len() == 8 && (-SKEW_SECONDS..LIFE_SECONDS).contains(&age)
}

/// The code of RFC 6238 for a step of 30 seconds.
pub fn totp(secret: &[u8], step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let digest = tag.as_ref();
    let place = usize::from(digest[19] & 15);
    let word = digest[place..place + 4].iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
    format!("{:06}", (word & 0x7FFF_FFFF) % 1_000_000)
}

/// Reads the secret of an `otpauth://` address.
pub fn secret_of(address: &str) -> Option<Vec<u8>> {
    let query = address.strip_prefix("otpauth://totp/")?.split_once('?')?.1;
    let text = query.split('&').find_map(|pair| pair.strip_prefix("secret="))?;
    from_base32(&text.replace("%3D", ""))
}

pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut held, mut bytes) = (0u32, 0u32, Vec::new());
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
        bits &= (1 << held) - 1;
    }
    Some(bytes)
}

pub fn to_base32(bytes: &[u8]) -> String {
    let (mut bits, mut held, mut text) = (0u32, 0u32, String::new());
    let letter = |value: u32| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(value & 31) as usize]);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(letter(bits >> held));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        text.push(letter(bits << (5 - held)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of RFC 6238, cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        assert_eq!(totp(secret, 59 / 30), "287082");
        assert_eq!(totp(secret, 1_111_111_109 / 30), "081804");
        assert_eq!(totp(secret, 20_000_000_000 / 30), "353130");
    }

    #[test]
    fn base32_there_and_back() {
        assert_eq!(to_base32(b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for length in 0..40u8 {
            let bytes: Vec<u8> = (0..length).map(|n| n.wrapping_mul(37)).collect();
            assert_eq!(from_base32(&to_base32(&bytes)).as_deref(), Some(bytes.as_slice()));
        }
    }

    #[test]
    fn a_ticket_lives_two_hours() {
        let tickets = Tickets::new(1);
        let now = Moment::from_secs(1_795_168_800);
        let ticket = tickets.ticket("root@pam", now);
        let after = |seconds: i64| Moment(now.0 + seconds * 1000);
        assert_eq!(tickets.user_of(&ticket, after(7_100)).as_deref(), Some("root@pam"));
        assert_eq!(tickets.user_of(&ticket, after(7_300)), None);
        assert_eq!(tickets.user_of(&ticket, after(-200)).as_deref(), Some("root@pam"));
        assert_eq!(tickets.user_of(&ticket, after(-400)), None);
        assert_eq!(Tickets::new(2).user_of(&ticket, now), None);
    }
}
