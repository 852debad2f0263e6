//! Recipes are kept whole, and none is replaced unasked.

use proximity::catalog::{Existing, Shelves, import::compose, keep, place};

#[test]
fn what_is_kept_is_read_again_and_only_replaced_on_purpose() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("new");
    let text = "services: { a: { image: 'a:1', ports: ['80:80'] } }";
    let mut recipe = compose("mine", text).unwrap();
    assert!(keep(&own, &recipe, Existing::Stays).unwrap());
    recipe.tagline = "Another one".to_owned();
    assert!(!keep(&own, &recipe, Existing::Stays).unwrap());
    let read = || std::fs::read_to_string(place(&own, &recipe.id)).unwrap();
    assert!(!read().contains("Another one"));
    assert!(keep(&own, &recipe, Existing::Replaced).unwrap());
    assert!(read().contains("Another one"));
    assert_eq!(std::fs::read_dir(&own).unwrap().count(), 1, "nothing else is left there");
    let shelf = Shelves::default().look(&proximity::catalog::Places { own: Some(own), stores: Vec::new() });
    assert_eq!(shelf.find(&recipe.id).unwrap().recipe.as_ref(), &recipe);
}

#[test]
fn an_unsound_recipe_is_not_written_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let mut recipe = compose("mine", "services: { a: { image: 'a:1', ports: ['80:80'] } }").unwrap();
    recipe.id = proximity::domain::catalog::RecipeId::new("../outside");
    assert!(keep(&folder.path().join("own"), &recipe, Existing::Replaced).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
