//! What an author is told about a file that cannot be read.

use proximity::domain::catalog::{Need, Recipe, interpolate};
use serde_json::json;

use super::{bent, example, read, sound};

fn only_fault(text: &str) -> String {
    let faults = Recipe::read(text).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults[0].to_string()
}

#[test]
fn an_unknown_field_is_told_with_its_line_and_the_nearest_known_name() {
    let text = "{\n  \"schema\": 1,\n  \"id\": \"x\",\n  \"tag-line\": \"y\"\n}";
    assert_eq!(only_fault(text), "line 4, column 12: `tag-line` is not known here; did you mean `tagline`?");
    let misspelt = bent("/resources/memry", json!({ "min": 1, "recommended": 1 }));
    assert!(read(&misspelt).unwrap_err()[0].ends_with("`memry` is not known here; did you mean `memory`?"));
    let strange = bent("/resources/colour", json!(1));
    assert!(read(&strange).unwrap_err()[0].ends_with("`colour` is not known here; known are cores, memory, disk"));
}

#[test]
fn an_unknown_choice_is_told_likewise() {
    let fault = read(&bent("/ports/1/protocol", json!("upd"))).unwrap_err();
    assert!(fault[0].ends_with("`upd` is not known here; did you mean `udp`?"), "{fault:?}");
    let fault = read(&bent("/settings/3/kind", json!("time-zone"))).unwrap_err();
    assert!(fault[0].ends_with("did you mean `timezone`?"), "{fault:?}");
}

#[test]
fn a_missing_field_and_a_broken_file_name_their_line() {
    assert!(read(&bent("/license", json!(null))).unwrap_err()[0].contains("missing field `license`"));
    assert!(only_fault("{\n  \"schema\": 1,,\n}").starts_with("line 2, column 1"));
    assert!(only_fault("").starts_with("line 1, column 0"));
}

#[test]
fn a_file_of_another_schema_is_told_as_such() {
    let text = json!({ "schema": 2, "novelty": true }).to_string();
    assert_eq!(only_fault(&text), "schema: the file is written in schema 2; this Proximity reads 1");
    assert_eq!(read(&bent("/schema", json!(3))).unwrap_err(), ["schema: this Proximity reads schema 1"]);
}

#[test]
fn a_command_is_a_line_or_words_and_nothing_else() {
    let place = "/methods/compose/services/app/command";
    assert!(read(&bent(place, json!(["serve", "--quiet"]))).is_ok());
    let fault = read(&bent(place, json!(7))).unwrap_err();
    assert!(fault[0].contains("expected a line or a list of words") && fault[0].starts_with("line "), "{fault:?}");
}

#[test]
fn what_is_left_out_has_its_usual_value() {
    let recipe = sound();
    assert_eq!(recipe.architectures.len(), 2);
    assert!(recipe.volumes[0].backup);
    assert_eq!((recipe.probe.deadline, recipe.probe.interval), (180, 30));
    assert_eq!(recipe.main_port().unwrap().port, 8080);
    assert_eq!(recipe.needs, Vec::<Need>::new());
}

#[test]
fn a_recipe_written_out_is_read_back_the_same() {
    let recipe = read(&bent("/colour", json!("#175DDC"))).unwrap();
    let again = Recipe::read(&serde_json::to_string(&recipe).unwrap()).unwrap();
    assert_eq!(recipe, again);
    assert!(serde_json::to_string(&recipe).unwrap().contains("#175ddc"));
    assert!(read(&bent("/colour", json!("blue"))).unwrap_err()[0].contains("write it as in `#175ddc`"));
    assert!(read(&bent("/colour", json!("#+75ddc"))).is_err(), "a sign is no digit");
}

#[test]
fn methods_are_offered_with_the_preferred_one_first() {
    use proximity::domain::app::Method::{Compose, Oci, Script};
    assert_eq!(sound().methods_offered(), [Compose, Oci, Script]);
    let preferred = read(&bent("/methods/preferred", json!("script"))).unwrap();
    assert_eq!(preferred.methods_offered(), [Script, Compose, Oci]);
    assert_eq!(preferred.images(Compose), ["docker.io/example/app:1.0", "postgres:17"]);
    assert_eq!(preferred.images(Oci), ["docker.io/example/app:1.0"]);
    assert_eq!(preferred.images(Script), Vec::<String>::new());
}

#[test]
fn the_example_itself_is_sound() {
    assert_eq!(read(&example()).err(), None);
    assert_eq!(interpolate("${A}", |_| Some("b".into())).unwrap(), "b");
}
