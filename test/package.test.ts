import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describeBundles } from "./package/bundles";
import { describeCommandLine } from "./package/command-line";
import { describeContents } from "./package/contents";
import { installInto, libtorchFolder, packAsPublished, placeAddons, type Scratch } from "./package/packed";
import { describePlaces } from "./package/places";
import { describeTypes } from "./package/types";
import { describeUses } from "./package/uses";
import { temporaryFolder } from "./support/temporary-folder";

// The package as a user gets it: packed as it would be published, unpacked into a project, with nothing of the checkout
// beside it. Packing takes seconds, so all tests share one; they are in the files of test/package.

const folder = temporaryFolder();

const project = join(folder, "project");
const scratch: Scratch = {
  ...{ folder, project, installed: join(project, "node_modules", "entropy-wsol"), cache: join(folder, "cache") },
  ...{ libtorch: libtorchFolder(), tarball: "", published: [] },
};

beforeAll(() => {
  chmodSync(folder, 0o755);
  mkdirSync(project);
  Object.assign(scratch, packAsPublished(folder));
  installInto(project, scratch.tarball);
  placeAddons(scratch.cache);
}, 120_000);

describeContents(scratch);
describeUses(scratch);
describeTypes(scratch);
describeBundles(scratch);
describeCommandLine(scratch);
describePlaces(scratch);
