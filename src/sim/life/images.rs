//! What a container takes over from the OCI image it is made of.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Worker, systems::SYSTEMS};
use crate::sim::{
    datacenter::Datacenter,
    world::{
        guest::Config,
        options::{kept, stem},
        storage::Image,
    },
};

impl Datacenter {
    /// The image that runs the same program as this configuration, if it is still at hand.
    pub(super) fn image_of(&self, config: &Config) -> Option<Arc<Image>> {
        let line = config.get("entrypoint")?.as_str()?;
        let images =
            self.storages.iter().flat_map(|storage| &storage.volumes).filter_map(|volume| volume.image.as_ref());
        images.into_iter().find(|image| quoted(&image.entrypoint) == line).cloned()
    }

    /// Takes over what an OCI image says of itself; what was asked for in its place is lost. Gives the system in it.
    pub(super) fn unfold(&mut self, image: &Arc<Image>, config: &mut Config, worker: Worker) -> Result<String, String> {
        self.note(worker, "Detected OCI archive");
        for path in &image.volumes {
            self.note(worker, format!("creating base directory for volume at {path}"));
        }
        let is_init = image.entrypoint.first().is_some_and(|first| first == "/sbin/init");
        if !image.entrypoint.is_empty() && !is_init {
            config.insert("entrypoint".into(), json!(quoted(&image.entrypoint)));
            config.insert("cmode".into(), json!("console"));
            for (name, value) in config.iter_mut().filter(|(name, _)| stem(name) == "net") {
                let text = value.as_str().unwrap_or_default();
                if !text.contains("host-managed=") {
                    self.note(worker, format!("Auto-Enabling host-managed network for network device {name}."));
                    *value = kept(name, &format!("{text},host-managed=1"), 0);
                }
            }
        }
        config.insert("lxc".into(), raw_options(image));
        if !image.env.is_empty() {
            config.insert("env".into(), json!(image.env.join("\0")));
        }
        match image.system.as_str() {
            _ if config.get("ostype") == Some(&json!("unmanaged")) => Ok("unmanaged".into()),
            "" => Ok("unmanaged".into()),
            system if SYSTEMS.contains(&system) => Ok(system.into()),
            system => {
                self.note(worker, format!("unknown ID '{system}' in /etc/os-release file, trying fallback detection"));
                Err("unable to detect OS distribution".into())
            }
        }
    }
}

/// The raw keys LXC gets from an image.
fn raw_options(image: &Image) -> Value {
    let mut pairs: Vec<[String; 2]> = Vec::new();
    let (user, group) = image.user.split_once(':').unwrap_or((&image.user, ""));
    for (key, name) in [("lxc.init.uid", user), ("lxc.init.gid", if group.is_empty() { user } else { group })] {
        if !name.is_empty() {
            pairs.push([key.into(), number_of(name).to_string()]);
        }
    }
    if !user.is_empty() && group.is_empty() {
        pairs.push(["lxc.init.groups".into(), number_of(user).to_string()]);
    }
    if !image.workdir.is_empty() {
        pairs.push(["lxc.init.cwd".into(), image.workdir.clone()]);
    }
    pairs.push(["lxc.signal.halt".into(), "SIGTERM".into()]);
    json!(pairs)
}

/// The number of a user, as images have it.
fn number_of(name: &str) -> u32 {
    let known = [
        ("root", 0),
        ("www-data", 33),
        ("nginx", 101),
        ("redis", 999),
        ("postgres", 70),
        ("node", 1_000),
        ("nobody", 65_534),
    ];
    let found = known.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
    name.parse().ok().or(found).unwrap_or(1_000)
}

/// Words as one line that a shell reads back as the same words.
fn quoted(words: &[String]) -> String {
    let is_plain =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "!%+,-./:=@^_".contains(c));
    let quote = |word: &String| {
        if is_plain(word) { word.clone() } else { format!("'{}'", word.replace('\'', "'\\''")) }
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        let words = ["/bin/sh", "-c", "while true; do sleep 5; done"].map(str::to_owned);
        assert_eq!(quoted(&words), "/bin/sh -c 'while true; do sleep 5; done'");
    }
}
