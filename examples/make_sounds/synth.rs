//! The sound of a rack: small switches, soft bells, nothing that startles. What must hold: the same bytes on every
//! machine, so there is only plain arithmetic in here, no sine of a C library and no chance.

const RATE: f64 = 22_050.0;

/// Equal temperament, A4 = 440 Hz.
mod note {
    pub const F3: f64 = 174.61;
    pub const A3: f64 = 220.00;
    pub const C4: f64 = 261.63;
    pub const G4: f64 = 392.00;
    pub const A4: f64 = 440.00;
    pub const C5: f64 = 523.25;
    pub const D5: f64 = 587.33;
    pub const E5: f64 = 659.26;
    pub const G5: f64 = 783.99;
    pub const B5: f64 = 987.77;
    pub const C6: f64 = 1046.50;
    pub const E6: f64 = 1318.51;
}

/// Every cue: its name and the file.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("click", click().file(0.35)),
        ("flip", flip().file(0.45)),
        ("success", melody(&[(0.00, note::E5, 0.5), (0.11, note::B5, 1.0)], 0.55).file(0.55)),
        ("error", error().file(0.60)),
        ("deploy-start", deploy_start().file(0.50)),
        ("app-started", chord(&[note::C5, note::E5, note::G5], 0.75).file(0.55)),
        ("backup-create", reels(note::C4, note::G4).file(0.50)),
        ("backup-done", melody(&[(0.00, note::A4, 0.7), (0.13, note::D5, 1.0)], 0.60).file(0.55)),
        ("restore", melody(&[(0.00, note::G5, 0.6), (0.12, note::D5, 0.7), (0.26, note::G5, 1.0)], 0.75).file(0.55)),
        ("host-lost", host_lost().file(0.60)),
        ("achievement", achievement().file(0.60)),
    ]
}

/// A small switch under the finger.
fn click() -> Tape {
    let mut tape = Tape::new(0.030);
    tape.noise(0.0, 0.7, 0.0015, 0.8);
    tape.tone(Tone { from: 2_400.0, to: 1_500.0, loudness: 0.6, fall: 0.004, ..Tone::at(0.0) });
    tape
}

/// A unit is turned in its rails: a breath of air, and the latch at the end.
fn flip() -> Tape {
    let mut tape = Tape::new(0.200);
    tape.swell(0.0, 0.120, 0.30, 0.25);
    tape.noise(0.125, 0.8, 0.003, 0.6);
    tape.tone(Tone { from: 320.0, to: 170.0, loudness: 0.9, fall: 0.022, ..Tone::at(0.125) });
    tape.tone(Tone { from: 1_900.0, to: 1_500.0, loudness: 0.25, fall: 0.006, ..Tone::at(0.125) });
    tape
}

fn error() -> Tape {
    let mut tape = Tape::new(0.50);
    for (at, pitch) in [(0.0, note::A3), (0.17, note::F3)] {
        for (times, loudness) in [(1.0, 1.0), (2.0, 0.45), (3.0, 0.30), (5.0, 0.10)] {
            let pitch = pitch * times;
            tape.tone(Tone { from: pitch, to: pitch, loudness, rise: 0.008, fall: 0.11, ..Tone::at(at) });
        }
    }
    tape
}

/// Fans come up to speed.
fn deploy_start() -> Tape {
    let mut tape = Tape::new(0.62);
    tape.swell(0.0, 0.55, 0.08, 0.15);
    for (times, loudness) in [(1.0, 1.0), (1.5, 0.5), (2.0, 0.3)] {
        let (from, to) = (note::A3 * times, note::A4 * times);
        tape.tone(Tone { from, to, loudness, rise: 0.20, fall: 0.25, ..Tone::at(0.0) });
    }
    tape.bell(0.38, note::E5, 0.5);
    tape
}

/// Two reels begin to turn.
fn reels(low: f64, high: f64) -> Tape {
    let mut tape = Tape::new(0.45);
    for (at, pitch) in [(0.0, low), (0.14, high)] {
        tape.noise(at, 0.35, 0.004, 0.4);
        tape.tone(Tone { from: 150.0, to: 90.0, loudness: 0.7, fall: 0.03, ..Tone::at(at) });
        tape.tone(Tone { from: pitch, to: pitch, loudness: 0.6, rise: 0.01, fall: 0.12, ..Tone::at(at) });
    }
    tape
}

/// A line goes down.
fn host_lost() -> Tape {
    let mut tape = Tape::new(0.75);
    for (at, from) in [(0.0, note::G4), (0.30, note::C4)] {
        for (times, loudness) in [(1.0, 1.0), (2.0, 0.25), (3.0, 0.12)] {
            let (from, to) = (from * times, from * times * 0.94);
            tape.tone(Tone { from, to, loudness, rise: 0.015, fall: 0.16, ..Tone::at(at) });
        }
    }
    tape
}

fn achievement() -> Tape {
    let notes = [(0.00, note::C5, 0.6), (0.08, note::E5, 0.6), (0.16, note::G5, 0.7), (0.24, note::C6, 1.0)];
    let mut tape = melody(&notes, 0.88);
    tape.bell(0.34, note::E6, 0.35);
    tape
}

fn melody(notes: &[(f64, f64, f64)], seconds: f64) -> Tape {
    let mut tape = Tape::new(seconds);
    for (at, pitch, loudness) in notes {
        tape.bell(*at, *pitch, *loudness);
    }
    tape
}

