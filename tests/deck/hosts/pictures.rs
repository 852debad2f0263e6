//! Pictures of every page, of the backs and of a node's pane.

use proximity::{engine::Answer, tui::canvas::Charset};

use super::{
    super::{snapshot::check, stage::Stage},
    answers::*,
};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];
const LARGE: (u16, u16) = (200, 60);

fn keep(name: &str, stage: &Stage) {
    let (columns, rows) = (stage.model.columns, stage.model.rows);
    check(&format!("{name}-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn the_backs_of_hosts_and_nodes() {
    for (columns, rows) in SIZES.into_iter().chain([LARGE]) {
        let mut stage = Stage::new(settled(), columns, rows);
        stage.keys("4 Space j Space j Space");
        answer_looks(&mut stage);
        keep("hosts-back", &stage);
    }
}

#[test]
fn the_fronts_say_what_is_off_and_what_runs_out() {
    for (columns, rows) in SIZES {
        let mut stage = Stage::new(settled(), columns, rows);
        stage.keys("4");
        answer_looks(&mut stage);
        keep("hosts-front", &stage);
        let mut stage = Stage::new(off(), columns, rows);
        stage.keys("4");
        keep("hosts-off", &stage);
    }
}

#[test]
fn a_node_tells_all() {
    for (columns, rows) in SIZES.into_iter().chain([LARGE]) {
        let mut stage = Stage::new(settled(), columns, rows);
        stage.keys("4 jj Enter");
        answer_looks(&mut stage);
        keep("node", &stage);
        stage.keys("G");
        keep("node-end", &stage);
    }
    let mut stage = Stage::new(settled(), 120, 36);
    stage.model.canvas.charset = Charset::Ascii;
    stage.keys("4 jj Enter");
    answer_looks(&mut stage);
    keep("node-ascii", &stage);
}

#[test]
fn the_pages_of_connecting() {
    for (columns, rows) in SIZES {
        let mut stage = Stage::new(super::super::fleet::homelab(), columns, rows);
        stage.keys("4 n");
        keep("connect-where", &stage);
        typed(&mut stage, "10.0.0.9");
        stage.keys("C-s");
        answer(&mut stage, Answer::Fingerprint(PRINT.into()));
        keep("connect-trust", &stage);
        let mut stage = trusted(columns, rows);
        keep("connect-token", &stage);
        stage.keys("Right Tab");
        keep("connect-password", &stage);
        let mut stage = lent(columns, rows);
        stage.keys("Tab Tab Tab");
        keep("connect-least", &stage);
        stage.keys("C-s");
        answer(&mut stage, Answer::Least(Box::new(plan())));
        keep("connect-lines", &stage);
        stage.keys("Enter");
        keep("connect-good-for", &stage);
        let mut stage = found(columns, rows, lacking());
        keep("connect-found", &stage);
        stage.keys("Enter Tab");
        keep("connect-defaults", &stage);
        stage.keys("C-s Right Right");
        keep("connect-ssh", &stage);
        stage.keys("Tab Tab Tab");
        typed(&mut stage, "/home/mara/.ssh/id_ed25519");
        stage.keys("C-s");
        answer(&mut stage, Answer::SshKey(ssh_key()));
        keep("connect-ssh-key", &stage);
    }
}

#[test]
fn a_large_screen_and_plain_letters() {
    let (columns, rows) = LARGE;
    keep("connect-found", &found(columns, rows, lacking()));
    let mut stage = lent(80, 24);
    stage.model.canvas.charset = Charset::Ascii;
    keep("connect-least-ascii", &stage);
}

#[test]
fn the_pages_of_changing() {
    for (columns, rows) in SIZES {
        let mut stage = Stage::new(settled(), columns, rows);
        stage.keys("4 e C-s");
        answer(&mut stage, Answer::Fingerprint(OTHER_PRINT.into()));
        keep("edit-trust", &stage);
        stage.keys("y");
        keep("edit-who", &stage);
        let mut stage = Stage::new(settled(), columns, rows);
        stage.keys("4 K Right Tab Tab");
        keep("rotate", &stage);
        let mut stage = Stage::new(settled(), columns, rows);
        stage.keys("4 r");
        keep("rename", &stage);
        let mut stage = Stage::new(settled(), columns, rows);
        stage.keys("4 t");
        answer(&mut stage, Answer::Test(Box::new(lacking())));
        keep("host-report", &stage);
    }
}
