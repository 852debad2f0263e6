//! The rules of the HA manager: on which nodes guests should be, and which should be together or apart.

use serde_json::{Map, Value, json};

use super::{
    Ask, Endpoint, Outcome, delete, get,
    ha::{CHANGE, COMMENT, DELETE, DIGEST, LOOK, digest},
    post, put,
};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, one_of, text, texts},
    },
    datacenter::Datacenter,
    refusal::Refusal,
};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/cluster/ha/rules", LOOK, &[one_of("type", RULE_KINDS), text("resource")], rules),
    post("/cluster/ha/rules", CHANGE, CREATE_RULE, create_rule),
    get("/cluster/ha/rules/{rule}", LOOK, &[], |d, ask| Ok(rule_row(d, ask.text("rule"))?.into())),
    put("/cluster/ha/rules/{rule}", CHANGE, UPDATE_RULE, update_rule),
    delete("/cluster/ha/rules/{rule}", CHANGE, &[], |d, ask| {
        d.ha.rules.remove(ask.text("rule"));
        Ok(Value::Null.into())
    }),
];

const RULE_KINDS: &[&str] = &["node-affinity", "resource-affinity"];
const RULE: Rule = text("rule").format(formats::config_id).needed();
const CREATE_RULE: &[Rule] = &[
    RULE,
    one_of("type", RULE_KINDS).needed(),
    texts("resources").needed(),
    texts("nodes"),
    boolean("strict"),
    one_of("affinity", &["positive", "negative"]),
    boolean("disable"),
    COMMENT,
];
const UPDATE_RULE: &[Rule] = &[
    RULE,
    one_of("type", RULE_KINDS),
    texts("resources"),
    texts("nodes"),
    boolean("strict"),
    one_of("affinity", &["positive", "negative"]),
    boolean("disable"),
    COMMENT,
    DELETE,
    DIGEST,
];

fn rules(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let names: Vec<String> = datacenter.ha.rules.keys().cloned().collect();
    let rows: Result<Vec<Value>, Refusal> = names.iter().map(|name| rule_row(datacenter, name)).collect();
    let is_wanted = |row: &Value| {
        let resources = row["resources"].as_str().unwrap_or_default();
        ask.given("type").is_none_or(|kind| row["type"] == kind)
            && ask.given("resource").is_none_or(|sid| resources.split(',').any(|known| known == sid))
    };
    Ok(Value::Array(rows?.into_iter().filter(is_wanted).collect()).into())
}

fn rule_row(datacenter: &Datacenter, name: &str) -> Result<Value, Refusal> {
    let rule = datacenter.ha.rules.get(name).ok_or_else(|| Refusal::died(format!("no such ha rule '{name}'")))?;
    let mut row: Map<String, Value> = rule.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let order = datacenter.ha.rules.keys().position(|known| known == name).unwrap_or(0) + 1;
    row.insert("rule".into(), json!(name));
    row.insert("order".into(), json!(order));
    row.insert("digest".into(), json!(digest(datacenter)));
    Ok(Value::Object(row))
}

/// Resources that are looked after, and nodes that are there.
fn judge_rule(datacenter: &Datacenter, ask: &Ask) -> Result<(), String> {
    let items = |key: &str| -> Vec<String> {
        ask.text(key).split([',', ';', ' ']).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    };
    let strangers: Vec<String> =
        items("resources").into_iter().filter(|sid| !datacenter.ha.services.contains_key(sid)).collect();
    if !strangers.is_empty() {
        return Err(format!("cannot use unmanaged resource(s) {}.", strangers.join(", ")));
    }
    let is_known = |node: &String| datacenter.node(node.split(':').next().unwrap_or_default()).is_some();
    let missing: Vec<String> = items("nodes").into_iter().filter(|node| !is_known(node)).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(format!("cannot use non-existent node(s) {}.", missing.join(", "))),
    }
}

fn take_rule(datacenter: &mut Datacenter, ask: &Ask) {
    let rule = datacenter.ha.rules.entry(ask.text("rule").to_owned()).or_default();
    for (name, text) in ask.values.iter().filter(|(name, _)| !["rule", "delete", "digest"].contains(&name.as_str())) {
        match (name.as_str(), text.as_str()) {
            ("disable", "0") => drop(rule.remove("disable")),
            ("disable" | "strict", _) => drop(rule.insert(name.clone(), json!(text.parse::<i64>().unwrap_or(0)))),
            _ => drop(rule.insert(name.clone(), json!(text.split([',', ';', ' ']).collect::<Vec<_>>().join(",")))),
        }
        if name == "comment" {
            rule.insert("comment".into(), json!(text));
        }
    }
    for name in ask.text("delete").split([',', ';', ' ']) {
        rule.remove(name);
    }
}

fn create_rule(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let failed = |why: String| Refusal::died(format!("create ha rule failed: {why}"));
    let (needed, foreign) = match ask.text("type") {
        "node-affinity" => ("nodes", "affinity"),
        _ => ("affinity", "nodes"),
    };
    if ask.given(needed).is_none() {
        return Err(Refusal::parameter(needed, "property is missing and it is not optional"));
    }
    if ask.given(foreign).is_some() {
        return Err(Refusal::died(format!(
            "property '{foreign}' is not defined for rules of type '{}'",
            ask.text("type")
        )));
    }
    let name = ask.text("rule");
    if datacenter.ha.rules.contains_key(name) {
        return Err(failed(format!("HA rule '{name}' already defined")));
    }
    judge_rule(datacenter, ask).map_err(failed)?;
    take_rule(datacenter, ask);
    Ok(Value::Null.into())
}

fn update_rule(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let failed = |why: String| Refusal::died(format!("update HA rules failed: {why}"));
    let name = ask.text("rule");
    if !datacenter.ha.rules.contains_key(name) {
        return Err(failed(format!("HA rule '{name}' does not exist")));
    }
    judge_rule(datacenter, ask).map_err(failed)?;
    take_rule(datacenter, ask);
    Ok(Value::Null.into())
}