/// Struck almost together, as a hand would.
fn chord(notes: &[f64], seconds: f64) -> Tape {
    let mut tape = Tape::new(seconds);
    for (i, pitch) in notes.iter().enumerate() {
        tape.bell(i as f64 * 0.035, *pitch, 1.0);
    }
    tape
}

/// What is being recorded.
struct Tape {
    samples: Vec<f64>,
    chance: u32,
}

/// One voice: it glides from one pitch to another while it rises and falls.
struct Tone {
    at: f64,
    from: f64,
    to: f64,
    loudness: f64,
    /// Seconds until it is at its loudest.
    rise: f64,
    /// Seconds in which it falls to about a third.
    fall: f64,
}

impl Tone {
    fn at(at: f64) -> Self {
        Self { at, from: 440.0, to: 440.0, loudness: 1.0, rise: 0.002, fall: 0.1 }
    }
}

impl Tape {
    fn new(seconds: f64) -> Self {
        Self { samples: vec![0.0; (seconds * RATE) as usize], chance: 0x2545_f491 }
    }

    fn tone(&mut self, tone: Tone) {
        let (start, mut turn, mut envelope) = ((tone.at * RATE) as usize, 0.0, 1.0);
        let length = (self.samples.len() - start) as f64;
        let fading = 1.0 - 1.0 / (tone.fall * RATE);
        for (n, sample) in self.samples[start..].iter_mut().enumerate() {
            let (n, rise) = (n as f64, tone.rise * RATE);
            let rising = if n < rise { n / rise } else { 1.0 };
            *sample += tone.loudness * rising * envelope * sine(turn);
            if n >= rise {
                envelope *= fading;
            }
            turn += (tone.from + (tone.to - tone.from) * n / length) / RATE;
            turn -= turn.floor();
        }
    }

    /// A soft bell: its higher voices are quieter, a little out of tune, and gone sooner.
    fn bell(&mut self, at: f64, pitch: f64, loudness: f64) {
        for (times, share, fall) in [(1.0, 1.0, 0.16), (2.0, 0.30, 0.09), (3.01, 0.10, 0.05), (4.20, 0.05, 0.02)] {
            let pitch = pitch * times;
            self.tone(Tone { at, from: pitch, to: pitch, loudness: loudness * share, rise: 0.004, fall });
        }
    }

    /// A burst of noise; `brightness` from 0 (dull) to 1 (white).
    fn noise(&mut self, at: f64, loudness: f64, fall: f64, brightness: f64) {
        let (start, mut envelope, mut dull) = ((at * RATE) as usize, 1.0, 0.0);
        let fading = 1.0 - 1.0 / (fall * RATE);
        for n in start..self.samples.len() {
            dull += (self.draw() - dull) * brightness;
            self.samples[n] += loudness * envelope * dull;
            envelope *= fading;
        }
    }

    /// Noise that comes and goes like a breath.
    fn swell(&mut self, at: f64, seconds: f64, loudness: f64, brightness: f64) {
        let (start, length, mut dull) = ((at * RATE) as usize, (seconds * RATE) as usize, 0.0);
        for n in 0..length {
            let through = n as f64 / length as f64;
            dull += (self.draw() - dull) * brightness;
            self.samples[start + n] += loudness * 4.0 * through * (1.0 - through) * dull;
        }
    }

    /// From -1 to 1, the same row of numbers each time.
    fn draw(&mut self) -> f64 {
        self.chance = self.chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.chance >> 8) / f64::from(1 << 23) - 1.0
    }

    /// A WAV file, mono, 16 bits, as loud as `peak` at its loudest, and silent at its very end.
    fn file(mut self, peak: f64) -> Vec<u8> {
        let fade = (0.008 * RATE) as usize;
        let length = self.samples.len();
        for (n, sample) in self.samples[length - fade..].iter_mut().enumerate() {
            *sample *= 1.0 - (n + 1) as f64 / fade as f64;
        }
        let loudest = self.samples.iter().fold(0.0, |loudest: f64, sample| loudest.max(sample.abs()));
        let samples = self.samples.iter().map(|sample| (sample / loudest * peak * 32_767.0).round() as i16);
        let mut file = header(length as u32 * 2);
        file.extend(samples.flat_map(i16::to_le_bytes));
        file
    }
}

fn header(bytes: u32) -> Vec<u8> {
    let (rate, mut file) = (RATE as u32, Vec::new());
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16u32.to_le_bytes());
    for number in [1u16, 1] {
        file.extend_from_slice(&number.to_le_bytes());
    }
    for number in [rate, rate * 2] {
        file.extend_from_slice(&number.to_le_bytes());
    }
    for number in [2u16, 16] {
        file.extend_from_slice(&number.to_le_bytes());
    }
    file.extend_from_slice(b"data");
    file.extend_from_slice(&bytes.to_le_bytes());
    file
}

/// The sine of a part of a full turn, by its series: the error is far below one step of 16 bits.
fn sine(turn: f64) -> f64 {
    let turn = turn - turn.floor();
    // Folded into the quarter around zero, where the series is short.
    let folded = if turn < 0.25 {
        turn
    } else if turn < 0.75 {
        0.5 - turn
    } else {
        turn - 1.0
    };
    let x = folded * std::f64::consts::TAU;
    let (mut term, mut sum) = (x, x);
    for n in 1..8 {
        let n = f64::from(2 * n);
        term *= -x * x / (n * (n + 1.0));
        sum += term;
    }
    sum
}
