//! Log-in with a password. OpenSSH's own server would take the password of an account of this machine, which a test has
//! none of; so this server is small, and made of the library that the client uses too.

use std::{borrow::Cow, sync::Arc};

use proximity::{
    domain::secret::Secret,
    ssh::{HostKey, Limits, Pins, Proof, Refusal, Session, SshError, Target},
};
use russh::{
    MethodKind, MethodSet,
    keys::{Algorithm, PrivateKey},
    server::{Auth, Config, Handler, Response, run_stream},
};
use tokio::{net::TcpListener, task::JoinHandle};

const PASSWORD: &str = "opensesame";

#[derive(Clone, Copy)]
enum Asks {
    /// For a password at once.
    Password,
    /// It puts a question, as PAM does.
    Question,
    /// Two things.
    Twice,
}

struct Server {
    target: Target,
    serving: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

struct Clerk(Asks);

fn kept_out(methods: &[MethodKind]) -> Auth {
    Auth::Reject { proceed_with_methods: Some(MethodSet::from(methods)), partial_success: false }
}

impl Handler for Clerk {
    type Error = russh::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, russh::Error> {
        let is_right = user == "root" && password == PASSWORD;
        Ok(match self.0 {
            Asks::Password if is_right => Auth::Accept,
            Asks::Password => kept_out(&[MethodKind::Password]),
            Asks::Question => kept_out(&[MethodKind::KeyboardInteractive]),
            Asks::Twice => Auth::Reject {
                proceed_with_methods: Some(MethodSet::from(&[MethodKind::PublicKey][..])),
                partial_success: is_right,
            },
        })
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        _: &str,
        _: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, russh::Error> {
        Ok(match response.map(|mut answers| answers.next().map(|answer| answer.to_vec())) {
            None => Auth::Partial {
                name: Cow::Borrowed(""),
                instructions: Cow::Borrowed(""),
                prompts: Cow::Owned(vec![(Cow::Borrowed("Password: "), false)]),
            },
            Some(answer) if answer.as_deref() == Some(PASSWORD.as_bytes()) => Auth::Accept,
            Some(_) => kept_out(&[MethodKind::KeyboardInteractive]),
        })
    }
}

async fn server(asks: Asks) -> Server {
    let key = PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519).unwrap();
    let pinned: HostKey = key.public_key().to_openssh().unwrap().parse().unwrap();
    let no_delay = std::time::Duration::ZERO;
    let config = Arc::new(Config {
        keys: vec![key],
        auth_rejection_time: no_delay,
        auth_rejection_time_initial: Some(no_delay),
        ..Config::default()
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = Target {
        address: "127.0.0.1".into(),
        port: listener.local_addr().unwrap().port(),
        user: "root".into(),
        proofs: Vec::new(),
        keys: Pins::Pinned(vec![pinned]),
    };
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(session) = run_stream(config.clone(), stream, Clerk(asks)).await {
                tokio::spawn(session);
            }
        }
    });
    Server { target, serving }
}

async fn tried(server: &Server, password: &str) -> Result<(), Vec<Refusal>> {
    let target = Target { proofs: vec![Proof::Password(Secret::new(password))], ..server.target.clone() };
    match Session::open(&target, Limits::default()).await {
        Ok(_) => Ok(()),
        Err(SshError::NotLetIn { refusals, .. }) => Err(refusals),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_right_password_lets_in_and_a_wrong_one_does_not() {
    for asks in [Asks::Password, Asks::Question] {
        let server = server(asks).await;
        assert_eq!(tried(&server, PASSWORD).await, Ok(()));
        assert_eq!(tried(&server, "wrong").await, Err(vec![Refusal::PasswordRefused]));
    }
}

#[tokio::test]
async fn a_server_that_wants_more_than_a_password_is_told() {
    let server = server(Asks::Twice).await;
    assert_eq!(tried(&server, PASSWORD).await, Err(vec![Refusal::WantsMore]));
    assert_eq!(tried(&server, "wrong").await, Err(vec![Refusal::NoPasswords]));
}
