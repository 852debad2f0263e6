//! What the marker in a description says can be read back, whatever stands around it.

use proptest::prelude::*;
use proximity::domain::{
    app::{Marker, Method},
    book::Origin,
    ids::AppId,
};

fn markers() -> impl Strategy<Value = Marker> {
    let word = "[a-z][a-z0-9.-]{0,12}";
    let recipe = proptest::option::of((word, proptest::option::of("[0-9][0-9.]{0,6}")));
    let method =
        prop_oneof![Just(None), Just(Some(Method::Compose)), Just(Some(Method::Oci)), Just(Some(Method::Script))];
    let ports = proptest::collection::vec(1_u16.., 0..4);
    let origin = prop_oneof![Just(Origin::Deployed), Just(Origin::Adopted)];
    (word, proptest::option::of(0..9999_i64), recipe, method, ports, origin).prop_map(
        |(app, operation, recipe, method, ports, origin)| Marker {
            app: AppId::new(app),
            operation,
            version: recipe.as_ref().and_then(|(_, version)| version.as_deref().map(Into::into)),
            recipe: recipe.map(|(recipe, _)| recipe.into()),
            method,
            ports,
            origin,
        },
    )
}

proptest! {
    #[test]
    fn a_marker_is_read_back_from_among_notes(marker in markers(), before in "[A-Z \n]{0,40}", after in "[A-Z \n]{0,40}") {
        let description = format!("{before}\n{marker}\n{after}\n");
        prop_assert_eq!(Marker::find(&description), Some(marker));
    }

    #[test]
    fn no_description_panics(text in ".{0,200}") {
        let _ = Marker::find(&text);
    }
}

#[test]
fn words_of_a_later_version_are_left_alone() {
    let found = Marker::find("proximity app=tv-1 flavour=new recipe=jellyfin@10.9.11 ports=8096,x,8920").unwrap();
    assert_eq!(found.to_string(), "proximity app=tv-1 recipe=jellyfin@10.9.11 ports=8096,8920");
}

#[test]
fn a_line_without_an_app_is_no_marker() {
    assert_eq!(Marker::find("proximity is what I use here"), None);
    assert_eq!(Marker::find("see proximity app=x"), None);
}

#[test]
fn a_marker_made_to_harm_is_none() {
    let escape = "proximity app=tv\u{1b}[2J-1 ports=80";
    assert_eq!(Marker::find(escape), None);
    assert_eq!(Marker::find(&format!("proximity app={}", "a".repeat(8000))), None);
    let found = Marker::find("proximity app=tv-1 recipe=\u{1b}]0;x@1\u{7} method=oci").unwrap();
    assert_eq!((found.recipe.as_deref(), found.version.as_deref()), (None, None));
    let many = format!("proximity app=tv-1 ports={}", vec!["80"; 2000].join(","));
    assert!(Marker::find(&many).unwrap().ports.len() <= 64);
}
