//! Laws of what a chart shows: nothing is invented, nothing measured is lost, and a gap stays a gap.

use std::time::Duration;

use proptest::prelude::*;
use proximity::domain::{
    fleet::Usage,
    history::{History, Metric, Reading, Span, columns},
    moment::Moment,
};

fn reading(at: i64, cpu: Option<f32>) -> Reading {
    Reading {
        at: Moment::from_secs(at),
        cpu,
        memory: cpu.map(|share| Usage { used: (f64::from(share) * 1024.0) as u64, total: 1024 }),
        disk: None,
        net_in: cpu,
        net_out: None,
        disk_read: None,
        disk_write: None,
        pressure: None,
    }
}

fn history(values: &[Option<f32>]) -> History {
    let readings = values.iter().enumerate().map(|(at, value)| reading(60 * at as i64, *value)).collect();
    History { guest: "home/101".parse().unwrap(), span: Span::Hour, readings, peaks: Vec::new() }
}

fn some_values() -> impl Strategy<Value = Vec<Option<f32>>> {
    prop::collection::vec(prop::option::weighted(0.7, 0.0f32..1.0), 2..120)
}

proptest! {
    #[test]
    fn no_column_says_more_or_less_than_was_measured_within_it(values in some_values(), count in 1usize..300) {
        let history = history(&values);
        for column in columns(&history, Metric::Cpu, count) {
            let within: Vec<f64> = history.readings.iter()
                .filter(|one| one.at < column.until && one.at + Duration::from_secs(60) > column.from)
                .filter_map(|one| one.of(Metric::Cpu)).collect();
            prop_assert_eq!(column.mean.is_some(), !within.is_empty(), "a gap stays a gap, and nothing else is one");
            if let (Some(mean), Some(most)) = (column.mean, column.most) {
                let (low, high) = (within.iter().copied().fold(1.0, f64::min), within.iter().copied().fold(0.0, f64::max));
                prop_assert!(mean >= low - 1e-9 && mean <= high + 1e-9);
                prop_assert_eq!(most, high);
            }
        }
    }

    #[test]
    fn however_few_columns_there_are_the_highest_is_among_them(values in some_values(), count in 1usize..300) {
        let history = history(&values);
        let highest = history.readings.iter().filter_map(|one| one.of(Metric::Cpu)).reduce(f64::max);
        let shown = columns(&history, Metric::Cpu, count).iter().filter_map(|column| column.most).reduce(f64::max);
        prop_assert_eq!(shown, highest);
    }

    #[test]
    fn as_many_columns_as_readings_are_the_readings(values in some_values()) {
        let history = history(&values);
        let shown: Vec<_> = columns(&history, Metric::Cpu, values.len()).iter().map(|column| column.mean).collect();
        prop_assert_eq!(shown, values.iter().map(|value| value.map(f64::from)).collect::<Vec<_>>());
    }

    #[test]
    fn columns_stand_side_by_side_over_the_whole_reach(values in some_values(), count in 1usize..300) {
        let history = history(&values);
        let columns = columns(&history, Metric::Cpu, count);
        let (from, until) = history.reach().unwrap();
        prop_assert_eq!((columns[0].from, columns[count - 1].until), (from, until));
        prop_assert!(columns.windows(2).all(|pair| pair[0].until == pair[1].from));
    }

    #[test]
    fn what_it_comes_to_lies_among_what_was_measured(values in some_values()) {
        let history = history(&values);
        let told: Vec<f64> = values.iter().flatten().map(|value| f64::from(*value)).collect();
        match history.summary(Metric::Cpu) {
            None => prop_assert!(told.is_empty()),
            Some(summary) => {
                prop_assert_eq!(summary.last, *told.last().unwrap());
                prop_assert_eq!(summary.most, told.iter().copied().fold(0.0, f64::max));
                prop_assert!(summary.mean <= summary.most + 1e-9);
            }
        }
    }
}

#[test]
fn peaks_that_were_told_stand_over_the_averages() {
    let mut history = history(&[Some(0.2), Some(0.2), None]);
    history.peaks = vec![reading(0, Some(0.9)), reading(60, Some(0.3)), reading(120, None)];
    let most: Vec<_> = columns(&history, Metric::Cpu, 3).iter().map(|column| column.most).collect();
    assert_eq!(most, [Some(f64::from(0.9f32)), Some(f64::from(0.3f32)), None]);
    assert_eq!(history.summary(Metric::Cpu).unwrap().most_at, Moment(0));
}

#[test]
fn what_nobody_measures_is_not_told() {
    let history = history(&[Some(0.1), Some(0.2)]);
    assert!(history.tells(Metric::Cpu) && !history.tells(Metric::NetOut) && !history.tells(Metric::WaitsForCpu));
    assert!(columns(&history, Metric::NetOut, 10).iter().all(|column| column.mean.is_none()));
    let empty = History { readings: Vec::new(), ..history };
    assert!(columns(&empty, Metric::Cpu, 10).is_empty() && empty.summary(Metric::Cpu).is_none());
}
