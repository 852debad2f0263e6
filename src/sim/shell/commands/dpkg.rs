//! What is installed, as `dpkg` and `dpkg-query` tell it.

use super::{Call, Command, Running};
use crate::sim::shell::software::{
    installed::{self, Entry},
    packages,
};

pub const TABLE: &[Command] = &[("dpkg", dpkg), ("dpkg-query", dpkg)];

fn dpkg(call: Call) -> Running {
    Box::pin(async move {
        let mut format = None;
        let mut words = Vec::new();
        let mut given = call.words[1..].iter();
        while let Some(word) = given.next() {
            match word.as_str() {
                "-f" => format = given.next().cloned(),
                _ => {
                    match word.strip_prefix("-f=").or(word.strip_prefix("--showformat=")).or(word.strip_prefix("-f")) {
                        Some(text) => format = Some(text.to_owned()),
                        None => words.push(word.clone()),
                    }
                }
            }
        }
        let what = words.first().cloned().unwrap_or_default();
        let names = words.get(1..).unwrap_or_default();
        match what.as_str() {
            "-s" | "--status" => tell(&call, names, paragraph).await,
            "-W" | "--show" => {
                let format = format.unwrap_or_else(|| "${Package}\\t${Version}\\n".into());
                tell(&call, names, |entry| fill(&format, entry)).await
            }
            "-l" | "--list" => {
                call.out("Desired=Unknown/Install/Remove/Purge/Hold\n||/ Name Version Architecture Description\n")
                    .await?;
                tell(&call, names, row).await
            }
            "-L" | "--listfiles" => tell(&call, names, listing).await,
            "--print-architecture" => call.out("amd64\n").await.map(|()| 0),
            "--configure" | "--audit" | "-C" => Ok(0),
            "--compare-versions" => Ok(i32::from(!compare(names))),
            _ => {
                call.write(2, b"dpkg: error: need an action option\n").await?;
                Ok(2)
            }
        }
    })
}

async fn tell(
    call: &Call,
    names: &[String],
    text: impl Fn(&Entry) -> String,
) -> Result<i32, crate::sim::shell::sys::Broken> {
    let all = call.sys.with(|kernel| installed::entries(&kernel.files));
    if names.is_empty() {
        for entry in &all {
            call.out(&text(entry)).await?;
        }
        return Ok(0);
    }
    let mut code = 0;
    for name in names {
        let name = name.split(':').next().unwrap_or(name);
        match all.iter().find(|entry| entry.name == name) {
            Some(entry) => call.out(&text(entry)).await?,
            None => {
                let is_status = call.words.iter().any(|word| word == "-s" || word == "--status");
                let text = if is_status {
                    format!(
                        "dpkg-query: package '{name}' is not installed and no information is available\nUse dpkg --info (= dpkg-deb --info) to examine archive files.\n"
                    )
                } else {
                    format!("dpkg-query: no packages found matching {name}\n")
                };
                call.write(2, text.as_bytes()).await?;
                code = 1;
            }
        }
    }
    Ok(code)
}

fn about(entry: &Entry) -> &'static str {
    packages::known(&entry.name).map_or("", |package| package.about)
}

fn paragraph(entry: &Entry) -> String {
    let Entry { name, status, version } = entry;
    format!(
        "Package: {name}\nStatus: {status}\nPriority: optional\nSection: admin\nArchitecture: amd64\nVersion: {version}\nDescription: {}\n",
        about(entry)
    )
}

fn row(entry: &Entry) -> String {
    let Entry { name, version, .. } = entry;
    format!("{}  {name} {version} amd64 {}\n", if entry.is_there() { "ii" } else { "rc" }, about(entry))
}

fn listing(entry: &Entry) -> String {
    let Some(package) = packages::known(&entry.name) else { return String::new() };
    let files = package.files.iter().map(|(path, _)| *path);
    package.commands.iter().copied().chain(files).map(|path| format!("{path}\n")).collect()
}

fn fill(format: &str, entry: &Entry) -> String {
    let short = if entry.is_there() { "ii " } else { "rc " };
    let fields = [
        ("${Package}", entry.name.as_str()),
        ("${binary:Package}", &entry.name),
        ("${Version}", &entry.version),
        ("${Status}", &entry.status),
        ("${db:Status-Status}", entry.status.rsplit(' ').next().unwrap_or_default()),
        ("${db:Status-Abbrev}", short),
        ("${Architecture}", "amd64"),
        ("\\n", "\n"),
        ("\\t", "\t"),
    ];
    fields.iter().fold(format.to_owned(), |text, (field, value)| text.replace(field, value))
}

/// Whether one version stands so to another; the numbers in them are compared one by one.
fn compare(words: &[String]) -> bool {
    let [left, sign, right] = words else { return false };
    let numbers = |text: &str| -> Vec<u64> {
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
    };
    let order = numbers(left).cmp(&numbers(right));
    match sign.as_str() {
        "lt" | "<<" => order.is_lt(),
        "le" | "<=" => order.is_le(),
        "eq" | "=" => order.is_eq(),
        "ne" => order.is_ne(),
        "ge" | ">=" => order.is_ge(),
        "gt" | ">>" => order.is_gt(),
        _ => false,
    }
}
