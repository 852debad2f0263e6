//! Parameters as a client sent them, in a query, a form or a JSON body. Nothing is judged here.

use percent_encoding::percent_decode_str;

#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    Text(String),
    /// Only JSON can say true and false.
    Flag(bool),
    Many(Vec<String>),
    Object,
    /// A file that was uploaded.
    File(Upload),
}

/// What is known of an uploaded file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upload {
    pub size: u64,
    /// Its checksum, when one was asked for.
    pub sum: Option<String>,
}

impl Upload {
    /// Where it lies until it is put in its place.
    pub fn place(&self) -> String {
        format!("/var/tmp/pveupload-{:032x}", 0x9e37_79b9_7f4a_7c15_u128.wrapping_mul(u128::from(self.size) + 7))
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Params(Vec<(String, Given)>);

impl Params {
    pub fn get(&self, name: &str) -> Option<&Given> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, given)| given)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Given)> {
        self.0.iter().map(|(key, given)| (key.as_str(), given))
    }

    /// The text of a parameter once it was judged: flags are 1 and 0, several texts are one list.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Given::Text(text) => Some(text.clone()),
            Given::Flag(flag) => Some(u8::from(*flag).to_string()),
            Given::Many(items) => Some(items.join(",")),
            Given::Object => None,
            Given::File(file) => Some(file.place()),
        }
    }

    /// The file that came with the call.
    pub fn upload(&self) -> Option<&Upload> {
        self.0.iter().find_map(|(_, given)| if let Given::File(file) = given { Some(file) } else { None })
    }

    /// Adds one more; a name given twice becomes a list.
    pub fn add(&mut self, name: String, given: Given) {
        let Some((_, known)) = self.0.iter_mut().find(|(key, _)| *key == name) else {
            self.0.push((name, given));
            return;
        };
        *known = match (std::mem::replace(known, Given::Object), given) {
            (Given::Text(first), Given::Text(second)) => Given::Many(vec![first, second]),
            (Given::Many(mut items), Given::Text(next)) => {
                items.push(next);
                Given::Many(items)
            }
            (_, latest) => latest,
        };
    }

    /// The variables of a path count as parameters; the same name with another value is an error.
    pub fn join(mut self, variables: &[(&str, String)]) -> Result<Self, Vec<(String, String)>> {
        let mut errors = Vec::new();
        for (name, value) in variables {
            if let Some(given) = self.get(name)
                && self.text(name).as_deref() != Some(value)
                && *given != Given::Text(value.clone())
            {
                let text = "duplicate parameter (already defined in URI) with conflicting values!";
                errors.push(((*name).to_owned(), text.to_owned()));
            }
            self.0.retain(|(key, _)| key != name);
            self.0.push(((*name).to_owned(), Given::Text(value.clone())));
        }
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }

    /// Reads `a=1&b=two+words`.
    pub fn take_form(&mut self, text: &str) {
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.add(decode(name), Given::Text(decode(value)));
        }
    }

    /// Reads a JSON object; anything else holds no parameters.
    pub fn take_json(&mut self, text: &str) -> Result<(), serde_json::Error> {
        let values: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text)?;
        for (name, value) in values {
            let given = match value {
                serde_json::Value::Null => continue,
                serde_json::Value::Bool(flag) => Given::Flag(flag),
                serde_json::Value::Object(_) => Given::Object,
                serde_json::Value::Array(items) => Given::Many(items.iter().map(plain).collect()),
                other => Given::Text(plain(&other)),
            };
            self.0.push((name, given));
        }
        Ok(())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Params {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), Given::Text((*value).to_owned()))).collect())
    }
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
