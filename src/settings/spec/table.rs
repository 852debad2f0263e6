//! The table itself, in the order of the screen.

use super::{
    Kind::{self, Choice, Number, Or0, Share, Text, Toggle},
    Spec, Tab,
};

type Words = &'static str;

const fn spec(tab: Tab, section: Words, key: Words, label: Words, kind: Kind, about: Words) -> Spec {
    Spec { tab, section, key, label, about, kind }
}

const fn resources(key: Words, label: Words, kind: Kind, about: Words) -> Spec {
    spec(Tab::Resources, "resources", key, label, kind, about)
}

const fn network(key: Words, label: Words, kind: Kind, about: Words) -> Spec {
    spec(Tab::Network, "network", key, label, kind, about)
}

const fn backups(key: Words, label: Words, kind: Kind, about: Words) -> Spec {
    spec(Tab::Backups, "backups", key, label, kind, about)
}

const fn health(key: Words, label: Words, kind: Kind, about: Words) -> Spec {
    spec(Tab::Care, "health", key, label, kind, about)
}

const fn alerts(key: Words, label: Words, kind: Kind, about: Words) -> Spec {
    spec(Tab::Care, "alerts", key, label, kind, about)
}

const fn look(key: Words, label: Words, kind: Kind, about: Words) -> Spec {
    spec(Tab::Look, "look", key, label, kind, about)
}

const fn sound(key: Words, label: Words, kind: Kind, about: Words) -> Spec {
    spec(Tab::Sound, "sound", key, label, kind, about)
}

const fn cue(key: Words, about: Words) -> Spec {
    spec(Tab::Sound, "cues", key, key, ON_OFF, about)
}

/// How long it has to be so before it is told.
const fn lasting(key: Words, step: u64) -> Spec {
    alerts(key, "  for", Number(0, DAYS_30, step, "s"), "it is told once it has been so for this long")
}

const fn percent(key: Words, label: Words) -> Spec {
    alerts(key, label, Text("off"), "warning and danger in percent, as 85/95; off tells nothing")
}

const ON_OFF: Kind = Choice(&["on", "off"]);
const DAYS_30: u64 = 30 * 86_400;
const RECIPE: Words = "what the recipe asks for";

