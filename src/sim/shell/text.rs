//! Text of the shell: every char is one byte (0 to 255), so that whatever passes a variable or a pipe stays as it was,
//! valid UTF-8 or not.

/// Bytes as text of the shell.
pub fn from_bytes(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

pub fn to_bytes(text: &str) -> Vec<u8> {
    // A char beyond a byte can only come from our own texts; those are ASCII.
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}
