//! Errors of the client as faults for the operator.

use super::look_up;
use crate::{
    domain::fault::{Fault, FaultCode, FaultKind},
    proxmox::{Call, ClientError, Distrust, Fingerprint, Method},
};

use FaultCode::{Failed, NotFound, Refused, Trust, Unreachable, Usage};

impl From<ClientError> for Fault {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Address { typed, why } => Self::lasting(
                Usage,
                format!("{typed:?} is not an address of a Proxmox host"),
                why,
                "give a name or an IP address, such as pve.example.org or 10.0.0.2:8006",
            ),
            ClientError::Setup(why) => Self::lasting(
                Failed,
                "the connection could not be prepared",
                why,
                "check address and credential of this host",
            ),
            ClientError::Untrusted { address, expected, seen, why } => {
                changed_certificate(&address, expected, seen, why)
            }
            // The certificate was the trusted one, so this may be a proxy in front of it that has a bad moment.
            ClientError::NotProxmox { address, why } => Self::passing(
                Unreachable,
                format!("{address} is not a Proxmox VE"),
                why,
                "check address and port: Proxmox VE listens on 8006",
            ),
            error @ (ClientError::NoSuchName { .. }
            | ClientError::PortClosed { .. }
            | ClientError::NoRoute { .. }
            | ClientError::NoHandshake { .. }
            | ClientError::NotTls { .. }) => unreached(error),
            error @ (ClientError::Silent { .. }
            | ClientError::Cut { .. }
            | ClientError::TooLarge { .. }
            | ClientError::Rubbish { .. }
            | ClientError::Behind { .. }) => unanswered(error),
            error @ (ClientError::Forbidden { .. } | ClientError::Refused { .. } | ClientError::NotOffered { .. }) => {
                refused(error)
            }
            ClientError::NotSent { what, why, remedy } => Self::lasting(Usage, what, why, remedy),
            ClientError::NotOnThisVersion { node, ability, version } => Self::lasting(
                Refused,
                format!("the node {node} is too old for this"),
                format!("{} needs Proxmox VE {}, this node has {version}", ability.what(), ability.needs()),
                "bring the node up to date in Proxmox (node, Updates), or choose a newer node",
            ),
            ClientError::KeptOut { call, is_token, version } => kept_out(&call, is_token, version.as_deref()),
            error => not_logged_in(error),
        }
    }
}

fn kept_out(call: &Call, is_token: bool, version: Option<&str>) -> Fault {
    let what = format!("the console did not let us in ({call})");
    if !is_token {
        return Fault::passing(
            Refused,
            what,
            "it closed before it took the ticket",
            "try again; if it stays so, look at the task of the console in Proxmox",
        );
    }
    let node = version.map(|version| format!("; this node has Proxmox VE {version}")).unwrap_or_default();
    Fault::lasting(
        Refused,
        what,
        format!(
            "an API token opens consoles only with pve-container 6.1.3 (Proxmox VE 9), or 5.3.4 with pve-manager 8.4.19 (Proxmox VE 8){node}"
        ),
        "bring the node up to date, or log in to this host with a user and password",
    )
}

fn changed_certificate(address: &str, expected: Fingerprint, seen: Fingerprint, why: Distrust) -> Fault {
    let reason = match why {
        Distrust::NotPinned => "Proxmox renews its own about once a year, and an attacker in between looks the same",
        Distrust::Foreign => {
            "the host's own authority did not sign it, so it is no renewed one: it was replaced by hand, or somebody sits in between"
        }
        Distrust::OtherName => "the host's own authority signed it, but for other names than this address",
        Distrust::Expired => "the host's own authority signed it, but it has expired",
        Distrust::NotYetValid => "the host's own authority signed it, but it is not valid yet",
    };
    let remedy = match why {
        Distrust::NotPinned | Distrust::Foreign => {
            "compare with `pvenode cert info` on the host itself; only if it shows the second one, remove the host here and add it again"
        }
        Distrust::OtherName => {
            "use an address that the certificate names (`pvenode cert info` on the host lists them); or, if the host itself shows the second fingerprint, remove it here and add it again"
        }
        Distrust::Expired => "renew it on the host with `pvecm updatecerts --force && systemctl restart pveproxy`",
        Distrust::NotYetValid => "compare the clocks of this machine and the host: one of them is wrong",
    };
    Fault::new(
        Trust,
        FaultKind::NeedsPerson,
        format!("{address} shows another certificate than the one that is trusted"),
        format!("trusted is {expected}, shown is {seen}; {reason}"),
        remedy,
    )
}

fn unreached(error: ClientError) -> Fault {
    let (what, why, remedy) = match error {
        ClientError::NoSuchName { host } => (
            format!("{host} was not found"),
            "no name server knows this name, or none answers".to_owned(),
            "check the spelling and the network, or use the IP address",
        ),
        ClientError::PortClosed { address } => (
            format!("{address} refuses connections"),
            "the machine is there, but nothing listens at this port".to_owned(),
            "check the port (Proxmox VE listens on 8006) and, on the host, `systemctl status pveproxy`",
        ),
        ClientError::NoRoute { address, why } => (
            format!("{address} cannot be reached"),
            why,
            "check that the machine is on, and that this one is in its network",
        ),
        ClientError::NoHandshake { address, why } => (
            format!("{address} opened no encrypted connection"),
            format!("{why}: the machine is off or behind a firewall, or its pveproxy hangs"),
            "check that the machine is on and, on the host, `systemctl status pveproxy`",
        ),
        other => (
            "the host does not speak HTTPS".to_owned(),
            other.to_string(),
            "check the port: Proxmox VE listens on 8006, and only with TLS",
        ),
    };
    Fault::passing(Unreachable, what, why, remedy)
}

