import { join } from "node:path";
import { writeFileAtomically } from "../../../lib/files";
import { writePth } from "../../../lib/formats/pth/write-pth";
import { writeSafetensors } from "../../../lib/formats/safetensors";
import { zipParts } from "../../../lib/formats/zip/write-zip";
import type { WeightsSource } from "../../../lib/localize/load-weights";
import { Localizer } from "../../../lib/localize/localizer";
import {
  differenceOverRange,
  FOREIGN_WEIGHTS,
  filledTensor,
  filledVariable,
  npyOf,
  toHalf,
} from "../../support/foreign-weights";
import { patternBatch } from "../../support/small-network";
import { temporaryFolder } from "../../support/temporary-folder";

// The same images and weights, which follow from rules, gave PyTorch's numbers; test/slow has files that PyTorch wrote.

jest.setTimeout(120_000);

const folder = temporaryFolder();
const TOLERANCE = 1e-4;

async function logitsOf(source: WeightsSource): Promise<Float32Array> {
  const model = await Localizer.load(source, { device: "cpu" });
  try {
    return (await model.network.infer(patternBatch(2, 64), null)).logits;
  } finally {
    await model.close();
  }
}

const { networks, tensorpack } = FOREIGN_WEIGHTS;
const filled = (shapes: Readonly<Record<string, readonly number[]>>) =>
  Object.entries(shapes).map(([name, shape]) => filledTensor(name, shape));
const stock = ({ mean, std }: (typeof networks)[string]) => ({ lastStride: 2, mean, std }) as unknown as WeightsSource;

test.each(Object.entries(networks))("weights of PyTorch's %s give its logits", async (backbone, expected) => {
  const weights = join(folder, `${backbone}.safetensors`);
  await writeSafetensors(weights, { tensors: filled(expected.tensors), metadata: { format: "pt" } });
  const source = { ...stock(expected), weights, backbone } as WeightsSource;
  expect(differenceOverRange(await logitsOf(source), expected.logits)).toBeLessThan(TOLERANCE);
});

test("weights in half precision, of a network that was trained in parallel, give PyTorch's logits", async () => {
  const expected = networks.resnet18!;
  const weights = join(folder, "halves.pth");
  const tensors = filled(expected.tensors).map((tensor) => ({ ...toHalf(tensor), name: `module.${tensor.name}` }));
  await writePth(weights, tensors);
  const logits = await logitsOf({ ...stock(expected), weights, backbone: "resnet18" });
  expect(differenceOverRange(logits, expected.logits_of_halves)).toBeLessThan(TOLERANCE);
  expect(differenceOverRange(logits, expected.logits)).toBeGreaterThan(TOLERANCE);
});

describe("tensorpack's checkpoints give the logits of networks padded as TensorFlow pads and fed blue first", () => {
  async function write(backbone: string): Promise<WeightsSource> {
    const weights = join(folder, `${backbone}.npz`);
    const files = Object.entries(tensorpack[backbone]!.tensors).map(([name, shape]) => ({
      name: `${name}.npy`,
      content: npyOf(filledVariable(name, shape)),
    }));
    await writeFileAtomically(weights, zipParts(files, 64));
    return { weights, backbone, lastStride: 2 } as unknown as WeightsSource;
  }

  test.each(["preresnet18", "seresnet50"])("%s", async (backbone) => {
    const logits = await logitsOf(await write(backbone));
    expect(differenceOverRange(logits, tensorpack[backbone]!.logits)).toBeLessThan(TOLERANCE);
  });

  test("and others where they are padded symmetrically", async () => {
    const logits = await logitsOf({ ...(await write("preresnet18")), padding: "symmetric" });
    expect(differenceOverRange(logits, tensorpack.preresnet18!.logits)).toBeGreaterThan(100 * TOLERANCE);
  });
});
