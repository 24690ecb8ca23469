import { readFile, statfs } from "node:fs/promises";

/**
 * File systems whose files others write to without a word to this machine's kernel: change events come of its own
 * writes alone, if at all. Names as /proc/filesystems has them; those of FUSE go on after a dot.
 */
const REMOTE: ReadonlySet<string> = new Set([
  ...["nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "coda", "ncpfs", "lustre", "gpfs", "beegfs"],
  ...["ocfs2", "gfs2", "orangefs", "pvfs2", "acfs", "glusterfs", "davfs"],
  // Folders of the host inside a virtual machine or a container.
  ...["9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs", "fakeowner", "grpcfuse", "osxfs"],
]);

/**
 * The same by the numbers of `statfs`, for a Linux without /proc: include/uapi/linux/magic.h and statfs(2).
 * FUSE stands for local disks too (ntfs-3g); polling them costs little.
 */
const REMOTE_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, "nfs"],
  [0xff534d42, "cifs"],
  [0xfe534d42, "smb3"],
  [0x517b, "smbfs"],
  [0x65735546, "fuse"],
  [0x01021997, "9p"],
  [0x786f4256, "vboxsf"],
  [0x00c36400, "ceph"],
  [0x5346414f, "afs"],
  [0x73757245, "coda"],
  [0x564c, "ncpfs"],
  [0x0bd00bd0, "lustre"],
  [0x01161970, "gfs2"],
  [0x7461636f, "ocfs2"],
]);

/** Where a file system is mounted, and its kind. */
interface Mount {
  readonly folder: string;
  readonly kind: string;
}

/** Tells which folders lie on file systems that give no change events of what others write. */
export interface Mounts {
  /** The name of such a file system, undefined of any other. @param folder its real path */
  remote(folder: string): Promise<string | undefined>;
  /** Mounts may have changed. */
  refresh(): Promise<void>;
}

/** @param table the mounts of this process as Linux tells them; others have no such file */
export function createMounts(table = "/proc/self/mountinfo"): Mounts {
  let mounts: readonly Mount[] = [];
  return {
    async refresh() {
      mounts = parseMounts(await readFile(table, "utf8").catch(() => ""));
    },
    async remote(folder) {
      if (/^[\\/]{2}[^\\/?.]/.test(folder)) return "a network share";
      const mount = mountOf(mounts, folder);
      if (mount) return isRemote(mount.kind) ? mount.kind : undefined;
      if (process.platform !== "linux") return undefined;
      const type = (await statfs(folder).catch(() => undefined))?.type;
      // Some systems give it with its sign.
      return type === undefined ? undefined : REMOTE_TYPES.get(type >>> 0);
    },
  };
}

/** Whether the changes of a file system's files may be made by another machine. @param kind its name */
export function isRemote(kind: string): boolean {
  // fuseblk is a disk of this machine.
  return REMOTE.has(kind) || kind === "fuse" || kind.startsWith("fuse.");
}

/** The lines of /proc/self/mountinfo, see proc_pid_mountinfo(5): those mounted later hide those before. */
export function parseMounts(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    const folder = before.split(" ")[4];
    const [kind] = after.split(" ");
    // Blanks and backslashes stand as octal numbers.
    if (folder && kind)
      mounts.push({
        folder: folder.replace(/\\([0-7]{3})/g, (_, code: string) =>
          String.fromCharCode(Number.parseInt(code, 8)),
        ),
        kind,
      });
  }
  return mounts;
}

/** The mount that a folder lies on: the deepest around it, of several the last. */
export function mountOf(mounts: readonly Mount[], folder: string): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    const around = mount.folder === "/" || mount.folder === folder || folder.startsWith(`${mount.folder}/`);
    if (around && mount.folder.length >= (found?.folder.length ?? 0)) found = mount;
  }
  return found;
}
