"""Drives the simulated datacenter with proxmoxer, a public client that knows nothing of it: the life of one container
from its making to its end, by password and ticket. The argument is the line `proximity sim` prints when it is ready."""

import io
import json
import sys
import time

import urllib3
from proxmoxer import ProxmoxAPI, ResourceException
from proxmoxer.tools import Tasks

urllib3.disable_warnings()
ready = json.loads(sys.argv[1])
host, port = ready["url"].removeprefix("https://").split(":")
pve = ProxmoxAPI(host, port=int(port), user=ready["user"], password=ready["password"], verify_ssl=False, timeout=60)
node = pve.nodes(ready["nodes"][0])


def ended(upid):
    """Waits for a task as proxmoxer's own tools do, and wants it to have ended well."""
    status = Tasks.blocking_status(pve, upid, timeout=120, polling_interval=0.2)
    assert status and status["exitstatus"] == "OK", (upid, status, Tasks.decode_log(node.tasks(upid).log.get(limit=0)))
    return upid


def refused(call, status, text):
    try:
        call()
    except ResourceException as refusal:
        assert refusal.status_code == status and text in f"{refusal.status_message} {refusal.errors} {refusal.content}", refusal
        return
    raise AssertionError(f"not refused: {text}")


assert pve.version.get()["version"].startswith("9.")
vmid = int(pve.cluster.nextid.get())
roots = [s["storage"] for s in node.storage.get(content="rootdir")]
thin = next(name for name in roots if pve.storage(name).get()["type"] in ("lvmthin", "zfspool", "btrfs"))
backups = node.storage.get(content="backup")[0]["storage"]

ended(node.lxc.create(vmid=vmid, ostemplate=ready["template"], hostname="driven", unprivileged=1, memory=256,
                      rootfs=f"{thin}:1", net0="name=eth0,bridge=vmbr0,ip=dhcp", features="nesting=1", description="by another client"))
guest = node.lxc(vmid)
assert guest.config.get()["hostname"] == "driven"
refused(lambda: node.lxc.create(vmid=vmid, ostemplate=ready["template"]), 500, "already exists")
refused(lambda: guest.config.put(memory="little"), 400, "type check ('integer') failed")

ended(guest.status.start.post())
assert guest.status.current.get()["status"] == "running"
assert any(card["name"] == "eth0" for card in guest.interfaces.get())

ended(guest.snapshot.post(snapname="before", description="as it was"))
guest.config.put(cores=2, description="changed since")
assert [row["name"] for row in guest.snapshot.get() if row["name"] != "current"] == ["before"]
ended(guest.snapshot("before").rollback.post())
config = guest.config.get()
# A rollback brings everything back but the description.
assert "cores" not in config and "changed since" in config["description"], config
ended(guest.snapshot("before").delete())

ended(node.vzdump.post(vmid=vmid, storage=backups, mode="stop", compress="zstd", **{"notes-template": "{{guestname}} by hand"}))
archives = node.storage(backups).content.get(content="backup", vmid=vmid)
assert len(archives) == 1 and archives[0]["notes"] == "driven by hand", archives
archive = archives[0]["volid"]

copy = int(pve.cluster.nextid.get())
ended(guest.clone.post(newid=copy, hostname="copied", full=1, storage=thin))
assert node.lxc(copy).config.get()["hostname"] == "copied"
restored = int(pve.cluster.nextid.get())
ended(node.lxc.create(vmid=restored, ostemplate=archive, restore=1, storage=thin))
assert node.lxc(restored).config.get()["hostname"] == "driven"

content = io.BytesIO(b"no template at all, but the server does not look inside")
content.name = "driven-1.tar.gz"
ended(node.storage("local").upload.post(content="vztmpl", filename=content))
template = next(row["volid"] for row in node.storage("local").content.get(content="vztmpl") if "driven-1" in row["volid"])
ended(node.storage("local").content(template).delete())

for one in (vmid, copy, restored):
    ended(node.lxc(one).delete(purge=1, force=1))
ended(node.storage(backups).content(archive).delete())
assert not {vmid, copy, restored} & {row["vmid"] for row in pve.cluster.resources.get(type="vm")}
print("proxmoxer: created, started, snapshot, rolled back, backed up, cloned, restored, uploaded, deleted")
