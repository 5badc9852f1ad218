import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../../lib/data/dataset";
import { prepare } from "../../../../lib/data/prepare/prepare";
import { evaluate } from "../../../../lib/evaluate/evaluate";
import { Localizer } from "../../../../lib/localize/localizer";
import { fit as train } from "../../../../lib/train/fit";
import { contentOfSet } from "../../../support/sources/content";
import { cubTree } from "../../../support/sources/cub";
import { openImagesTree } from "../../../support/sources/openimages30k";
import { petTree } from "../../../support/sources/oxford-pet";
import { type Tree, tgzOf, writeTree, zipOf } from "../../../support/sources/tree";
import { temporaryFolder } from "../../../support/temporary-folder";
import { TINY_CONFIG } from "../../../support/tiny-data";

// What is prepared is the same from a folder and from an archive, trains and is evaluated.

const folder = temporaryFolder();
const FORMATS: readonly (readonly [string, () => Promise<Tree>, string, (tree: Tree) => Promise<Buffer> | Buffer])[] = [
  ["cub", cubTree, "tgz", tgzOf],
  ["openimages30k", openImagesTree, "zip", zipOf],
  ["oxford-pet", petTree, "tgz", tgzOf],
];

test.each(FORMATS)(
  "%s, prepared from a folder and from an archive, trains for an epoch and is evaluated",
  async (format, make, ending, pack) => {
    const tree = await make();
    const source = await writeTree(join(folder, format, "source"), tree);
    const archive = join(folder, format, `source.${ending}`);
    writeFileSync(
      archive,
      await pack(Object.fromEntries(Object.entries(tree).filter(([path]) => !path.endsWith("/")))),
    );
    const [fromFolder, root] = [join(folder, format, "from-folder"), join(folder, format, "from-archive")];
    await prepare(format, source, fromFolder);
    await prepare(format, archive, root);
    expect(contentOfSet(root)).toEqual(contentOfSet(fromFolder));
    const data = await Dataset.open(root);
    const out = join(folder, format, "run");
    const settings = {
      data: { ...TINY_CONFIG.data, cmyk: "convert" },
      optim: { ...TINY_CONFIG.optim, epochs: 1 },
    } as const;
    await train(data, { ...TINY_CONFIG, ...settings, out });
    const model = await Localizer.load(out);
    const result = await evaluate(model, data, { split: "test" });
    await model.close();
    expect(result.images).toBe(format === "oxford-pet" ? 4 : 6);
    expect(result.top1Cls).not.toBeNull();
    const [present, absent] = format === "cub" ? (["gtKnownLoc", "pxap"] as const) : (["pxap", "gtKnownLoc"] as const);
    expect(result[present]).not.toBeNull();
    expect(result[absent]).toBeNull();
  },
  120_000,
);
