//! A deck and a world that do what a test says: the loop is run with them on a real pseudo-terminal.

use std::{
    collections::VecDeque,
    future::poll_fn,
    io,
    sync::{Arc, Mutex},
    task::{Poll, Waker},
    time::Duration,
};

use crossterm::event::{Event as Raw, KeyCode, KeyEvent};
use futures_util::Stream;
use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::Fleet,
        ids::{GuestKey, OperationId},
        mischief::Meddling,
        moment::Moment,
        road::TerminalSize,
    },
    engine::{Answer, Change, Notice, Query, Request, Visit},
    settings::{Colour, Glyphs, Look, Settings},
    sound::Cue,
    tui::{
        effect::Effect,
        event::Carried,
        event::{Event, Now},
        run::{Call, Clock, Deck, Ended, Errand, Listeners, Seat, Sounded, World, serve},
        term::{Abilities, Devices, Surroundings, Terminal},
        theme::Themes,
    },
};
use ratatui::{buffer::Buffer, style::Style};
use tokio::sync::{Notify, broadcast, mpsc, watch};

use super::pty::Pty;

/// What came in and how often it was drawn.
#[derive(Default)]
pub struct Record {
    pub events: Vec<Event>,
    pub draws: usize,
}

type Answering = Box<dyn FnMut(&Event) -> Vec<Effect> + Send>;

/// Shows a text, which is the letters typed so far.
pub struct Script {
    pub record: Arc<Mutex<Record>>,
    pub text: String,
    pub wakes_at: Option<Duration>,
    pub answer: Answering,
}

impl Deck for Script {
    fn update(&mut self, _: Now, event: Event) -> Vec<Effect> {
        if let Event::Key(KeyEvent { code: KeyCode::Char(letter), .. }) = event {
            self.text.push(letter);
        }
        if matches!(event, Event::Frame) {
            self.wakes_at = None;
            self.text.push('#');
        }
        let effects = (self.answer)(&event);
        // The fleet of the start comes once more; it is not what these tests count.
        if matches!(&event, Event::Fleet(fleet) if fleet.as_of == Moment::default()) {
            return effects;
        }
        self.record.lock().expect("a record").events.push(event);
        effects
    }

    fn draw(&self, _: Now, picture: &mut Buffer) {
        self.record.lock().expect("a record").draws += 1;
        picture.set_string(0, 0, &self.text, Style::new());
    }

    fn wakes_at(&self) -> Option<Duration> {
        self.wakes_at
    }
}

#[derive(Clone)]
pub struct Scripted {
    pub fleet: watch::Sender<Arc<Fleet>>,
    pub notices: broadcast::Sender<Notice>,
    pub gate: Arc<Notify>,
    pub saved: Arc<Mutex<Vec<Settings>>>,
    /// The consoles that there are to visit.
    pub visits: Arc<Mutex<VecDeque<Visit>>>,
}

impl Default for Scripted {
    fn default() -> Self {
        Self {
            fleet: watch::Sender::default(),
            notices: broadcast::Sender::new(16),
            gate: Arc::default(),
            saved: Arc::default(),
            visits: Arc::default(),
        }
    }
}

impl World for Scripted {
    fn fleet(&self) -> watch::Receiver<Arc<Fleet>> {
        self.fleet.subscribe()
    }

    fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    fn themes(&self) -> watch::Receiver<Themes> {
        watch::channel(Themes::shipped()).1
    }

    async fn ask(&self, _: Request) -> Result<OperationId, Fault> {
        self.gate.notified().await;
        Ok(OperationId(17))
    }

    async fn query(&self, _: Query) -> Result<Answer, Fault> {
        panic!("a mistake of ours")
    }

    async fn change(&self, _: Change) -> Result<(), Fault> {
        Ok(())
    }

    async fn visit(&self, _: GuestKey, _: TerminalSize) -> Result<Visit, Fault> {
        let visit = self.visits.lock().expect("visits").pop_front();
        visit.ok_or_else(|| Fault::lasting(FaultCode::Refused, "no console", "it is off", "start it"))
    }

    fn play(&self, cue: Cue) -> Sounded {
        if cue == Cue::Error { Sounded::Bell } else { Sounded::Elsewhere }
    }

    fn meddle(&self, _: Meddling) {}

    fn carry(&self, _: Errand) -> Result<Carried, Fault> {
        Err(Fault::lasting(FaultCode::Refused, "nothing was carried", "nobody wants that here", "leave it"))
    }

    fn write(&self, path: &str, _: &str) -> Result<std::path::PathBuf, Fault> {
        Ok(path.into())
    }

