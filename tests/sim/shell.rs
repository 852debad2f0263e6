//! The small shell inside simulated guests: what scripts write and how they end, held to a table and, where there is a
//! real one, to the shell of this machine.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use proximity::{
    domain::moment::Moment,
    sim::shell::{Entry, Flavour, Host, Machine},
};

fn machine(flavour: Flavour) -> Machine {
    let now = Moment(1_795_176_000_000);
    let host = Host {
        name: "box".into(),
        flavour,
        booted: now,
        node_booted: Moment(now.0 - 86_400_000),
        address: "127.77.1.10/16".into(),
        memory: 512 << 20,
        environment: Vec::new(),
    };
    Machine::new(host, now)
}

/// What a script writes and its code, in a fresh guest.
fn run(script: &str) -> (String, i32) {
    let (text, code) = machine(Flavour::Debian).script(&format!("mkdir /nowhere; cd /nowhere\n{script}"), 600_000);
    (String::from_utf8_lossy(&text).into_owned(), code.unwrap_or(-1))
}

/// Every script here means the same to any POSIX shell.
const SAME_EVERYWHERE: &[&str] = &[
    // words and quotes
    "echo a  b   c; echo 'a  b' \"c  d\" e\\ f",
    "x='1 2  3'; echo $x; echo \"$x\"; echo \"[${x}]\"",
    "echo \"a\\\"b\\$c\\\\d\\e\" 'it'\\''s' \"$(echo \"in ner\")\"",
    "set -- a 'b c' d; echo $#; for i in \"$@\"; do echo \"<$i>\"; done; for i in $*; do echo \"[$i]\"; done; echo \"$*\"",
    "set --; for i in \"$@\"; do echo never; done; echo $# \"x$@y\"",
    "IFS=:; x=a:b::c; set -- $x; echo $# $3 $4; echo \"$*\"",
    "x=; echo ${x:-none} ${x-empty} ${y-unset} ${y:+set} ${z:=9} $z ${#z}",
    "f=/a/b/c.tar.gz; echo ${f##*/} ${f%/*} ${f%%.*} ${f#*/} ${f%.gz}",
    "x='*'; echo \"$x\" '*' \\*",
    "echo ~root >/dev/null; cd /; echo /et[c]; echo /nothing*here; echo \"/et[c]\"",
    "a=1 b=2; a=3 sh -c 'echo $a $b'; echo $a",
    "x=abc; x=$x$x; echo \"${x}d\" $x''e",
    "echo $((1+2*3)) $(( (1+2)*3 )) $((7/2)) $((7%3)) $((1<<4)) $((5>3)) $((!0)) $((-2 - -3))",
    "i=3; echo $((i+1)) $(($i*2)) $((i+=4)) $i; echo $((0x10)) $((010)) $((1?2:3)) $((1&&0||1))",
    "echo `echo back \\`echo ticks\\`` $(echo $(echo deep))",
    "printf '%s-%s\\n' a b c; printf '%d %5d|%-5d|%05d\\n' 1 2 3 4; printf '%x %o %c %%\\n' 255 8 word",
    "printf 'tab\\there\\101\\n'; printf '%b' 'a\\tb\\n'; printf '%s\\n' 'a\\tb'; printf '%.2s|\\n' abcdef",
    "printf '\\n%s%s:%d\\n' 4f2a 91c7 0; printf '\\377\\000\\001' | od -An -tx1",
    // what follows what
    "true && echo yes || echo no; false && echo yes || echo no; ! true; echo $?; ! false; echo $?",
    "false; echo $?; (exit 3); echo $?; sh -c 'exit 42'; echo $?; { false; }; echo $?",
    "if true; then echo a; elif true; then echo b; else echo c; fi; if false; then echo d; fi; echo $?",
    "i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; echo $i; done; echo end $i",
    "for a in 1 2 3; do for b in x y; do [ $b = y ] && continue 2; echo $a$b; [ $a = 2 ] && break 2; done; done",
    "until [ \"$n\" = xxx ]; do n=x$n; done; echo $n",
    "case abc in a*) echo one;; abc) echo two;; esac; case x in y|x) echo either;; *) echo other;; esac; case z in y) :;; esac; echo $?",
    "f() { echo \"$1 of $#\"; return 5; }; f a b; echo $?; echo ${1-none}",
    "fact() { if [ $1 -le 1 ]; then echo 1; else echo $(( $1 * $(fact $(($1-1))) )); fi; }; fact 6",
    "set -e; false || true; if false; then :; fi; echo still; false; echo never",
    "set -u; echo ${nothing-fine}; (echo $nothing) 2>/dev/null; echo $?",
    "exit 300",
    "exit",
    "nosuchcommand 2>/dev/null; echo $?",
    "echo before; if then",
    "echo 'a",
    "( echo a",
    "echo a &&",
    "trap 'echo bye' EXIT; echo work; exit 4",
    "trap 'echo got' TERM; kill -TERM $$; echo after",
    "x=1; (x=2; echo $x); echo $x; { x=3; }; echo $x; x=4 | cat; echo $x",
    "a() { local v=1; b; echo $v; }; b() { v=2; }; a; echo ${v-gone}",
    "eval 'x=5; echo $x'; y='echo $x'; eval $y; unset x; echo ${x-gone}",
    "command -v nosuch; echo $?; type nosuch >/dev/null 2>&1; echo $?",
    "shift 2>/dev/null; set -- 1 2 3; shift; echo $1 $#; shift 2; echo $#",
    "while getopts ab:c o -a -b val -c rest; do echo $o ${OPTARG-}; done; echo $OPTIND",
    "readonly r=1; echo $r; export E=2; sh -c 'echo $E'; env | grep '^E='",
    ". /dev/null; echo $?; echo 'echo sourced $1' >/tmp/prox.$$; . /tmp/prox.$$; rm /tmp/prox.$$",
    "echo one # a comment\n# another\necho two; echo a#b",
    "echo con\\\ntinued; echo 'multi\nline'",
    "wait; sleep 0 & wait $!; echo $?; (exit 7) & wait $!; echo $?",
    "kill -0 $$ && echo alive; sleep 5 & p=$!; kill $p; wait $p; echo $?",
    "[ a = a ] && [ ! b = c ] && [ 1 -lt 2 -a 2 -ge 2 ] && [ -n x -o -z x ] && echo all; [ ]; echo $?; [ -z '' ]; echo $?; test 3 -gt 5; echo $?",
    "false | true; echo $?; true | false; echo $?; ! false | false; echo $?",
    // what is asked over a road
    "o=$( (echo a; echo b >&2; exit 3) 2>&1 </dev/null); echo \"$? [$o]\"",
    "l='echo hi; echo err >&2; exit 3'; o=$( (eval \"$l\") 2>&1 </dev/null);c=$?; echo \"$c [$o]\"",
    "e(){ l=$(printf %s \"$1\"|base64 -d 2>/dev/null);h=$(printf %s \"$l\"|sha256sum);echo ${h%% *};eval \"$l\";}; e ZWNobyBoaQ==; echo end",
    "sh -c 'exec sh -c \"echo \\$0 \\$1; exit \\$2\" \"$@\"' x name one 5; echo $?",
    "IFS= read -r l <<E\n  a b \\t \nE\necho \"[$l]\"; printf 'x\\ny' | while IFS= read -r l; do echo \"<$l>\"; done; echo \"$l\"",
    "(read -t 1 x </dev/null) 2>/dev/null; echo $?",
    "stty -g 2>/dev/null </dev/null; echo $?",
    "umask 077; umask; echo x >/tmp/u.$$; stat -c %a /tmp/u.$$; mkdir /tmp/v.$$; stat -c %a /tmp/v.$$; umask 022; mkdir -p -m 700 /tmp/v.$$/w; stat -c %a /tmp/v.$$/w; rm -rf /tmp/u.$$ /tmp/v.$$; umask",
    "mkdir /tmp/l.$$ && echo mine; mkdir /tmp/l.$$ 2>/dev/null || echo taken $?; rmdir /tmp/l.$$",
    "cd /tmp; printf abcdef >f.$$; tail -c +3 f.$$ | head -c 2; echo; n=$(wc -c <f.$$); echo $((n)); head -c 3 <f.$$; echo; tail -c 2 f.$$; echo; cat f.$$ f.$$ >>g.$$; wc -c <g.$$; rm -f f.$$ g.$$ nothere; echo $?",
    "cd /tmp; printf 0123456789 >d.$$; dd if=d.$$ bs=1 skip=2 count=3 2>/dev/null; echo; dd bs=4 count=1 <d.$$ 2>/dev/null; echo; printf XY | dd of=d.$$ bs=1 seek=3 conv=notrunc 2>/dev/null; cat d.$$; rm d.$$",
    "cd /tmp; : >t.$$; [ -e t.$$ ] && [ ! -s t.$$ ] && echo empty; [ -d /tmp ] && [ ! -d t.$$ ] && echo kinds; mv -f t.$$ s.$$; [ -e t.$$ ]; echo $?; stat -c '%a %s %n' s.$$ | sed 's/s\\.[0-9]*/s/'; rm s.$$",
    "sh -c 'trap \"\" TERM; kill -TERM $$; echo alive'; sh -c 'kill -TERM $$; echo never'; echo $?; sh -c 'kill -9 $$'; echo $?",
    "sh -c 'trap \"exit 9\" TERM; kill -TERM $$; sleep 1; echo never'; echo $?; trap 'echo usr' USR1; kill -USR1 $$; echo on",
    "sleep 30 & p=$!; kill -0 $p && echo runs; kill -TERM $p; wait $p; echo $?; kill -0 $p 2>/dev/null; echo $?",
    "setsid sh -c 'echo $$; sleep 30; echo never' >/tmp/k.$$ 2>&1 </dev/null & sleep 0.3; p=$(cat /tmp/k.$$); [ \"$p\" = $! ] && echo same; kill -TERM -$p && echo told; sleep 0.3; kill -0 $p 2>/dev/null; echo $?; wc -l </tmp/k.$$; rm /tmp/k.$$",
    "timeout 0.2 sleep 5; echo $?; timeout 5 sh -c 'exit 3'; echo $?; timeout -s KILL 0.2 sleep 5; echo $?",
    "printf '%s\\n' 'echo a' 'read x' 'echo no' 'echo b' | sh; echo 'echo $1 $#' | sh -s one two; printf 'exit 4\\n' | sh -s; echo $?",
    "[ ${#x} = 0 ] && x=abc; case $(printf ab | head -c 2) in ab) echo yes;; esac; r=\"sh -c\"; $r 'echo split'; echo ${x:-}${y:-z}",
    "k(){ echo k-$1; return 2; }; i=0; while k 0 && [ $i -lt 3 ]; do i=$((i+1)); done; echo $i; until [ $i -ge 2 ]; do i=$((i+1)); done; echo $i",
    "readlink -f /tmp/../tmp/./x; ln -s /etc /tmp/ln.$$; readlink /tmp/ln.$$; readlink -f /tmp/ln.$$/passwd; rm /tmp/ln.$$; [ -d /etc ] && echo there",
    "cat <<'E' | sh\necho one\nif true; then\necho two\nfi\nE\ncat <<E >/tmp/h.$$ && cat /tmp/h.$$; rm /tmp/h.$$\nin $((1+1))\nE",
    "mkdir -p /tmp/q.$$/a/b; touch /tmp/q.$$/a/f; cd /tmp/q.$$; find . -type f; find . -type d | sort; find . -name f -mtime +1; find . -mindepth 1 -maxdepth 1; find . -type f -exec rm {} +; find . -type f; rm -rf /tmp/q.$$",
    "printf 'a\\nb\\n' | tr -d '\\n'; echo; printf 'x%.0s' 1 2 3; echo; printf %s a b; echo; printf '%d' 0; printf \"\\n<%s%s%s>\\n\" a b ''",
    "sed 's/.*) //' <<E | cut -d' ' -f2\n1 (init) S 0 1\nE\necho 1 2 3 | cut -d ' ' -f 2; cat /proc/sys/kernel/random/boot_id | wc -c; s=$(sed 's/.*) //' /proc/1/stat | cut -d' ' -f20); [ \"$s\" -ge 0 ] && echo number",
    "echo a | grep -e a -e b; printf 'a\\nb\\nc\\n' | grep -e a -e c; printf 'a\\nb\\n' | grep -n b; echo abc | grep -qF b && echo q",
    "export A=1; env -i B=2 sh -c 'echo ${A-none} $B'; A=3 sh -c 'echo $A'; echo $A; unset A; echo ${A-gone}; env C=4 sh -c 'echo $C'",
    "id -u; [ \"$(id -u)\" = 0 ] || echo other; exec 4>&1; echo to four >&4; exec 4>&-; (echo in; exit 6); echo $?; false || { c=$?; echo code $c; }",
    "nohup echo hup 2>/dev/null; sh -c \"trap '' HUP; kill -HUP \\$\\$; echo survived\"",
    // bytes from here to there
    "cat <<E\none $((1+1)) $(echo sub)\n\\$x `echo y`\nE\ncat <<'E'\none $x\nE\ncat <<-E\n\t\ttabs\n\tE",
    "cat <<A; cat <<B\nfirst\nA\nsecond\nB\necho after",
    "while read -r a b; do echo \"$b,$a\"; done <<E\n1 2 3\n  x   y\nE",
    "printf 'a b c\\nd\\n' | { read x y; echo \"$x|$y\"; read z; echo $z; read w; echo $?; }",
    "echo err >&2; echo out 2>/dev/null; { echo a; echo b >&2; } 2>&1 | sort; (echo x; echo y >&2) 2>/dev/null",
    "mkdir -p /tmp/p.$$/q && cd /tmp/p.$$ && echo 1 >f && echo 2 >>f && cat <f && wc -l <f && cp f g && mv g q/h && cat q/h && ls && rm -r /tmp/p.$$; ls /tmp/p.$$ 2>/dev/null; echo $?",
    "exec 3>/tmp/x.$$; echo through >&3; exec 3>&-; cat /tmp/x.$$; rm /tmp/x.$$",
    "seq 1 5 | head -n 2; seq 5 | tail -n 2; seq 5 | tail -n +4; seq 3 | tail -1; printf abcdef | head -c 3; printf abcdef | tail -c 2; printf abcdef | tail -c +5",
    "printf 'b\\na\\nc\\na\\n' | sort | uniq -c | sed 's/^ *//'; printf '10\\n9\\n2\\n' | sort -n; printf 'a\\nb\\n' | sort -r",
    "printf 'a:b:c\\nd:e\\n' | cut -d: -f2; printf 'a:b:c\\n' | cut -d: -f1,3; echo abcdef | cut -c2-4; echo none | cut -d: -f2",
    "echo hello | tr a-z A-Z; echo hello | tr -d l; echo aabbcc | tr -s ab; echo abc | tr -cd 'ab\\n'; echo 'a b' | tr ' ' '\\n'",
    "printf 'one\\ntwo\\nthree\\n' | grep t; printf 'one\\ntwo\\n' | grep -v one; printf 'a1\\nb\\n' | grep -c '[0-9]'; echo x | grep -q y; echo $?; printf 'abc\\n' | grep -o 'b.'; printf 'A\\n' | grep -i a; printf 'aab\\n' | grep -E '^a+b$'",
    "echo foobar | sed 's/o/0/'; echo foobar | sed 's/o/0/g; s/bar/[&]/'; printf '1\\n2\\n3\\n' | sed -n 2p; printf '1\\n2\\n3\\n' | sed '2d'; echo ab | sed 's/\\(a\\)\\(b\\)/\\2\\1/'; printf 'x=1\\n#c\\n' | sed -e '/^#/d'; echo a/b | sed 's|/|-|'",
    "printf 'hello' | base64; printf 'aGVsbG8=\\n' | base64 -d; echo; head -c 100 /dev/zero | base64 | base64 -d | wc -c; printf hello | base64 -w0",
    "printf abc | sha256sum; printf abc | sha1sum; : | sha256sum | cut -c1-16",
    "basename /a/b.txt .txt; dirname /a/b/c; dirname x; basename /a/",
    "echo a b | wc -w; printf 'x\\ny\\n' | wc -l; printf hello | wc -c; printf 'a b\\n' | wc",
    "yes | head -c 200000 | wc -c; yes no | head -n 3; seq 1 2000 | wc -l",
    "echo 'a b c' | xargs -n 1 echo item; printf '1\\n2\\n' | xargs echo all",
    "echo x | tee /tmp/t.$$ | cat; cat /tmp/t.$$; rm /tmp/t.$$",
    "touch /tmp/m.$$; chmod 640 /tmp/m.$$; stat -c %a /tmp/m.$$; [ -x /tmp/m.$$ ]; echo $?; chmod +x /tmp/m.$$; [ -x /tmp/m.$$ ]; echo $?; rm /tmp/m.$$",
    "printf '#!/bin/sh\\necho script $1 $0 | cut -c1-8\\n' >/tmp/s.$$; chmod +x /tmp/s.$$; /tmp/s.$$ a; sh /tmp/s.$$ b; rm /tmp/s.$$",
    "ln -s /etc/hostname /tmp/l.$$; [ -L /tmp/l.$$ ] && readlink /tmp/l.$$; rm /tmp/l.$$",
    "timeout 1 sleep 0; echo $?; timeout 0.1 sleep 3; echo $?",
    "cat /nonexistent 2>/dev/null; echo $?; cd /nonexistent 2>/dev/null; [ $? -ne 0 ] && echo refused",
    "setsid -f sh -c 'sleep 0.3; echo late' >/tmp/f.$$ </dev/null; cat /tmp/f.$$; echo first; sleep 0.6; cat /tmp/f.$$; rm /tmp/f.$$",
    "setsid sh -c 'echo in session'; nohup sh -c 'exit 3' 2>/dev/null; echo $?",
    "env -i A=1 sh -c 'echo $A ${HOME-none}'; A=2 env | grep ^A=",
    "i=0; while [ $i -lt 300 ]; do i=$((i+1)); done; echo $i",
    "{ echo a; sleep 0.01; echo b; } | while read x; do echo got $x; done",
    "x=$(printf 'a\\n\\n\\n'); echo \"[$x]\"; echo $(printf 'a\\nb')",
    "expr 1 + 2; expr 7 '*' 6; date +%s | grep -cE '^[0-9]{10}$'",
    "seq 3 | while read n; do echo $((n*n)); done | tail -1; echo {a,b} $ \"$\" a=b =c",
    "if ! echo hidden >/dev/null; then echo no; else echo ok; fi; : >/tmp/e.$$; [ -s /tmp/e.$$ ] || echo empty; rm /tmp/e.$$",
    "printf '%s\\n' \"${x:-a b}\" ${x:-a b}; y='p q'; printf '<%s>' ${y+$y} \"${y+$y}\"; echo",
    "echo a>/tmp/n.$$;cat</tmp/n.$$;rm /tmp/n.$$;echo 2>&1;echo 1 2>&1",
    "f() { while :; do return 3; done; }; f; echo $?; f() { echo one; }; f | cat; unset -f f; f 2>/dev/null; echo $?",
    "case 'a b' in 'a b') echo quoted;; esac; case x in [!a-m]) echo not;; esac; p='a*'; case abc in $p) echo glob;; esac; case abc in \"$p\") echo no;; *) echo literal;; esac",
    "x=5; while [ $x -gt 0 ]; do x=$((x-1)); if [ $x -eq 2 ]; then break; fi; done; echo $x",
    "for a in 1 2; do for b in 1 2; do for c in 1 2; do echo $a$b$c; break 2; done; echo no; done; echo in; done",
    "{ echo hidden; } >/dev/null; echo shown; { echo hidden; } 2>/dev/null >/dev/null; echo shown",
    "echo x | { cat & wait; }; echo in | sh -c 'cat & wait'; echo end",
    "trap 'echo bye' EXIT; (echo in); trap - EXIT; echo over",
    "printf 'a\\\\tb\\\\\\\\c\\n' | { read x; echo $x; }; printf 'a\\\\tb\\n' | { read -r x; echo ${#x}; }",
    "readonly r=1; (unset r) 2>/dev/null; echo $? $r; (r=2) 2>/dev/null; echo $r; unset r 2>/dev/null; echo never",
];

