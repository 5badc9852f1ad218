import { gunzipSync, gzipSync } from "node:zlib";
import type { Random } from "../../../lib/data/random";
import { WsolError } from "../../../lib/errors";
import { FormatProblem } from "../../../lib/formats/problem";
import { decodeRecords, encodeRecords } from "../../../lib/runs/records-file";
import { fakeRecords } from "../../support/fake-records";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";

const FILE = "records.safetensors.gz";
const WORDS = [
  "offsets",
  "I32",
  "F64",
  "U8",
  '"step"',
  "[0,",
  "data_offsets",
  "\xff\xff\xff\xff",
  "\x80\x80\x80\x80",
  "1e-4",
];
const IMAGES = 5;

/** Records of single images: damaged as packed, or packed anew after their inner file was damaged. */
export const recordsTarget: FuzzTarget = {
  name: "records",
  code: "ERR_WSOL_RUN_FOLDER",
  file: FILE,
  async feed(random) {
    const packed = Buffer.from(await encodeRecords(fakeRecords(IMAGES, random.below(100)), "digest"));
    try {
      const { records } = await decodeRecords(damaged(packed, random));
      if (records.labels.length !== records.ids.length) throw new Error("accepted labels that are not one an image");
    } catch (cause) {
      if (!(cause instanceof FormatProblem)) throw cause;
      throw new WsolError("ERR_WSOL_RUN_FOLDER", `cannot read '${FILE}': ${cause.message}`, { cause });
    }
  },
};

function damaged(packed: Buffer, random: Random): Buffer {
  const how = random.below(3);
  if (how === 0) return packed;
  if (how === 1) return mutate(packed, random, WORDS);
  return gzipSync(mutate(gunzipSync(packed), random, WORDS), { level: 1 });
}
