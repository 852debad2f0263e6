//! How a job begins. What must hold: everything may be said again, and what was begun is not begun once more.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Complaints, JobId, Script, run};
use crate::{
    domain::quote::quoted,
    exec::{error::ExecError, frame::sum, link::Link, upload::upload},
};

/// So many bytes of a script fit beside the rest of the line that begins it.
const INLINE: usize = 600;

/// In its own session it claims the job, which only one can, and leaves its code behind.
const RUNNER: &str = concat!(
    "cd $1&&mkdir claim 2>/dev/null||exit;echo $$ >pid;d=$(pwd);umask 022;",
    "HOME=${HOME:-/root};export HOME;unset PXL;cd \"$HOME\" 2>/dev/null||cd /;",
    "case $(head -c 2 $d/run) in \"#!\")r=$d/run;;*)r=\"sh $d/run\";;esac;",
    "if [ $2 = 1 ];then $r >$d/out 2>&1 </dev/null;else $r >$d/out 2>$d/err </dev/null;fi;",
    "echo $? >$d/rc.t;mv $d/rc.t $d/rc",
);

/// Puts the script there and begins it, unless that was done already.
pub async fn begin(link: &mut Link, id: &JobId, script: &Script) -> Result<(), ExecError> {
    let dir = link.ground.job(id.as_str());
    let within = u8::from(script.complaints == Complaints::Within);
    let runner = quoted(RUNNER);
    let launch = format!(
        "{{ [ -d {dir}/claim ]||{{ S=setsid;command -v setsid >/dev/null 2>&1||S=;\
         $S sh -c {runner} - {dir} {within} >/dev/null 2>&1 </dev/null & }};}}"
    );
    let prepare = format!(
        "umask 077;mkdir -p {dir}&&cd {dir}&&: >>out&&: >>err&&{{ [ -e boot ]||{{ {{ {mark};}} >boot.t&&mv boot.t boot;}};}}",
        mark = link.ground.mark
    );
    if script.text.len() <= INLINE {
        let text = STANDARD.encode(&script.text);
        let write = format!("{{ [ -e run ]||{{ printf %s {text}|base64 -d >run.t&&chmod 700 run.t&&mv run.t run;}};}}");
        return run(link, "the script could not be begun", format!("{prepare}&&{write}&&{launch}")).await.map(drop);
    }
    if run(link, "the script could not be begun", format!("{prepare}&&{{ [ ! -d claim ]||echo {BEGUN};}}")).await?
        == BEGUN
    {
        return Ok(());
    }
    let (part, whole) = (format!("{}/jobs/{}/run.t", link.ground.folder, id.as_str()), sum(&script.text));
    upload(link, &part, &script.text).await?;
    let settle = format!(
        "cd {dir}&&{{ [ -e run ]||{{ [ \"$(sha256sum <run.t)\" = {} ]&&chmod 700 run.t&&mv run.t run;}};}}&&{launch}",
        quoted(&format!("{whole}  -"))
    );
    run(link, "the script could not be begun", settle).await.map(drop)
}

/// Said of a job that was begun before.
const BEGUN: &str = "begun";