fn say_there_is_no_dash() {
    assert!(std::env::var_os("PROXIMITY_CI").is_none(), "dash is missing");
    let _ = writeln!(std::io::stderr(), "not compared: there is no dash on this machine");
}

/// What the shell of this machine makes of it, if it is one that can be compared.
fn real(script: &str) -> Option<(String, i32)> {
    let shell = Path::new("/bin/dash");
    if !shell.exists() {
        return None;
    }
    let nowhere = tempfile::tempdir().ok()?;
    let done = Command::new(shell)
        .args(["-c", script])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C")
        // Where nothing lies, so that no pattern finds what only this machine has.
        .current_dir(nowhere.path())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    Some((String::from_utf8_lossy(&done.stdout).into_owned(), done.status.code().unwrap_or(-1)))
}

#[test]
fn scripts_do_what_a_real_shell_does() {
    if real("echo").is_none() {
        return say_there_is_no_dash();
    }
    let differences: Vec<String> = SAME_EVERYWHERE
        .iter()
        .filter_map(|script| {
            let (ours, theirs) = (run(script), real(script)?);
            (ours != theirs).then(|| format!("{script}\n  ours   {ours:?}\n  theirs {theirs:?}"))
        })
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Words that make scripts worth comparing.
fn word() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "a",
        "'b c'",
        "\"d  e\"",
        "$x",
        "\"$x\"",
        "${y:-z w}",
        "\"${y:-z w}\"",
        "$(echo q r)",
        "\"$(echo q r)\"",
        "$((n+1))",
        "$?",
        "$#",
        "\"$@\"",
        "$*",
        "''",
        "x=y",
        "\\*",
        "${x#a}",
        "${x%b}",
        "${#x}",
        "-n",
        "1",
        "2",
        "\"a'b\"",
        "`echo t`",
        "${x:+s}",
    ]);
    fixed.prop_map(str::to_owned)
}

