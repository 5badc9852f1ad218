import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { linkFile, readLink, writeLink } from "../../../../../lib/native/libtorch/find/link-file";
import { caught } from "../../../../support/caught";
import { temporaryFolder } from "../../../../support/temporary-folder";

const folder = temporaryFolder();
const before = process.env.XDG_CONFIG_HOME;

afterEach(() => {
  if (before === undefined) delete process.env.XDG_CONFIG_HOME;
  else process.env.XDG_CONFIG_HOME = before;
});

describe("the link", () => {
  it("is read back as it was written, and lies in the user's configuration", async () => {
    process.env.XDG_CONFIG_HOME = join(folder, "config");
    expect(readLink()).toBeUndefined();
    await writeLink("/opt/a folder/torch");
    expect(readLink()).toBe("/opt/a folder/torch");
    expect(linkFile()).toBe(join(folder, "config", "entropy-wsol", "libtorch-folder"));
  });

  it("rejects a configuration folder that cannot be made", async () => {
    writeFileSync(join(folder, "file"), "");
    process.env.XDG_CONFIG_HOME = join(folder, "file");
    expect((await caught(() => writeLink("/opt/torch"))).code).toBe("ERR_WSOL_WRITE");
  });
});
