//! Files that were written to harm. What must hold: each is refused, or arrives as plain data; none takes long, none takes
//! much, and none panics.

use std::time::{Duration, Instant};

use proximity::{
    catalog::{
        files::One,
        import::{Format, Reason, compose},
    },
    domain::catalog::{Recipe, compose_file, dot_env},
};

use super::{Memory, left_out, read, service};

/// Far above what it takes, far below what somebody would notice.
const SOON: Duration = Duration::from_secs(20);

fn why(text: &str) -> String {
    let begin = Instant::now();
    let result = compose("app", text);
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
    match result {
        Ok(_) => String::new(),
        Err(faults) => faults.into_iter().map(|fault| fault.to_string()).collect(),
    }
}

#[test]
fn a_billion_laughs_are_not_heard() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..30 {
        let again = vec![format!("*a{}", n - 1); 10].join(", ");
        text.push_str(&format!("a{n}: &a{n} [{again}]\n"));
    }
    assert!(why(&text).contains("repeats itself"), "{}", why(&text));
}

#[test]
fn a_long_text_is_not_repeated_until_it_is_too_much() {
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 100_000].join(", "));
    assert!(why(&text).contains("repeats itself"));
    let merges = format!("a: &a {{{}}}\n", (0..1_000).map(|n| format!("k{n}: v")).collect::<Vec<_>>().join(", "));
    let text = merges + &(0..5_000).map(|n| format!("m{n}:\n  <<: *a\n")).collect::<String>();
    assert!(why(&text).contains("repeats itself"));
}

#[test]
fn an_alias_of_what_is_still_open_has_no_end_and_is_refused() {
    assert!(why("services: &a\n  web: *a\n").contains("alias"));
    assert!(why("a: &a [*a]\n").contains("alias"));
}