fn command() -> impl Strategy<Value = String> {
    let words = |least| prop::collection::vec(word(), least..4).prop_map(|words| words.join(" "));
    prop_oneof![
        words(0).prop_map(|words| format!("printf '<%s>' {words}")),
        words(1).prop_map(|words| format!("set -- {words}")),
        word().prop_map(|word| format!("x={word}")),
        word().prop_map(|word| format!("[ {word} = a ]")),
        Just("n=$((n*3-1))".to_owned()),
        Just("echo \"$n $x $#\"".to_owned()),
        Just("false".to_owned()),
        Just("unset y".to_owned()),
        Just("y=ab".to_owned()),
        Just("shift 0".to_owned()),
    ]
}

fn script() -> impl Strategy<Value = String> {
    command().prop_recursive(4, 24, 4, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            two.clone().prop_map(|(a, b)| format!("{a}; {b}")),
            two.clone().prop_map(|(a, b)| format!("{a} && {b}")),
            two.clone().prop_map(|(a, b)| format!("{a} || {b}")),
            two.clone().prop_map(|(a, b)| format!("if {a}; then {b}; else echo no; fi")),
            two.clone().prop_map(|(a, b)| format!("for i in 1 2; do {a}; {b}; done")),
            two.clone().prop_map(|(a, b)| format!("{{ {a}; }} | {{ cat; {b}; }}")),
            two.prop_map(|(a, b)| format!("({a}); {b}")),
            inner.clone().prop_map(|a| format!("! {{ {a}; }}")),
            inner.clone().prop_map(|a| format!("x=$( {a} )")),
            inner.prop_map(|a| format!("case $x in a*) {a};; *) echo other;; esac")),
        ]
    })
}