pub const SPECS: &[Spec] = &[
    resources("cores", "cores", Or0(1, 512, 1, "", RECIPE), "cores of new apps; never fewer than the recipe's least"),
    resources(
        "memory",
        "memory",
        Or0(64, 16_777_216, 256, "MB", RECIPE),
        "memory of new apps; never less than the recipe's least",
    ),
    resources(
        "disk",
        "disk",
        Or0(1, 131_072, 1, "GB", RECIPE),
        "root disk of new apps; never less than the recipe's least",
    ),
    resources("swap", "swap", Or0(1, 1_048_576, 256, "MB", "as the memory, 512 MB at most"), "swap of new apps"),
    network(
        "bridge",
        "bridge",
        Text("the node's first one"),
        "where new apps are plugged in; a host's own default outranks it",
    ),
    network("vlan", "VLAN", Or0(1, 4094, 1, "", "none"), "the tag of new apps' cards"),
    network("addresses", "addresses", Choice(&["dhcp", "pool"]), "dhcp, or the next free address of the pool"),
    network(
        "pool",
        "pool",
        Text("192.168.1.200-192.168.1.240/24"),
        "addresses to give away, from the first one to the last one",
    ),
    network("gateway", "gateway", Text("none"), "the way out of apps with an address of the pool"),
    network("dns", "DNS", Text("the host's"), "the name server of new apps"),
    network("domain", "domain", Text("the host's"), "the search domain of new apps, as home.arpa"),
    backups(
        "mode",
        "mode",
        Choice(&["snapshot", "suspend", "stop"]),
        "what a running app notices: next to nothing, a short pause, a restart",
    ),
    backups(
        "compression",
        "compression",
        Choice(&["zstd", "gzip", "lzo", "none"]),
        "zstd is quick and small; a backup server compresses by itself",
    ),
    backups("storage", "storage", Text("where the newest lies"), "where backups go; a host's own default outranks it"),
    backups(
        "keep-daily",
        "keep daily",
        Number(0, 1000, 1, ""),
        "of the nightly schedule that is made for new apps; 0 keeps none by this rule",
    ),
    backups("keep-weekly", "keep weekly", Number(0, 1000, 1, ""), "the same, one of each week"),
    backups("keep-monthly", "keep monthly", Number(0, 1000, 1, ""), "the same, one of each month"),
    health("interval", "look every", Number(5, 3600, 5, "s"), "how often each app is asked how it is"),
    health("timeout", "answer within", Number(1, 60, 1, "s"), "an app that takes longer did not answer"),
    health("bad-to-fall", "bad looks", Number(2, 20, 1, ""), "so many in a row make an app fail"),
    health("good-to-rise", "good looks", Number(1, 20, 1, ""), "so many in a row make it well again"),
    health("slow-after", "slow after", Number(10, 60_000, 100, "ms"), "an answer that takes longer is a slow one"),
    health("self-restart", "self restart", ON_OFF, "an app that fails is restarted by itself"),
    health("restarts-a-day", "restarts a day", Number(1, 24, 1, ""), "so often at most"),
    alerts(
        "quiet",
        "quiet hours",
        Text("off"),
        "alerts are kept and not delivered then: 22:00-07:00, mon-fri 22:00-07:00, off",
    ),
    alerts("quiet-danger", "danger in them", ON_OFF, "danger is delivered also in quiet hours"),
    alerts("webhook", "webhook", Text("none"), "where alerts are posted as JSON: https://…"),
    alerts("ntfy", "ntfy", Text("none"), "a topic of ntfy: https://ntfy.sh/topic"),
    alerts(
        "plain-at-home",
        "plain at home",
        ON_OFF,
        "plain http to an address of your own network is spoken all the same",
    ),
    percent("disk", "disk of an app"),
    lasting("disk-for", 30),
    percent("memory", "memory of an app"),
    lasting("memory-for", 60),
    alerts("cpu", "CPU of an app", Text("off"), "a warning from so many percent on, as 90; off tells nothing"),
    lasting("cpu-for", 300),
    alerts("probe", "app fails", ON_OFF, "an app that does not answer its probe"),
    lasting("probe-for", 30),
    alerts("backup", "backup is old", ON_OFF, "an app without a fresh backup"),
    alerts("update", "update waits", ON_OFF, "a recipe that is newer than the app"),
    alerts("host", "host is lost", ON_OFF, "a host that cannot be reached"),
    lasting("host-for", 30),
    alerts("node", "node is off", ON_OFF, "a node that its cluster does not reach"),
    lasting("node-for", 30),
    percent("node-disk", "disk of a node"),
    percent("node-memory", "memory of a node"),
    percent("storage", "storage"),
    alerts("storage-days", "  full within", Or0(1, 365, 1, "days", "never"), "also told where it will be full so soon"),
    alerts("token", "token runs out", ON_OFF, "an API token that soon does not do any more"),
    alerts("certificate", "certificate", ON_OFF, "a certificate that runs out soon"),
    alerts("drift", "drift", ON_OFF, "what was changed outside"),
    alerts("stuck", "stuck", ON_OFF, "an operation that does not go on"),
    alerts("margin", "margin", Number(0, 50, 1, "%"), "what was told is over so far below its limit"),
    alerts("again", "the same within", Number(0, DAYS_30, 60, "s"), "what comes back so soon is not told anew"),
    alerts("storm", "storm", Number(1, 1000, 1, ""), "more than so many at once are told as one"),
    look("theme", "theme", Text("dark"), "colours of the whole deck"),
    look("density", "density", Choice(&["roomy", "dense"]), "three lines a unit, or one"),
    look("motion", "motion", Choice(&["full", "reduced", "none"]), "full; reduced: cuts, no turns; none: stands still"),
    look("glyphs", "glyphs", Choice(&["auto", "unicode", "ascii"]), "auto: Unicode where the locale says so"),
    look(
        "colour",
        "colour",
        Choice(&["auto", "true", "256", "16", "none"]),
        "auto: what the terminal is found to do; else from the next start on",
    ),
    look(
        "notify",
        "notify",
        Choice(&["auto", "osc9", "osc777", "bell", "none"]),
        "how the terminal is told of alerts; each is tried",
    ),
    look(
        "night-after",
        "night after",
        Or0(1, 1440, 5, "min", "never"),
        "the room goes dark when no key was pressed for so long",
    ),
    look("honours", "achievements", Toggle("on", "off"), "what is earned is told once and stands on the plaque"),
    look("hints", "hints", Toggle("on", "off"), "a newcomer is led through the demo, one thing at a time"),
    sound("mute", "sound", Toggle("muted", "on"), "cues beside what the eye sees"),
    sound("volume", "volume", Share, "how loud"),
    sound(
        "pack",
        "pack",
        Text("built in"),
        "a folder of your own among the sounds: PACK/CUE.wav; what it lacks is built in",
    ),
    sound(
        "over-ssh",
        "over SSH",
        Choice(&["errors", "always", "never"]),
        "the terminal's bell there: for errors, for every cue, or never",
    ),
    cue("click", "a key was taken"),
    cue("flip", "a unit turns"),
    cue("deploy-start", "something big begins"),
    cue("success", "something was done"),
    cue("error", "something failed, or asks"),
    cue("app-started", "an app is up"),
    cue("backup-create", "a backup begins"),
    cue("backup-done", "a backup is made"),
    cue("restore", "a backup became an app again"),
    cue("host-lost", "a host cannot be reached any more"),
    cue("achievement", "something for the first time"),
];