#[test]
fn depth_is_bounded_also_by_way_of_aliases() {
    for text in [
        "[".repeat(200_000),
        "{a: ".repeat(100_000),
        "- ".repeat(200_000),
        "? ".repeat(100_000),
        (0..2_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>(),
    ] {
        assert_ne!(why(&text), "");
    }
    let mut text = format!("a0: &a0 {}x{}\n", "[".repeat(50), "]".repeat(50));
    for n in 1..400 {
        text.push_str(&format!("a{n}: &a{n} {}*a{}{}\n", "[".repeat(10), n - 1, "]".repeat(10)));
    }
    assert!(why(&text).contains("deep"), "{}", why(&text));
    let json = "{\"a\":".repeat(100_000);
    let read = read(&mut One::new("templates.json", json.into_bytes()), None);
    assert_eq!((read.format, read.taken.len()), (None, 0));
}

#[test]
fn other_shapes_that_keep_a_parser_busy_end_soon() {
    for text in [
        "&a ".repeat(300_000),
        "\"".to_owned() + &"a\\".repeat(400_000),
        "a: |\n".to_owned() + &" \n".repeat(400_000),
        "# x\n".repeat(250_000),
        "a, ".repeat(300_000),
        "!".repeat(900_000),
        "%A\n".repeat(300_000),
        "--- ".repeat(200_000),
        "'".to_owned() + &"x".repeat(1_000_000),
        (0..100_000).map(|n| format!("k{n}: v\n")).collect::<String>(),
        "a: [".to_owned() + &"b: c, ".repeat(150_000),
        format!(
            "services: {{ a: {{ image: 'a:1', ports: ['80:80'], environment: {{ A: '{}' }} }} }}",
            "${A:-".repeat(150_000)
        ),
        format!(
            "services: {{ a: {{ image: 'a:1', ports: ['80:80'], environment: {{ A: '{}' }} }} }}",
            "${".repeat(400_000)
        ),
        format!(
            "x-casaos: {{ description: {{ en_us: '{}' }} }}\nservices: {{ a: {{ image: 'a:1' }} }}",
            "<a[".repeat(300_000)
        ),
    ] {
        why(&text);
    }
}

#[test]
fn a_service_with_thousands_of_variables_is_refused() {
    let environment: String =
        (0..8_000).map(|n| format!("      P{n}_PASSWORD: verysecret{n}\n      V{n}: 'x{n}'\n")).collect();
    let text = format!("services:\n  a:\n    image: a:1\n    ports: ['80:80']\n    environment:\n{environment}");
    assert!(why(&text).contains("16000 entries"));
}

#[test]
fn what_is_too_long_is_refused_by_its_length() {
    assert!(why(&" ".repeat(2 * 1024 * 1024)).contains("larger than"));
}

#[test]
fn a_key_that_is_there_twice_is_refused() {
    assert!(why("services: { a: { image: 'a:1' }, a: { image: 'b:1' } }").contains("`a` is there twice"));
    let twice = r#"{"templates": [], "templates": []}"#;
    assert_eq!(read(&mut One::new("templates.json", twice.into()), None).format, None);
}

#[test]
fn letters_that_are_none_are_refused_and_a_mark_of_their_order_is_passed_over() {
    let bad = |bytes: &[u8]| read(&mut Memory::of([("a/docker-compose.yml", bytes.to_vec())]), None).reasons();
    assert_eq!(bad(b"services: \xff"), [Reason::Unreadable]);
    assert_eq!(bad(b"services:\n\ta: 1\n"), [Reason::Malformed]);
    assert_eq!(bad(b"a: 1\n---\nb: 2\n"), [Reason::Malformed]);
    assert_eq!(bad("\u{feff}services: { a: { image: 'a:1', ports: ['80:80'] } }".as_bytes()), []);
}

/// Whatever it is, a terminal, a shell or a docker-compose file might take it for more than it is.
const NASTY: &str = "$(touch /tmp/x) `id` ';\"\\ && rm -rf / # ${IFS}| \u{202e}\u{200b}\u{e000}";

#[test]
fn words_of_every_kind_arrive_as_data_and_no_terminal_obeys_them() {
    let escapes = "\\e[31mred\\e]0;title\\a\\x07\\u0085\\u009b31m\\r\\n";
    let text = format!(
        "name: \"x{escapes}\"\nservices:\n  web:\n    image: a:1\n    ports: ['80:80']\n    command: [\"run\", \"a\\nb\", '{quoted}']\n    environment: {{ A: '{quoted}' }}\n    \"key{escapes}\": 1\n    devices: [\"/dev/{escapes}\"]\nx-casaos:\n  port_map: '80'\n  index: \"/{escapes}\"\n  title: \"Title{escapes} {nasty}\"\n  tagline: \"Tag{escapes}\"\n  description: \"Text{escapes}\\n\\n\\nmore\"\n  tips: {{ before_install: \"Tip{escapes}\" }}\n",
        nasty = NASTY.replace('\\', "\\\\").replace('"', "\\\""),
        quoted = NASTY.replace('\'', "''").replace("${IFS}", "$${IFS}"),
    );
    let recipe = compose("app", &text).unwrap_or_else(|faults| panic!("{faults:?}"));
    for text in
        [&recipe.name, &recipe.tagline, &recipe.description, recipe.first_login.as_ref().unwrap(), &left_out(&recipe)]
    {
        let is_bad = |c: char| {
            (c.is_control() && c != '\n')
                || ('\u{200b}'..='\u{200f}').contains(&c)
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || c == '\u{e000}'
        };
        assert!(!text.contains(is_bad), "{text:?}");
    }
    assert_eq!(recipe.main_port().unwrap().path, "/", "a path with such letters is none");
    let web = service(&recipe, "web");
    assert_eq!(docker_reads(&web.environment["A"]), NASTY);
    let rendered: serde_json::Value = serde_json::from_str(&compose_file(&recipe).unwrap()).unwrap();
    let command = &rendered["services"]["web"]["command"];
    assert_eq!(docker_reads(command[1].as_str().unwrap()), "a\nb");
    assert_eq!(docker_reads(command[2].as_str().unwrap()), NASTY);
}

/// As docker does where no variables are.
fn docker_reads(text: &str) -> String {
    text.replace("$$", "$")
}

#[test]
fn a_command_with_letters_that_cannot_be_seen_is_refused() {
    for letter in ["\\e", "\\x07", "\\u009b", "\\x7f", "\\r"] {
        let text = format!("services: {{ a: {{ image: 'a:1', ports: ['80:80'], command: \"x{letter}y\" }} }}");
        assert!(why(&text).contains("cannot be seen"), "{letter}");
    }
}

#[test]
fn a_variable_of_several_lines_is_not_set_and_a_name_that_is_none_neither() {
    let text = "services: { a: { image: 'a:1', ports: ['80:80'], environment: { A: \"x\\nB=y\", 'C=D': e, \"F\\nG\": h, '': i } } }";
    let recipe = compose("app", text).unwrap();
    assert!(service(&recipe, "a").environment.is_empty(), "{recipe:?}");
    let env = dot_env(recipe.settings.iter().map(|setting| (&setting.name, "x")));
    assert_eq!(env.lines().count(), recipe.settings.len());
}

#[test]
fn no_path_leads_out_of_the_app() {
    for (mount, is_kept) in [
        ("../../../etc:/x", true),
        ("/DATA/AppData/$AppID/../../etc:/x", true),
        ("/:/host", false),
        ("/etc:/x", false),
        ("/proc:/x", false),
        ("/dev:/x", false),
        ("./a:/x/../../etc", false),
        ("./a:relative", false),
        ("./a:/", false),
        ("./a:/x,ro=1", false),
        ("./a:/x y", false),
        ("a;b:/x", true),
    ] {
        let text = format!("services: {{ a: {{ image: 'a:1', ports: ['80:80'], volumes: ['{mount}'] }} }}");
        let recipe = compose("app", &text).unwrap_or_else(|faults| panic!("{mount}: {faults:?}"));
        assert_eq!(recipe.volumes.len(), usize::from(is_kept), "{mount}: {:?}", recipe.volumes);
        assert!(recipe.volumes.iter().all(|volume| !volume.name.contains(['.', '/'])), "{:?}", recipe.volumes);
        if !mount.starts_with("./a:/x:") && mount != "a;b:/x" {
            assert_ne!(left_out(&recipe), "", "{mount}");
        }
    }
}

#[test]
fn names_of_apps_services_and_files_lose_what_makes_them_paths() {
    let text = "services: { '../../etc/passwd': { image: 'a:1', ports: ['80:80'] }, '$(id)': { image: 'b:1' }, '': { image: 'c:1' } }";
    let recipe = compose("../../../root/.ssh/authorized_keys", text).unwrap();
    assert_eq!(recipe.id.as_str(), "root-ssh-authorized-keys");
    let services = &recipe.methods.compose.as_ref().unwrap().services;
    assert_eq!(services.keys().collect::<Vec<_>>(), ["etc-passwd", "id", "service"]);
    let store = [
        (
            "a/docker-compose.yml",
            "services: { a: { image: 'a:1', ports: ['80:80'], volumes: ['./-rf .conf:/etc/a.conf'] } }",
        ),
        ("a/-rf .conf", "x"),
    ];
    let read = read(&mut Memory::of(store), None);
    let files = &read.recipe("a").methods.compose.as_ref().unwrap().files;
    assert_eq!(files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["rf_.conf"]);
}

#[test]
fn an_image_that_is_more_than_a_name_is_refused() {
    for image in ["a:1; rm -rf /", "a:1\\n", "-a:1", "$(id):1", "a:`id`", "../a:1", "a b:1"] {
        let text = format!("services: {{ a: {{ image: \"{image}\", ports: ['80:80'] }} }}");
        let result: Result<Recipe, _> = compose("app", &text);
        assert!(
            result.as_ref().is_err()
                || service(result.as_ref().unwrap(), "a").image.trim() == image.trim_end_matches("\\n"),
            "{image}: {result:?}"
        );
    }
}

#[test]
fn a_list_of_nothing_but_nonsense_takes_nothing() {
    for text in [
        "[1, null, [], {}, \"x\"]",
        "{\"templates\": [null, 1, {\"type\": 1}, {\"type\": []}]}",
        "{\"templates\": {}}",
        "[]",
        "null",
    ] {
        let read = read(&mut One::new("templates.json", text.into()), Some(Format::Portainer));
        assert_eq!(read.taken.len(), 0, "{text}");
    }
}

#[test]
fn a_variable_with_a_rule_that_nobody_knows_is_plain_text() {
    for odd in ["${A:Ŭ}", "${AŬ}", "${A:}", "${A:-}", "${A:+ü}", "${A:?ü}", "${ü}", "$ü"] {
        let text = format!(
            "services:\n  app:\n    image: nginx:1\n    ports: ['80:80']\n    environment:\n      X: '{odd}'\n"
        );
        assert!(compose("app", &text).is_ok(), "{odd}");
    }
}
