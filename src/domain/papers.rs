//! What an app is written down in: its recipe, what was chosen, what Proxmox has of it, and the files inside. What must
//! hold: no secret stands in any of them, and what could not be read says why.

use super::fault::Fault;

#[derive(Debug, Clone, PartialEq)]
pub struct Paper {
    pub name: String,
    pub lies: Lies,
    /// With dots where a secret stood.
    pub text: Result<String, Fault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    /// Among the recipes.
    OnTheShelf,
    InOurBooks,
    AtProxmox,
    /// In the container.
    Inside,
}

impl Lies {
    pub fn words(self) -> &'static str {
        match self {
            Self::OnTheShelf => "on the shelf",
            Self::InOurBooks => "in our books",
            Self::AtProxmox => "at Proxmox",
            Self::Inside => "inside",
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Self::OnTheShelf => "shelf",
            Self::InOurBooks => "books",
            Self::AtProxmox => "proxmox",
            Self::Inside => "inside",
        }
    }
}

/// By this word the lines are known that are the script's own.
const SIGN: &str = "#proximity-file ";

/// Tells the files of an app, and what lies in its folder. `others` are words for a shell.
pub fn script(folder: &str, others: &[String]) -> String {
    let others = others.join(" ");
    format!(
        r#"for one in {folder}/compose.yaml {folder}/.env {folder}/files/* /etc/proximity/app.env {others}; do
  if [ -f "$one" ]; then
    echo "{SIGN}$one"
    head -c 60000 "$one"
    echo
  fi
done
if [ -d {folder} ]; then
  echo "{SIGN}{folder}"
  ls -la {folder}
fi
"#
    )
}

/// Path and text of each.
pub fn read(printed: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in printed.lines() {
        match (line.strip_prefix(SIGN), found.last_mut()) {
            (Some(path), _) => found.push((path.to_owned(), String::new())),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    found.iter_mut().for_each(|(_, text)| text.truncate(text.trim_end().len()));
    found
}
