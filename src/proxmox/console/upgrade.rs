//! The handshake of a websocket on a connection as any call uses it: the same trust, the same address, the same log.

use std::{fmt::Write, time::Instant};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{StatusCode, header};
use ring::{
    digest::{SHA1_FOR_LEGACY_USE_ONLY, digest},
    rand::{SecureRandom, SystemRandom},
};

use super::line::Wire;
use crate::proxmox::{
    ClientError,
    call::Asked,
    transport::{Proof, Transport, head_of, now},
};

/// What both sides append to the key, by RFC 6455.
const MAGIC: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

impl Transport {
    /// Goes through this door as a websocket: what one node opened, another one does not know.
    pub async fn enter(&self, door: usize, asked: &Asked, proof: &Proof) -> Result<Wire, ClientError> {
        let (door, clock, at) = (self.door(door)?, Instant::now(), now());
        let key = key()?;
        let request = door.request(asked).headers(proof.clone());
        let request = request
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .header(header::SEC_WEBSOCKET_PROTOCOL, "binary")
            .header(header::SEC_WEBSOCKET_KEY, &key);
        let response = request.send().await.map_err(|error| door.explain(&error, &asked.call));
        let answer = match &response {
            Ok(response) => Ok(head_of(response)),
            Err(error) => Err(error.clone()),
        };
        self.note(at, asked, clock.elapsed(), &answer);
        let (response, answer) = (response?, answer?);
        let said = response.headers().get(header::SEC_WEBSOCKET_ACCEPT).map(|value| value.as_bytes().to_vec());
        match response.status() {
            StatusCode::SWITCHING_PROTOCOLS if said.as_deref() == Some(accept(&key).as_bytes()) => {
                response.upgrade().await.map_err(|error| door.explain(&error, &asked.call))
            }
            StatusCode::SWITCHING_PROTOCOLS | StatusCode::OK => Err(ClientError::NotProxmox {
                address: door.address.clone(),
                why: "it does not open a websocket for a console; a proxy in front of it may not let that through"
                    .into(),
            }),
            _ => Err(answer
                .judged(&asked.call, &door.address, "")
                .err()
                .unwrap_or(ClientError::Cut { call: asked.call.clone() })),
        }
    }
}

fn key() -> Result<String, ClientError> {
    let mut bytes = [0; 16];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| ClientError::Setup("this machine gives no random numbers".into()))?;
    Ok(STANDARD.encode(bytes))
}

fn accept(key: &str) -> String {
    let mut text = key.to_owned();
    // Writing to a String does not fail.
    let _ = text.write_str(MAGIC);
    STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_answer_to_a_key_is_that_of_the_standard() {
        assert_eq!(super::accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
