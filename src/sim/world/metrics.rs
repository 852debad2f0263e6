//! What a guest uses, worked out when somebody asks: it follows from the seed, the guest and the time alone. Counters
//! grow from the start of a run and never go back; a guest that is off uses nothing.

use super::guest::Guest;
use crate::{
    domain::moment::Moment,
    sim::hash::{Swing, mix, unit, wander},
};

/// How hard a guest works: what its recipe usually does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    /// Of its cores: always used, and used at its busiest.
    pub idle: f64,
    pub busy: f64,
    /// Of its memory.
    pub memory: f64,
    /// Of its disk.
    pub disk: f64,
    /// Bytes a second on average.
    pub net_in: f64,
    pub net_out: f64,
    pub read: f64,
    pub write: f64,
}

impl Profile {
    pub const QUIET: Self = Self {
        idle: 0.002,
        busy: 0.03,
        memory: 0.3,
        disk: 0.35,
        net_in: 900.0,
        net_out: 600.0,
        read: 2_000.0,
        write: 4_000.0,
    };
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Of its own cores, 0 to 1.
    pub cpu: f64,
    pub memory: u64,
    pub disk: u64,
    pub net_in: u64,
    pub net_out: u64,
    pub read: u64,
    pub write: u64,
}

/// Proxmox measures every ten seconds; between that it tells the same again.
pub fn measured_at(now: Moment) -> Moment {
    Moment(now.0 - now.0.rem_euclid(10_000))
}

/// What it uses at `now`; `seed` is the datacenter's.
pub fn usage(guest: &Guest, seed: u64, now: Moment) -> Usage {
    let Some(from) = guest.started() else { return Usage::default() };
    let own = mix(seed, u64::from(guest.vmid));
    let at = measured_at(now).max(from);
    let (from, at) = (from.0 as f64 / 1000.0, at.0 as f64 / 1000.0);
    let count = |salt: u64, rate: f64| (rate * Swing::of(mix(own, salt)).total(from, at)) as u64;
    let profile = &guest.profile;
    Usage {
        cpu: cpu(profile, own, at),
        memory: memory(guest, own, at, at - from),
        disk: disk(guest, own, at),
        net_in: count(1, profile.net_in),
        net_out: count(2, profile.net_out),
        read: count(3, profile.read) & !4095,
        write: count(4, profile.write) & !4095,
    }
}

fn cpu(profile: &Profile, own: u64, at: f64) -> f64 {
    let (slow, fast) = (wander(mix(own, 5), at, 1_200.0), wander(mix(own, 6), at, 35.0));
    let share = (0.25 + 0.75 * slow) * fast * fast;
    (profile.idle + (profile.busy - profile.idle) * share).clamp(0.0, 1.0)
}

fn memory(guest: &Guest, own: u64, at: f64, age: f64) -> u64 {
    let warm = 1.0 - 0.6 * (-age / 90.0).exp();
    let share = guest.profile.memory * warm * (0.9 + 0.2 * wander(mix(own, 7), at, 2_400.0));
    (guest.memory() as f64 * share.clamp(0.01, 0.98)) as u64 & !4095
}

fn disk(guest: &Guest, own: u64, at: f64) -> u64 {
    // A virtual machine hides what it has on its disk.
    if guest.kind == super::guest::Kind::Machine {
        return 0;
    }
    let born = guest.born.0 as f64 / 1000.0;
    let grown = 0.02 * ((at - born) / 31_536_000.0).clamp(0.0, 5.0);
    let share = (guest.profile.disk + grown + 0.01 * wander(mix(own, 8), at, 7_200.0)).clamp(0.01, 0.99);
    (guest.disk() as f64 * share) as u64 & !4095
}

/// Bytes a second at a time, for the history: in, out, read, written.
pub fn rates(guest: &Guest, seed: u64, at: f64) -> [f64; 4] {
    let own = mix(seed, u64::from(guest.vmid));
    let profile = &guest.profile;
    [(1, profile.net_in), (2, profile.net_out), (3, profile.read), (4, profile.write)]
        .map(|(salt, rate)| rate * Swing::of(mix(own, salt)).rate(at))
}

/// Processor and memory at a time of its history.
pub fn levels(guest: &Guest, seed: u64, at: f64) -> (f64, u64, u64) {
    let own = mix(seed, u64::from(guest.vmid));
    (cpu(&guest.profile, own, at), memory(guest, own, at, f64::MAX), disk(guest, own, at))
}

/// How many tasks wait for processor, disk and memory, in percent: some, full of each.
pub fn pressure(guest: &Guest, seed: u64, now: Moment) -> [f64; 6] {
    let own = mix(seed, u64::from(guest.vmid));
    let load = usage(guest, seed, now).cpu;
    let some = |salt: u64, scale: f64| {
        (load * scale * unit(mix(own, salt), measured_at(now).0 as u64) * 100.0).round() / 100.0
    };
    [some(21, 8.0), some(22, 2.0), some(23, 12.0), some(24, 6.0), some(25, 1.0), some(26, 0.5)]
}
