//! Where SSH goes, as whom, and by which key the machine there is known. What must hold: a host's password is shown to
//! the host alone, and a key that was seen once is the only one that will do from then on.

use super::{Engine, now, ssh_books};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::SshProof,
        ids::{GuestKey, HostId, NodeName},
        secret::Secret,
    },
    proxmox::Trust,
    services::trust,
    ssh::{HostKey, Limits, Pins, Proof, Session, SshError, Target},
    store::{HostRecord, KeptSsh, KeyOwner},
};

/// Where it is, and whose key it shows.
struct Place {
    address: String,
    owner: KeyOwner,
}

impl Engine {
    /// How to get to a node: where the host was added if that is this node, else at the node's own address.
    pub async fn ssh_to_node(&self, host: &HostId, node: &NodeName) -> Result<Target, Fault> {
        let (record, ssh) = self.ssh_of(host).await?;
        let place = self.place_of(&record, node)?;
        let proof = self.proof(host, &ssh.proof).await?;
        let keys = self.pins(host, &place.owner).await?;
        Ok(Target { address: place.address, port: ssh.port, user: ssh.user, proofs: vec![proof], keys })
    }

    /// How to get into a guest at this address: as root, with the host's agent or key.
    pub async fn ssh_to_guest(&self, guest: &GuestKey, address: &str) -> Result<Target, Fault> {
        let (_, ssh) = self.ssh_of(&guest.host).await?;
        if ssh.proof == SshProof::Password {
            return Err(no_password_for(guest));
        }
        let proofs = vec![self.proof(&guest.host, &ssh.proof).await?];
        let keys = self.pins(&guest.host, &KeyOwner::Guest(guest.vmid)).await?;
        Ok(Target { address: address.into(), port: ssh.guest_port, user: "root".into(), proofs, keys })
    }

    /// A connection to a node; a key that is seen for the first time is known from then on.
    pub async fn session_to_node(&self, host: &HostId, node: &NodeName) -> Result<Session, Fault> {
        let target = self.ssh_to_node(host, node).await?;
        let owner = KeyOwner::Node(node.clone());
        self.session(host, owner, &target).await.map_err(|fault| {
            let again = format!("`proximity host edit {host} --no-ssh`, then set SSH up again");
            with_remedy(fault, &again)
        })
    }

    /// A connection into a guest, likewise.
    pub async fn session_to_guest(&self, guest: &GuestKey, address: &str) -> Result<Session, Fault> {
        let target = self.ssh_to_guest(guest, address).await?;
        let owner = KeyOwner::Guest(guest.vmid);
        let session = self.session(&guest.host, owner, &target).await;
        session.map_err(|fault| with_remedy(fault, &format!("`proximity guest trust {guest}`")))
    }

    async fn session(&self, host: &HostId, owner: KeyOwner, target: &Target) -> Result<Session, Fault> {
        let (session, seen) = Session::open(target, Limits::default()).await?;
        if target.keys == Pins::FirstUse {
            self.remember_key(host, &owner, &seen).await?;
        }
        Ok(session)
    }

    /// Keeps a key that was seen for the first time; where another one was kept meanwhile, this one is not trusted.
    pub async fn remember_key(&self, host: &HostId, owner: &KeyOwner, seen: &HostKey) -> Result<(), Fault> {
        let known = self.0.world.store.learn_ssh_key(host, owner, &seen.to_string(), now()).await?;
        match known.parse::<HostKey>() {
            Ok(known) if known == *seen => Ok(()),
            Ok(known) => {
                let address = ssh_books::owner_s_name(host, owner);
                Err(SshError::KeyChanged { address, pinned: vec![known], seen: seen.clone() }.into())
            }
            Err(_) => Err(garbled(host, owner)),
        }
    }

    pub(super) async fn ssh_of(&self, host: &HostId) -> Result<(HostRecord, KeptSsh), Fault> {
        let record = self.0.records.lock().await.get(host).cloned();
        let record = record.ok_or_else(|| super::books::no_such_host(host))?;
        let ssh = record.ssh.clone().ok_or_else(|| not_set_up(host))?;
        Ok((record, ssh))
    }

