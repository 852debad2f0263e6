//! The lists of what is below a path name everything that is served there.

use std::collections::BTreeSet;

use proximity::sim::served;

use super::house::House;

/// Below these the real one has more than its lists tell.
const UNTOLD: &[(&str, &[&str])] =
    &[("/nodes/{node}/lxc/{vmid}", &["feature", "move_volume", "template"]), ("/nodes/{node}", &["vncwebsocket"])];

/// Paths that list what is below them, with the key of their rows.
const INDEXES: &[(&str, &str)] = &[
    ("/", "subdir"),
    ("/access", "subdir"),
    ("/cluster", "name"),
    ("/cluster/ha", "id"),
    ("/cluster/ha/status", "name"),
    ("/cluster/jobs", "subdir"),
    ("/cluster/metrics", "name"),
    ("/cluster/sdn", "id"),
    ("/nodes/{node}", "name"),
    ("/nodes/{node}/apt", "id"),
    ("/nodes/{node}/certificates", "name"),
    ("/nodes/{node}/lxc/{vmid}", "subdir"),
    ("/nodes/{node}/lxc/{vmid}/firewall", "name"),
    ("/nodes/{node}/lxc/{vmid}/status", "subdir"),
    ("/nodes/{node}/storage/{storage}", "subdir"),
];

#[test]
fn every_index_names_all_that_is_served_below_it() {
    let house = House::demo();
    let paths: Vec<&str> = served().map(|endpoint| endpoint.path).collect();
    for (index, key) in INDEXES {
        let path = index.replace("{node}", "pve1").replace("{vmid}", "101").replace("{storage}", "local");
        let rows = house.get(&path);
        let told: BTreeSet<&str> = rows.as_array().unwrap().iter().filter_map(|row| row[*key].as_str()).collect();
        let untold = UNTOLD.iter().find(|(path, _)| path == index).map_or(&[][..], |(_, names)| names);
        let below = paths.iter().filter_map(|path| path.strip_prefix(index)?.trim_start_matches('/').split('/').next());
        let missing: BTreeSet<&str> =
            below.filter(|name| !name.is_empty() && !name.starts_with('{') && !untold.contains(name)).collect();
        let missing: Vec<_> = missing.difference(&told).collect();
        assert!(missing.is_empty(), "{index} does not name {missing:?}");
    }
}
