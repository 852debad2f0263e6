//! PulseAudio, and PipeWire that speaks its language, without a C library. Each cue is a short stream of its own: a
//! stream that stays open asks for seconds of sound ahead, and the next cue would be heard that much later.

use std::{
    ffi::CString,
    io::{Cursor, Read},
    os::unix::net::UnixStream,
    time::Duration,
};

use pulseaudio::{
    AsPlaybackSource, Client, ClientError, cookie_path_from_env,
    protocol::{ChannelMap, PlaybackStreamParams, Prop, Props, SampleFormat, SampleSpec, stream::BufferAttr},
    socket_path_from_env,
};
use tokio::time::timeout;

use super::decode::Sound;

/// A server that takes longer than this is as good as none.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) struct Speaker {
    client: Client,
}

impl Speaker {
    pub(super) fn open() -> Option<Self> {
        let socket = UnixStream::connect(socket_path_from_env()?).ok()?;
        // The greeting is read while we wait; a server that hangs must not keep this thread.
        socket.set_read_timeout(Some(PATIENCE)).ok()?;
        socket.set_write_timeout(Some(PATIENCE)).ok()?;
        let cookie = cookie_path_from_env().and_then(|path| std::fs::read(path).ok());
        let client = Client::new_unix(c"Proximity", socket, cookie).ok()?;
        Some(Self { client })
    }

    /// Plays to the end. False when the server is gone.
    pub(super) fn play(&self, sound: Sound) -> impl Future<Output = bool> + Send + use<> {
        let (client, limit) = (self.client.clone(), sound.length() + PATIENCE);
        async move {
            let played = timeout(limit, stream(client, sound)).await;
            !matches!(played, Ok(Err(ClientError::Disconnected | ClientError::Io(_))))
        }
    }
}

async fn stream(client: Client, sound: Sound) -> Result<(), ClientError> {
    let bytes: Vec<u8> = sound.samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let wanted = described(&sound, bytes.len());
    let mut rest = Cursor::new(bytes);
    let source = move |room: &mut [u8]| rest.read(room).unwrap_or(0);
    client.create_playback_stream(wanted, source.as_playback_source()).await?.play_all().await
}

/// The server is asked to hold the whole sound, so that it asks once and never runs dry.
fn described(sound: &Sound, bytes: usize) -> PlaybackStreamParams {
    let length = u32::try_from(bytes).unwrap_or(u32::MAX);
    let mut props = Props::new();
    props.set(Prop::MediaName, CString::from(c"cue"));
    props.set(Prop::MediaRole, CString::from(c"event"));
    let (channels, channel_map) = match sound.channels.get() {
        1 => (1, ChannelMap::mono()),
        _ => (2, ChannelMap::stereo()),
    };
    PlaybackStreamParams {
        sample_spec: SampleSpec { format: SampleFormat::Float32Le, channels, sample_rate: sound.rate.get() },
        channel_map,
        buffer_attr: BufferAttr { target_length: length, pre_buffering: length, ..BufferAttr::default() },
        props,
        ..PlaybackStreamParams::default()
    }
}