#[test]
fn made_up_scripts_do_what_a_real_shell_does() {
    if real("echo").is_none() {
        return say_there_is_no_dash();
    }
    let cases = if std::env::var_os("PROXIMITY_FULL").is_some() { 4_000 } else { 200 };
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let compare = |body: String| {
        // A word of the script may look like an option of `set` or `echo`.
        let script = format!("x=abab; n=2; set -- p 'q r'; {body}; code=$?; echo \"[$code] $x $n $# $*\"");
        let theirs = real(&script);
        prop_assert_eq!(Some(run(&script)), theirs, "{}", script);
        Ok(())
    };
    runner.run(&script(), compare).unwrap();
}

#[test]
fn time_passes_for_those_who_wait_and_for_nobody_else() {
    let mut guest = machine(Flavour::Debian);
    let began = guest.now();
    let (text, code) = guest.script("date +%s; sleep 90; date +%s; exit 2", 600_000);
    assert_eq!((String::from_utf8(text).unwrap().as_str(), code), ("1795176000\n1795176090\n", Some(2)));
    assert_eq!(guest.now().since(began).as_secs(), 90);
    assert_eq!(guest.script("i=0; while [ $i -lt 100 ]; do i=$((i+1)); done", 600_000).1, Some(0));
    assert_eq!(guest.now().since(began).as_secs(), 90);
}

