//! How a job begins. What must hold: everything may be said again, by several at a time, and what was begun is not begun
//! once more.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Complaints, JobId, Script, run};
use crate::{
    domain::quote::quoted,
    exec::{
        error::ExecError,
        frame::{sum, word},
        link::Link,
        upload::upload,
    },
};

/// So many bytes of a script fit beside the rest of the line that begins it.
const INLINE: usize = 600;
const WHAT: &str = "the script could not be begun";

/// In its own session it claims the job, which only one can, and leaves its code behind. Links need no room on a full
/// disk, and are there whole or not at all.
const RUNNER: &str = concat!(
    "cd $1&&ln -s $$ pid 2>/dev/null||exit;d=$(pwd);umask 022;",
    "HOME=${HOME:-/root};export HOME;unset PXL;cd \"$HOME\" 2>/dev/null||cd /;",
    "case $(head -c 2 $d/run) in \"#!\")r=$d/run;;*)r=\"sh $d/run\";;esac;",
    "if [ $2 = 1 ];then $r >$d/out 2>&1 </dev/null;else $r >$d/out 2>$d/err </dev/null;fi;",
    "ln -s $? $d/rc",
);
/// Where `setsid` goes into the background by itself, the script's signals stay as they should be.
const LAUNCH: &str = "L(){ if setsid -f true 2>/dev/null;then setsid -f \"$@\" >/dev/null 2>&1 </dev/null;\
    else S=setsid;command -v setsid >/dev/null 2>&1||S=;$S \"$@\" >/dev/null 2>&1 </dev/null & fi;}";

/// Puts the script there and begins it, unless that was done already.
pub async fn begin(link: &mut Link, id: &JobId, script: &Script) -> Result<(), ExecError> {
    let dir = link.ground.job(id.as_str());
    let within = u8::from(script.complaints == Complaints::Within);
    let launch = format!("{{ [ -L pid ]||{{ {LAUNCH};L sh -c {} - {dir} {within};}};}}", quoted(RUNNER));
    let prepare = format!(
        "umask 077;mkdir -p {dir}&&cd {dir}&&: >>out&&: >>err&&{{ [ -e boot ]||{{ {{ {mark};}} >boot.$$&&mv -f boot.$$ boot;}};}}",
        mark = link.ground.mark
    );
    if script.text.len() <= INLINE {
        let text = STANDARD.encode(&script.text);
        let write = put_in_place("run.$$", &format!("printf %s {text}|base64 -d >run.$$"));
        return run(link, WHAT, format!("{prepare}&&{write}&&{launch}")).await.map(drop);
    }
    if run(link, WHAT, format!("{prepare}&&{{ [ ! -L pid ]||echo {BEGUN};}}")).await? == BEGUN {
        return Ok(());
    }
    let part = format!("run.{}", word(4));
    upload(link, &format!("{}/jobs/{}/{part}", link.ground.folder, id.as_str()), &script.text).await?;
    let proof = quoted(&format!("{}  -", sum(&script.text)));
    let write = put_in_place(&part, &format!("[ \"$(sha256sum <{part})\" = {proof} ]"));
    run(link, WHAT, format!("cd {dir}&&{write}&&{launch}")).await.map(drop)
}

/// Said of a job that was begun before.
const BEGUN: &str = "begun";

/// A script that is there already stays: a shell may be reading it.
fn put_in_place(part: &str, made: &str) -> String {
    format!("{{ [ -e run ]||{{ {made}&&chmod 700 {part}&&mv -f {part} run;}};}}")
}

#[cfg(test)]
mod tests {
    use std::{fs, process::Command};

    use super::*;

    #[test]
    fn whoever_comes_second_to_a_job_leaves_it_alone() {
        for shell in [&["sh"][..], &["bash"], &["busybox", "sh"]] {
            if Command::new(shell[0]).arg("--help").output().is_err() {
                continue;
            }
            let folder = tempfile::tempdir().expect("a folder");
            let (job, ran) = (folder.path().join("job"), folder.path().join("ran"));
            fs::create_dir(&job).expect("a job");
            fs::write(job.join("run"), format!("echo ran >>{}; exit 3\n", ran.display())).expect("a script");
            for _ in 0..2 {
                let mut runner = Command::new(shell[0]);
                runner.args(&shell[1..]).args(["-c", RUNNER, "-"]).arg(&job).arg("0");
                runner.output().expect("it runs");
            }
            assert_eq!(fs::read_to_string(&ran).expect("a trace"), "ran\n", "{shell:?}");
            assert_eq!(fs::read_link(job.join("rc")).expect("a code").to_str(), Some("3"), "{shell:?}");
        }
    }
}