    pub(super) async fn proof(&self, host: &HostId, proof: &SshProof) -> Result<Proof, Fault> {
        match proof {
            SshProof::Agent => Ok(Proof::Agent),
            SshProof::KeyFile(path) => {
                Ok(Proof::KeyFile { path: path.into(), passphrase: self.ssh_secret(host).await? })
            }
            SshProof::Password => match self.ssh_secret(host).await? {
                Some(password) => Ok(Proof::Password(password)),
                None => Err(not_set_up(host)),
            },
        }
    }

    pub(super) async fn ssh_secret(&self, host: &HostId) -> Result<Option<Secret>, Fault> {
        Ok(self.0.vault.get(&ssh_books::secret_name(host)).await?)
    }

    pub(super) async fn known_key(&self, host: &HostId, owner: &KeyOwner) -> Result<Option<HostKey>, Fault> {
        let known = self.0.world.store.ssh_key(host, owner).await?;
        known.map(|line| line.parse().map_err(|_| garbled(host, owner))).transpose()
    }

    async fn pins(&self, host: &HostId, owner: &KeyOwner) -> Result<Pins, Fault> {
        match (self.known_key(host, owner).await?, owner) {
            (Some(key), _) => Ok(Pins::Pinned(vec![key])),
            // This one the operator accepts; it is never learnt.
            (None, KeyOwner::Host) => Err(not_set_up(host)),
            (None, _) => Ok(Pins::FirstUse),
        }
    }

    fn place_of(&self, record: &HostRecord, node: &NodeName) -> Result<Place, Fault> {
        let trust = match self.0.world.client(&record.id) {
            Ok(client) => (*client.trust()).clone(),
            Err(_) => trust::of(record)?,
        };
        let front = ssh_books::bare_address(record.addresses.first().map_or("", String::as_str));
        let is_alone = self.0.world.fleet().nodes_of(&record.id).count() <= 1 && trust.nodes.len() <= 1;
        if is_alone || answers_in_front(&trust, node, &front) {
            return Ok(Place { address: front, owner: KeyOwner::Host });
        }
        let address = trust.nodes.get(node).and_then(|node| node.ip.clone());
        let address = address.ok_or_else(|| nowhere(&record.id, node))?;
        Ok(Place { address, owner: KeyOwner::Node(node.clone()) })
    }
}

/// Whether this is the node that answers where the host was added: by its certificate, which the operator accepted
/// there, or else by its address.
fn answers_in_front(trust: &Trust, node: &NodeName, front: &str) -> bool {
    let shows_the_pin = |name: &NodeName| trust.nodes.get(name).is_some_and(|known| known.leaf == Some(trust.pin));
    if trust.nodes.keys().any(shows_the_pin) {
        return shows_the_pin(node);
    }
    trust.nodes.get(node).is_some_and(|known| known.ip.as_deref() == Some(front))
}

fn with_remedy(fault: Fault, trust_anew: &str) -> Fault {
    match fault.code {
        FaultCode::Trust => Fault {
            remedy: format!(
                "compare it with `ssh-keygen -lf` of the key in /etc/ssh there; if it is right, {trust_anew}"
            ),
            ..fault
        },
        _ => fault,
    }
}

fn not_set_up(host: &HostId) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("SSH is not set up for {host}"),
        "SSH is not set up for this host",
        format!("say it with `proximity host edit {host} --ssh-user root --ssh-key FILE`"),
    )
}

fn no_password_for(guest: &GuestKey) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("SSH into {guest} was not tried"),
        "its host is logged in to with a password, and that is shown to no guest",
        format!("take a key that the guest knows too: `proximity host edit {} --ssh-key FILE`", guest.host),
    )
}

fn nowhere(host: &HostId, node: &NodeName) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("SSH to {node} was not tried"),
        format!("{host} does not tell at which address its node {node} is"),
        format!("grant Sys.Audit on / (`proximity host test {host}` prints the line)"),
    )
}

fn garbled(host: &HostId, owner: &KeyOwner) -> Fault {
    let name = ssh_books::owner_s_name(host, owner);
    Fault::lasting(
        FaultCode::Failed,
        format!("SSH to {name} was not tried"),
        "the key by which it is known cannot be read",
        "put back a copy of the database, or take the machine's key anew",
    )
}
