import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./max_box_acc.py", import.meta.url));

/** The reference's procedure on these maps: { opencv, largest, all }, each rule { secondsPerMap, hits } summed over thresholds. */
export function runOpenCv(python, maps, { box, step }) {
  const folder = mkdtempSync(join(tmpdir(), "wsol-bench-"));
  try {
    const path = join(folder, "maps.npy");
    writeFileSync(path, npy(maps));
    const args = [SCRIPT, path, "--box", ...box.map(String), "--step", String(step)];
    const { status, stdout, stderr } = spawnSync(python, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`the peer failed: ${stderr}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Version 1 of the format; its header ends at a multiple of 64 bytes. */
function npy({ data, count, height, width }) {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${count}, ${height}, ${width}), }`;
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const length = Buffer.from([header.length & 0xff, header.length >> 8]);
  const values = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, Buffer.from(header, "latin1"), values]);
}
