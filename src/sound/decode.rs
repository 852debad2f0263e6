//! From a file to samples. What must hold: a file of the operator that cannot be played is passed over for the built-in
//! one, and a long one is cut: a cue is not a song.

use std::{borrow::Cow, fs, io::Cursor, path::Path, time::Duration};

use rodio::{ChannelCount, Decoder, SampleRate, Source, source::UniformSourceIterator};

use super::Cue;

const STEREO: ChannelCount = ChannelCount::MIN.saturating_add(1);

const LONGEST: Duration = Duration::from_secs(4);

/// No cue is worth reading more.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Samples that are ready to be played: one or two channels, and already as loud as they are to be.
pub(super) struct Sound {
    pub channels: ChannelCount,
    pub rate: SampleRate,
    pub samples: Vec<f32>,
}

impl Sound {
    /// The cue's file in the operator's pack if there is a good one, else the built-in one.
    pub(super) fn of(cue: Cue, pack: &Path, volume: f32) -> Option<Self> {
        let own = pack.join(cue.slug()).with_extension("wav");
        let own = fs::metadata(&own).ok().filter(|found| found.len() <= LARGEST).and_then(|_| fs::read(own).ok());
        own.and_then(|file| Self::decode(file.into(), volume)).or_else(|| Self::decode(cue.file().into(), volume))
    }

    fn decode(file: Cow<'static, [u8]>, volume: f32) -> Option<Self> {
        let source = Decoder::new_wav(Cursor::new(file)).ok()?;
        let (channels, rate) = (source.channels().min(STEREO), source.sample_rate());
        let source = UniformSourceIterator::new(source, channels, rate);
        let samples: Vec<f32> = source.amplify(volume).take_duration(LONGEST).collect();
        (!samples.is_empty()).then_some(Self { channels, rate, samples })
    }

    pub(super) fn length(&self) -> Duration {
        let frames = self.samples.len() / usize::from(self.channels.get());
        Duration::from_secs_f64(frames as f64 / f64::from(self.rate.get()))
    }
}
