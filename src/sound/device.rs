//! The system's own sound output, where no sound server is spoken to.

use rodio::{DeviceSinkBuilder, MixerDeviceSink, buffer::SamplesBuffer};

use super::decode::Sound;

/// The device is open as long as this lives.
pub(super) struct Speaker {
    sink: MixerDeviceSink,
}

impl Speaker {
    pub(super) fn open() -> Option<Self> {
        let mut sink = DeviceSinkBuilder::open_default_sink().ok()?;
        // It would print a line when it goes.
        sink.log_on_drop(false);
        Some(Self { sink })
    }

    /// Plays to the end. False when the device is gone.
    pub(super) fn play(&self, sound: Sound) -> impl Future<Output = bool> + Send + use<> {
        let length = sound.length();
        self.sink.mixer().add(SamplesBuffer::new(sound.channels, sound.rate, sound.samples));
        async move {
            tokio::time::sleep(length).await;
            true
        }
    }
}