fn unanswered(error: ClientError) -> Fault {
    let unsure = error.may_have_acted();
    let (what, why) = match error {
        ClientError::Silent { call } => {
            ("the host did not answer".to_owned(), format!("{call} was sent, and nothing came back in time"))
        }
        ClientError::Cut { call } => {
            ("the host broke the connection".to_owned(), format!("it closed before the answer to {call} was complete"))
        }
        ClientError::TooLarge { call } => {
            ("the host sent too much".to_owned(), format!("the answer to {call} is larger than any of Proxmox"))
        }
        ClientError::Rubbish { call, why } => {
            ("the host sent what makes no sense".to_owned(), format!("the answer to {call} cannot be read: {why}"))
        }
        ClientError::Behind { call, status, reason } => behind(&call, status, &reason),
        other => ("the host did not answer".to_owned(), other.to_string()),
    };
    let remedy = if unsure {
        "it may have been done all the same: look at the guest before you try again"
    } else {
        "it is tried again by itself; if it stays so, check the load of the host and its services"
    };
    Fault::passing(Unreachable, what, why, remedy)
}

/// 595 and its kin: the host answers, but what it asks in turn does not.
fn behind(call: &Call, status: u16, reason: &str) -> (String, String) {
    let node = call.path.strip_prefix("/nodes/").and_then(|rest| rest.split('/').next());
    let what = match (node, status) {
        (_, 502..=504) => "a proxy in front of the host gets no answer from it".to_owned(),
        (Some(node), _) => format!("the node {node} does not answer"),
        (None, _) => "the services of the host do not answer".to_owned(),
    };
    let asks_elsewhere = ["/query-oci-repo-tags", "/query-url-metadata"].iter().any(|end| call.path.ends_with(end));
    let why = match status {
        596 if asks_elsewhere => {
            format!("the registry or web server that it asked did not answer within 30 s: {reason}")
        }
        595 => format!("the host cannot connect to it: {reason}"),
        596 if reason.contains("certificate") => format!(
            "the host does not trust its certificate: {reason}; `pvecm updatecerts` in a shell of that node renews it"
        ),
        596 => format!("it took the question and did not answer in time: {reason}"),
        _ => format!("{status} {reason}"),
    };
    (what, why)
}

fn refused(error: ClientError) -> Fault {
    let (call, who, code, text, errors) = match error {
        ClientError::Forbidden { call, who, text } => (call, who, Refused, text, Vec::new()),
        ClientError::NotOffered { call, text } => return not_offered(&call, text),
        ClientError::Refused { call, text, errors, .. } => (call, String::new(), Failed, text, errors),
        other => return not_logged_in(other),
    };
    let what = format!("Proxmox refused {call}");
    let complaints: Vec<_> = errors.iter().map(|(name, complaint)| format!("{name}: {}", complaint.trim())).collect();
    let texts: Vec<&str> = std::iter::once(text.as_str()).chain(complaints.iter().map(String::as_str)).collect();
    if let Some(found) = look_up(&texts, &who) {
        return found.into_fault(what);
    }
    if !complaints.is_empty() {
        return Fault::lasting(
            code,
            what,
            format!("it does not take a value that was given: {}", complaints.join("; ")),
            "give another value; if you gave none of these yourself, it is a mistake of Proximity: report it with the request log (--request-log FILE)",
        );
    }
    let why = if text.is_empty() { "it gave no reason".to_owned() } else { text };
    let kind = if call.method == Method::Get { FaultKind::Passing } else { FaultKind::Lasting };
    Fault::new(code, kind, what, why, "mend what it names, and try again")
}

fn not_offered(call: &Call, text: String) -> Fault {
    Fault::lasting(
        NotFound,
        format!("this Proxmox does not offer {call}"),
        text,
        "bring the host up to date: Proximity is made for Proxmox VE 9, and works in part with 7 and 8",
    )
}

fn not_logged_in(error: ClientError) -> Fault {
    let what = "the log-in failed".to_owned();
    let (why, remedy) = match error {
        ClientError::WrongLogin { user } if !user.contains('@') => (
            format!("Proxmox does not accept {user}, which names no realm"),
            "give the name with its realm: @pam for users of the machine, @pve for those of Proxmox",
        ),
        ClientError::WrongLogin { user } => (
            format!(
                "Proxmox does not accept {user} with this password; the same answer comes for a user that is unknown, disabled or locked"
            ),
            "check the password and the realm behind the @ (pam for users of the machine, pve for those of Proxmox)",
        ),
        ClientError::TotpNeeded { user } => (
            format!("{user} has a second factor, and no one-time code was given"),
            "log in with the code that your authenticator shows now; for unattended work use an API token",
        ),
        ClientError::WrongTotp { user } => (
            format!("Proxmox does not accept the one-time code for {user}; each code counts once, for half a minute"),
            "wait for the next code and use that one; if none works, compare the clocks of phone and host",
        ),
        ClientError::OtherFactor { user, offered } => (
            format!("{user} has a second factor that a terminal cannot answer ({offered})"),
            "use an API token for this host, or give the user a TOTP factor",
        ),
        ClientError::TokenRefused { id, why } => (
            format!(
                "Proxmox does not accept the API token {id} ({why}): its secret is wrong, or it was deleted or has expired"
            ),
            "check it in Proxmox (Datacenter, Permissions, API Tokens), and add the host again with a token that is valid",
        ),
        ClientError::SessionEnded { user } => {
            (format!("the session of {user} has ended, and it cannot be renewed"), "log in to this host again")
        }
        other => (other.to_string(), "check the credential of this host"),
    };
    Fault::new(Refused, FaultKind::NeedsPerson, what, why, remedy)
}
