//! Notes that a backup gets, with words that Proxmox fills in: `{{guestname}}`, `{{vmid}}`, `{{node}}`, `{{cluster}}`.

/// Proxmox wants a single line, so line ends and backslashes travel in another spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotesTemplate(String);

impl NotesTemplate {
    pub fn new(text: &str) -> Self {
        Self(text.replace('\\', "\\\\").replace("\r\n", "\\n").replace(['\n', '\r'], "\\n"))
    }

    /// Of what Proxmox keeps.
    pub(in crate::proxmox) fn kept(line: &str) -> Self {
        Self(line.to_owned())
    }

    /// As it is sent.
    pub fn line(&self) -> &str {
        &self.0
    }

    /// As it was written.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut letters = self.0.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => match letters.next() {
                    Some('n') => text.push('\n'),
                    Some(other) => text.push(other),
                    None => text.push('\\'),
                },
                other => text.push(other),
            }
        }
        text
    }
}
