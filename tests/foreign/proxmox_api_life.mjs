// Drives the simulated datacenter with proxmox-api, a public client from npm that knows nothing of it: the life of one
// container from its making to its end, with an API token. The argument is the line `proximity sim` prints when ready.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import proxmoxApi from "proxmox-api";

process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
process.removeAllListeners("warning");

const ready = JSON.parse(process.argv[2]);
const { hostname, port } = new URL(ready.url);
const pve = proxmoxApi({ host: hostname, port: Number(port), tokenID: ready.token_id, tokenSecret: ready.token_secret });
const node = pve.nodes.$(ready.nodes.at(-1));

/** Polls a task until it has ended, and wants it to have ended well. */
async function ended(upid) {
  for (;;) {
    const task = await node.tasks.$(upid).status.$get();
    if (task.status === "stopped") {
      assert.equal(task.exitstatus, "OK", upid);
      return;
    }
    await pause(100);
  }
}

const vmid = Number(await pve.cluster.nextid.$get());
const roots = await node.storage.$get({ content: "rootdir" });
const thin = roots.find((storage) => ["lvmthin", "zfspool", "btrfs"].includes(storage.type)).storage;
const backups = (await node.storage.$get({ content: "backup" }))[0].storage;

await ended(await node.lxc.$post({
  vmid, ostemplate: ready.template, hostname: "driven-too", unprivileged: true, memory: 256, rootfs: `${thin}:1`,
  net0: "name=eth0,bridge=vmbr0,ip=dhcp", features: "nesting=1",
}));
const guest = node.lxc.$(vmid);
await ended(await guest.status.start.$post());
assert.equal((await guest.status.current.$get()).status, "running");

await ended(await guest.snapshot.$post({ snapname: "before" }));
assert.deepEqual((await guest.snapshot.$get()).map((row) => row.name).sort(), ["before", "current"]);

await ended(await node.vzdump.$post({ vmid: String(vmid), storage: backups, mode: "snapshot" }));
const archives = await node.storage.$(backups).content.$get({ content: "backup", vmid });
assert.equal(archives.length, 1);

const copy = Number(await pve.cluster.nextid.$get());
await ended(await guest.clone.$post({ newid: copy, hostname: "copied-too", full: true, snapname: "before" }));
assert.equal((await node.lxc.$(copy).config.$get()).hostname, "copied-too");

await ended(await guest.snapshot.$("before").$delete());
await ended(await guest.status.stop.$post());
for (const one of [vmid, copy]) await ended(await node.lxc.$(one).$delete({ purge: true }));
await ended(await node.storage.$(backups).content.$(archives[0].volid).$delete());
const left = (await pve.cluster.resources.$get({ type: "vm" })).map((row) => row.vmid);
assert(!left.includes(vmid) && !left.includes(copy));
console.log("proxmox-api: created, started, snapshot, backed up, cloned from the snapshot, stopped, deleted");
process.exit(0);
