import assert from "node:assert/strict";
import { appendFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createDiscovery } from "../../src/sources/file/discovery.ts";
import { createMounts, isRemote, mountOf, parseMounts } from "../../src/sources/file/mounts.ts";
import { createMatcher } from "../../src/sources/file/paths.ts";
import { tempFolder } from "../helpers/temp.ts";

/** As the kernel tells them, proc_pid_mountinfo(5). */
const table = (folder: string): string =>
  [
    "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard",
    "23 22 0:21 / /proc rw,nosuid - proc proc rw",
    "40 22 0:35 / /mnt/my\\040share rw,relatime shared:9 master:2 - cifs //server/share rw,vers=3.0",
    "41 22 0:36 / /srv/logs rw,relatime - ext4 /dev/vdb rw",
    "42 22 0:37 / /srv/logs rw,relatime shared:12 - nfs4 server:/logs rw,vers=4.2",
    "43 42 0:38 / /srv/logs/local rw,relatime - xfs /dev/vdc rw",
    "44 22 0:39 / /home/me/far rw,nosuid - fuse.sshfs me@host: rw",
    "45 22 0:40 / /media/disk rw - fuseblk /dev/sda1 rw",
    "46 22 0:41 / /workspace rw - 9p drvfs rw,access=client",
    `47 22 0:42 / ${folder} rw - vboxsf share rw`,
    "",
  ].join("\n");

describe("file systems that tell nothing of what others write", () => {
  it("are told by the mount that a folder lies on", () => {
    const mounts = parseMounts(table("/shared"));
    const kind = (folder: string): string | undefined => mountOf(mounts, folder)?.kind;
    assert.equal(kind("/var/log"), "ext4");
    assert.equal(kind("/mnt/my share/app"), "cifs");
    assert.equal(kind("/srv/logs"), "nfs4");
    assert.equal(kind("/srv/logs-of-ours"), "ext4");
    assert.equal(kind("/srv/logs/local/deep"), "xfs");
    assert.equal(kind("/home/me/far"), "fuse.sshfs");
    assert.equal(kind("/shared/a"), "vboxsf");
  });

  it("are those of networks, FUSE and virtual machines, not disks, memory or layers", () => {
    for (const kind of [
      "nfs",
      "nfs4",
      "cifs",
      "smb3",
      "fuse.sshfs",
      "9p",
      "virtiofs",
      "vboxsf",
      "ceph",
      "fuse",
    ])
      assert.equal(isRemote(kind), true, kind);
    for (const kind of ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "apfs"])
      assert.equal(isRemote(kind), false, kind);
  });

  it("include network shares of Windows by their path", async (t) => {
    const mounts = createMounts("/nowhere");
    assert.equal(await mounts.remote("\\\\server\\share\\logs"), "a network share");
    assert.equal(await mounts.remote("//server/share/logs"), "a network share");
    assert.equal(await mounts.remote("\\\\?\\C:\\logs"), undefined);
    assert.equal(await mounts.remote(tempFolder(t)), undefined);
  });

  it("have their files polled, also those that a link leads to, which is said once", async (t) => {
    const folder = tempFolder(t);
    const [far, near] = [tempFolder(t), join(folder, "near")];
    const list = join(folder, "mountinfo");
    writeFileSync(list, table(far));
    for (const name of ["a.log", "b.log"]) appendFileSync(join(far, name), "line\n");
    symlinkSync(far, near);
    symlinkSync(join(far, "a.log"), join(folder, "link.log"));
    appendFileSync(join(folder, "own.log"), "line\n");
    const said: string[] = [];
    const log = { debug() {}, info: (text: string) => void said.push(text), warn() {}, error() {} };
    const matcher = createMatcher([join(folder, "*.log"), join(near, "*.log")], []);
    const discovery = createDiscovery(matcher, () => {}, log, { mounts: createMounts(list) });
    t.after(() => discovery.close());
    await discovery.start();
    const wanted = [join(folder, "link.log"), join(near, "a.log"), join(near, "b.log")];
    assert.deepEqual([...discovery.polled()].sort(), wanted.sort());
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /lies on vboxsf, .* every second/);
  });
});