    fn save(&self, settings: &Settings) -> Result<(), Fault> {
        self.saved.lock().expect("a record").push(settings.clone());
        if settings.sound.mute {
            return Err(Fault::lasting(FaultCode::Failed, "the settings were not kept", "disk full", "make room"));
        }
        Ok(())
    }
}

/// A deck that runs, and the hands on it.
pub struct Session {
    pub pty: Pty,
    pub record: Arc<Mutex<Record>>,
    pub world: Scripted,
    pub input: Keys,
    pub calls: mpsc::Sender<Call>,
    pub running: tokio::task::JoinHandle<Ended>,
}

pub struct Plan {
    pub pty: Pty,
    pub term: &'static str,
    pub text: &'static str,
    pub wakes_at: Option<Duration>,
    pub answer: Answering,
    /// Waits for the loop before it begins.
    pub queued: Vec<Raw>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            pty: Pty::new(80, 24),
            term: "tmux-256color",
            text: "ready",
            wakes_at: None,
            answer: Box::new(|event| if is_key(event, 'q') { vec![Effect::Quit] } else { Vec::new() }),
            queued: Vec::new(),
        }
    }
}

impl Plan {
    pub fn answering(answer: impl FnMut(&Event) -> Vec<Effect> + Send + 'static) -> Self {
        Self { answer: Box::new(answer), ..Self::default() }
    }

    pub fn run(self) -> Session {
        let Plan { pty, term, text, wakes_at, answer, queued } = self;
        let record = Arc::new(Mutex::new(Record::default()));
        let world = Scripted::default();
        let input = Keys(Arc::default());
        queued.into_iter().for_each(|raw| input.send(Ok(raw)));
        let (calls, heard) = mpsc::channel(8);
        let deck = Script { record: record.clone(), text: text.into(), wakes_at, answer };
        let terminal = take(&pty, term);
        let seat = Seat { terminal, input: input.stream(), calls: heard, listeners: Listeners::default() };
        let there = world.clone();
        let running = tokio::spawn(async move { serve(deck, there, seat, Clock::start()).await });
        Session { pty, record, world, input, calls, running }
    }
}

pub fn take(pty: &Pty, term: &str) -> Terminal {
    let surroundings = Surroundings { term: term.into(), locale: "C.UTF-8".into(), ..Surroundings::default() };
    let look = Look { colour: Colour::Auto, glyphs: Glyphs::Auto, ..Look::default() };
    let devices = Devices { input: pty.open(), output: pty.open(), log: None };
    Terminal::take(devices, Abilities::judge(&surroundings, &look)).expect("a terminal")
}

/// Keys on their way, as crossterm hands them on: whoever asks first is the one who is woken.
#[derive(Default)]
pub struct Keys(Arc<Mutex<Typed>>);

/// What was typed and not yet read, and who waits for more.
type Typed = (VecDeque<io::Result<Raw>>, Option<Waker>);

impl Keys {
    pub fn send(&self, event: io::Result<Raw>) {
        let mut keys = self.0.lock().expect("keys");
        keys.0.push_back(event);
        keys.1.take().into_iter().for_each(Waker::wake);
    }

    pub fn stream(&self) -> impl Stream<Item = io::Result<Raw>> + Unpin + use<> {
        let keys = self.0.clone();
        futures_util::stream::poll_fn(move |context| {
            let mut keys = keys.lock().expect("keys");
            match keys.0.pop_front() {
                Some(event) => Poll::Ready(Some(event)),
                None => {
                    keys.1.get_or_insert_with(|| context.waker().clone());
                    Poll::Pending
                }
            }
        })
    }
}

impl Session {
    pub fn press(&self, letter: char) {
        self.input.send(Ok(key(letter)));
    }

    pub async fn quit(self) -> (Pty, Ended, Vec<Event>) {
        self.press('q');
        self.ended().await
    }

    pub async fn ended(self) -> (Pty, Ended, Vec<Event>) {
        let ended = self.running.await.expect("an end");
        let events = std::mem::take(&mut self.record.lock().expect("a record").events);
        (self.pty, ended, events)
    }

    pub fn draws(&self) -> usize {
        self.record.lock().expect("a record").draws
    }
}

pub fn key(letter: char) -> Raw {
    Raw::Key(KeyEvent::from(KeyCode::Char(letter)))
}

pub fn is_key(event: &Event, letter: char) -> bool {
    matches!(event, Event::Key(KeyEvent { code: KeyCode::Char(typed), .. }) if *typed == letter)
}

/// Lets other tasks go on until this holds; never is a failure.
pub async fn until(mut holds: impl FnMut() -> bool) {
    let held = poll_fn(|context| {
        if holds() {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    });
    tokio::time::timeout(super::pty::PATIENCE, held).await.expect("what was waited for");
}
