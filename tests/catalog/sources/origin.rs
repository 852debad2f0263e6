//! A repository as others have it, made by the real git.

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::Value;

pub struct Origin {
    folder: tempfile::TempDir,
}

impl Origin {
    /// Nothing where there is no git, which is told.
    pub fn empty() -> Option<Self> {
        if Command::new("git").arg("--version").output().is_err() {
            assert!(std::env::var_os("PROXIMITY_CI").is_none(), "git is missing");
            eprintln!("not run: there is no git on this machine");
            return None;
        }
        let origin = Self { folder: tempfile::tempdir().unwrap() };
        origin.git(&["init", "--quiet", "--initial-branch", "main"]);
        Some(origin)
    }

    /// With these recipes, `id version`.
    pub fn with(recipes: &[(&str, &str)]) -> Option<Self> {
        let origin = Self::empty()?;
        recipes.iter().for_each(|(id, version)| origin.put(id, version));
        origin.commit();
        Some(origin)
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub fn url(&self) -> String {
        self.folder.path().display().to_string()
    }

    pub fn git(&self, words: &[&str]) -> String {
        self.git_told(words, "")
    }

    pub fn git_told(&self, words: &[&str], stdin: &str) -> String {
        let mut git = Command::new("git");
        git.current_dir(self.folder.path()).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        git.args(["-c", "user.name=Someone", "-c", "user.email=someone@example.org", "-c", "gc.auto=0"]).args(words);
        git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut git = git.spawn().unwrap();
        git.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        let done = git.wait_with_output().unwrap();
        assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn put(&self, id: &str, version: &str) {
        self.write(&format!("recipes/{id}.json"), recipe(id, version).to_string());
    }

    pub fn remove(&self, id: &str) {
        std::fs::remove_file(self.folder.path().join(format!("recipes/{id}.json"))).unwrap();
    }

    /// All that lies there; says which commit it is.
    pub fn commit(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", "news"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// One file of a tree that no work tree could hold.
    pub fn blob(&self, text: &str) -> String {
        self.git_told(&["hash-object", "-w", "--stdin"], text)
    }

    /// Makes a commit of this tree the newest.
    pub fn commit_tree(&self, tree: &str) -> String {
        let commit = self.git(&["commit-tree", tree, "-m", "odd"]);
        self.git(&["update-ref", "refs/heads/main", &commit]);
        commit
    }
}

/// A sound recipe.
pub fn recipe(id: &str, version: &str) -> Value {
    let mut recipe: Value = serde_json::from_str(include_str!("../../../catalog_data/mosquitto.json")).unwrap();
    recipe["id"] = id.into();
    recipe["version"] = version.into();
    recipe
}