#[test]
fn a_script_that_never_rests_stops_nobody() {
    let mut guest = machine(Flavour::Alpine);
    let (_, code) = guest.script("while :; do :; done & while :; do sleep 0; done", 3_600_000);
    assert_eq!(code, None);
    assert_eq!(guest.script("echo free", 600_000), (b"free\n".to_vec(), Some(0)));
}

#[test]
fn jobs_in_a_session_of_their_own_outlive_their_shell() {
    let mut guest = machine(Flavour::Alpine);
    let script = "mkdir /tmp/j; setsid sh -c 'sleep 20; echo done >/tmp/j/rc' >/dev/null 2>&1 </dev/null & echo $?";
    assert_eq!(guest.script(script, 1_000), (b"0\n".to_vec(), Some(0)));
    assert_eq!(guest.file("/tmp/j/rc"), None);
    guest.advance(Moment(guest.now().0 + 21_000));
    assert_eq!(guest.file("/tmp/j/rc").as_deref(), Some(&b"done\n"[..]));
}

#[test]
fn the_two_images_have_what_their_real_ones_have() {
    let has =
        |flavour, name: &str| machine(flavour).script(&format!("command -v {name} >/dev/null"), 1_000).1 == Some(0);
    for name in ["base64", "sha256sum", "setsid", "od", "timeout", "stat", "tail", "head"] {
        assert!(has(Flavour::Debian, name) && has(Flavour::Alpine, name), "{name}");
    }
    for (name, debian, alpine) in [
        ("nohup", true, false),
        ("bash", true, false),
        ("xxd", false, true),
        ("curl", false, false),
        ("python3", false, false),
    ] {
        assert_eq!((has(Flavour::Debian, name), has(Flavour::Alpine, name)), (debian, alpine), "{name}");
    }
}

