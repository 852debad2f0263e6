//! What listens in a guest though nothing in its files does: the program of an OCI image, and apps that were there from
//! the beginning. What must hold: who looks from inside and who knocks from outside find the same.

use super::wares;
use crate::{
    domain::{app::Marker, book::Origin},
    sim::{
        datacenter::Datacenter,
        life::archives::raw_lines,
        outside,
        shell::{Listener, Reach, Seeming, Sickness, Speech},
        world::{guest::Guest, mount::mounts, storage::Image},
    },
};

impl Datacenter {
    /// What listens in a guest that runs, as sick as it is now.
    pub fn beside(&self, vmid: u32) -> Vec<Listener> {
        let Some(guest) = self.guests.get(&vmid).filter(|guest| guest.is_running()) else { return Vec::new() };
        let mut found = self.of_seeming_app(guest);
        found.extend(of_image(guest));
        match self.faults.sickness(vmid) {
            None => {}
            Some(Sickness::Silent) => found.clear(),
            Some(Sickness::Unwell) => found.iter_mut().for_each(Listener::fall_ill),
        }
        found
    }

    /// The ports of an app that was there from the beginning.
    fn of_seeming_app(&self, guest: &Guest) -> Vec<Listener> {
        let ports = match self.consoles.seeming_app(guest.vmid) {
            Seeming::Nothing => Vec::new(),
            Seeming::App => match marked_ports(guest.text("description").unwrap_or_default()) {
                Some(ports) if !ports.is_empty() => ports,
                _ => return wares::of(&guest.name()),
            },
            Seeming::Carried(ports) => ports.to_vec(),
        };
        let (reach, name) = (Reach::Everybody, guest.name());
        ports
            .into_iter()
            .map(|port| Listener { port, reach, speech: Speech::Page, name: name.clone(), passes: Vec::new() })
            .collect()
    }
}

/// What the marker in a description names. Where it was put on what was there before, it decides nothing.
pub fn marked_ports(description: &str) -> Option<Vec<u16>> {
    let marker = Marker::find(description)?;
    (marker.origin == Origin::Deployed).then_some(marker.ports)
}

/// An image names the folder and the user it runs with; as raw keys they are lost when somebody other than root restores
/// it, and then its program finds nothing of its own where it begins.
fn has_lost_its_place(guest: &Guest, image: &Image) -> bool {
    let raw = guest.config.get("lxc").map(raw_lines).unwrap_or_default();
    let lacks = |key: &str| !raw.iter().any(|line| line.starts_with(key));
    let has_folder = !matches!(image.workdir.as_str(), "" | "/");
    (has_folder && lacks("lxc.init.cwd: ")) || (!is_root(image) && lacks("lxc.init.uid: "))
}

fn is_root(image: &Image) -> bool {
    matches!(image.user.split(':').next().unwrap_or_default(), "" | "0" | "root")
}

fn of_image(guest: &Guest) -> Vec<Listener> {
    let ports = guest.image.iter().flat_map(|image| open_ports(guest, image));
    ports.map(|port| Listener::new(port, Reach::Everybody, &guest.name())).collect()
}

/// Where a container that is an image listens: nowhere without the variables it wants, nor where it cannot write its
/// data, because a new mount point belongs to root.
fn open_ports(guest: &Guest, image: &Image) -> Vec<u16> {
    let Some(known) = outside::known(&image.reference) else { return image.ports.clone() };
    let env = guest.text("env").unwrap_or_default();
    let given: Vec<String> = env.split('\0').map(str::to_owned).collect();
    let is_over_data = |path: &str| image.volumes.iter().any(|volume| volume == path);
    let cannot_write =
        !is_root(image) && mounts(&guest.config).iter().any(|(_, mount)| mount.part("mp").is_some_and(is_over_data));
    let is_lost = cannot_write || has_lost_its_place(guest, image) || known.lacks(&given).is_some();
    if is_lost { Vec::new() } else { known.listens(&given) }
}
