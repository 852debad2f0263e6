//! stub
pub struct Simulator;
pub struct Ready {
    pub url: String,
    pub fingerprint: String,
    pub token_id: String,
    pub token_secret: String,
}
#[derive(Default)]
pub struct Options {
    pub listen: Option<std::net::SocketAddr>,
    pub seed: Seed,
    pub pace: Pace,
}
#[derive(Default)]
pub struct Seed;
#[derive(Default)]
pub struct Pace;
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct SimError;
impl Seed {
    pub fn demo() -> Self {
        Self
    }
    pub fn demo_with(_: u32) -> Self {
        Self
    }
    pub fn new(_: u32, _: u32) -> Self {
        Self
    }
}
impl Pace {
    pub fn live() -> Self {
        Self
    }
    pub fn live_at(_: f64) -> Self {
        Self
    }
}
impl Simulator {
    pub async fn start(_: Options) -> Result<Self, SimError> {
        todo!()
    }
    pub fn ready(&self) -> &Ready {
        todo!()
    }
    pub async fn shutdown(self) {}
}
pub async fn serve(_: Options, _: impl std::io::Write, _: impl std::io::Write) -> Result<(), SimError> {
    todo!()
}
