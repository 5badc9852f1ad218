import { fuzz } from "./fuzz";
import { TARGETS } from "./targets/all";

const INPUTS = Number(process.env.WSOL_FUZZ_INPUTS ?? 3000);
const SEED = Number(process.env.WSOL_FUZZ_SEED ?? 1);

test.each(Object.entries(TARGETS))(
  "damaged %s input is refused by a coded error that names the file, or read whole",
  async (_, open) => {
    const target = open();
    try {
      const { accepted, refused } = await fuzz(target, INPUTS, SEED);
      expect(Math.min(accepted, refused)).toBeGreaterThan(INPUTS / 100);
    } finally {
      target.close();
    }
  },
  Math.max(60_000, INPUTS * 20),
);
