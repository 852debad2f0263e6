//! The script that brings a log out of a container. What must hold: it only looks, it needs nothing that is not there, and
//! no name of anybody's is pasted into it unquoted.

use super::{LogAsk, Stamp};
use crate::domain::quote::quoted;

/// A piece is never longer, in bytes; several containers share it.
pub(super) const MOST: usize = 400_000;
/// By this word the lines are known that are the script's own.
pub(super) const SIGN: &str = "#proximity-log ";

/// Where the compose file of an app lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folder<'a>(pub &'a str);

/// What is most its own comes first: the services of its compose file, whatever containers there are, its units.
pub fn script(folder: Folder, units: &[String], ask: &LogAsk) -> String {
    let n = ask.lines.max(1);
    let since = ask.after.as_ref().and_then(|mark| mark.at).or(ask.since.map(Stamp::of));
    let to_docker = since.map_or(String::new(), |stamp| format!(" --since {}", quoted(&rfc3339(stamp))));
    let to_journal = since.map_or(String::new(), |stamp| format!(" --since @{}", stamp.0.div_euclid(1_000_000_000)));
    let named: String = units.iter().map(|unit| format!(" -u {}", quoted(unit))).collect();
    let folder = quoted(folder.0);
    format!(
        r#"if [ -f {folder}/compose.yaml ] && docker compose version >/dev/null 2>&1; then
  echo '{SIGN}compose'
  cd {folder}
  docker compose logs --no-color --timestamps --tail {n}{to_docker} 2>&1 | tail -c {MOST}
elif command -v docker >/dev/null 2>&1 && [ -n "$(docker ps -aq 2>/dev/null)" ]; then
  count=$(docker ps -aq 2>/dev/null | wc -l)
  [ "$count" -gt 0 ] || count=1
  most=$(({MOST} / count))
  for one in $(docker ps -a --format '{{{{.Names}}}}'); do
    echo "{SIGN}container $one"
    docker logs --timestamps --tail {n}{to_docker} "$one" 2>&1 | tail -c "$most"
  done
elif command -v journalctl >/dev/null 2>&1; then
  echo '{SIGN}journal'
  journalctl --quiet --no-pager -o short-iso-precise -n {n}{to_journal}{named} 2>&1 | tail -c {MOST}
else
  file=$(readlink /proc/1/fd/1 2>/dev/null)
  if [ -f "$file" ]; then
    echo "{SIGN}file $file"
    tail -n {n} "$file" | tail -c {MOST}
  else
    echo '{SIGN}console'
  fi
fi
"#
    )
}

fn rfc3339(stamp: Stamp) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(stamp.0)).unwrap_or_default().to_string()
}
