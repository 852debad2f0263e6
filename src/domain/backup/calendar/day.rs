//! Days of the calendar that all of today use, counted since 1970.

use super::Weekday;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Since 1970.
    pub number: i64,
    pub year: u32,
    pub month: u32,
    pub day: u32,
}

/// Days from the first of March of the year 0, with which a leap day ends a year, to 1970.
const TO_1970: i64 = 719_468;
const OF_400_YEARS: i64 = 146_097;

impl Day {
    pub fn of(number: i64) -> Self {
        let since = number + TO_1970;
        let (era, of_era) = (since.div_euclid(OF_400_YEARS), since.rem_euclid(OF_400_YEARS));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Self { number, year: year.max(0) as u32, month: month as u32, day: day as u32 }
    }

    pub fn at(year: u32, month: u32, day: u32) -> Self {
        let from = i64::from(year) - i64::from(month <= 2);
        let (era, year_of_era) = (from.div_euclid(400), from.rem_euclid(400));
        let from_march = i64::from(if month > 2 { month - 3 } else { month + 9 });
        let of_year = (153 * from_march + 2) / 5 + i64::from(day) - 1;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
        Self { number: era * OF_400_YEARS + of_era - TO_1970, year, month, day }
    }

    pub fn weekday(&self) -> Weekday {
        // The first of January 1970 was a Thursday.
        Weekday::ALL[(self.number + 3).rem_euclid(7) as usize]
    }
}