/// How much of a text sent to `cat` arrives, when it comes in pieces and nobody looks before this one.
fn arrives(flavour: Flavour, piece: usize, seen_after: Option<usize>) -> usize {
    let mut guest = machine(flavour);
    guest.open(Entry::Shell);
    let text = [b"cat >/tmp/up\n".to_vec(), format!("{}\n", "x".repeat(499)).repeat(20).into_bytes()].concat();
    guest.be_seen();
    for (place, part) in text.chunks(piece).enumerate() {
        if seen_after == Some(place) {
            guest.be_seen();
        }
        guest.type_in(part);
    }
    guest.be_seen();
    guest.type_in(b"\n\x04");
    guest.file("/tmp/up").map_or(0, |bytes| bytes.len())
}

/// A line that was cut has no end of its own; the last newline of the test ends it.
#[test]
fn what_is_typed_ahead_is_lost_however_it_is_cut() {
    let (line, whole) = (b"cat >/tmp/up\n".len(), 20 * 500 + 1);
    for piece in [1, 13, 100, 4_000, 20_000] {
        assert_eq!(arrives(Flavour::Debian, piece, None), 4_095 + 1, "pieces of {piece}");
        assert_eq!(arrives(Flavour::Alpine, piece, None), whole, "pieces of {piece}");
    }
    assert_eq!(arrives(Flavour::Debian, line, Some(1)), whole, "it waited for its turn");
}
