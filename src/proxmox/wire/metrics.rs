//! `cluster/metrics/export`: a list within an object.

use serde::Deserialize;

use super::{
    lenient::{Int, Real, Text},
    list::List,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ExportSaid<'a> {
    #[serde(borrow)]
    pub data: List<SampleRow<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SampleRow<'a> {
    #[serde(borrow)]
    pub id: Text<'a>,
    #[serde(borrow)]
    pub metric: Text<'a>,
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    pub value: Real,
    pub timestamp: Int,
}
