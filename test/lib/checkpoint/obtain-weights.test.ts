import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { obtainNamed, obtainWeights } from "../../../lib/checkpoint/obtain-weights";
import { NAMED_WEIGHTS, type NamedWeights } from "../../../lib/config/named-weights";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const content = Buffer.from("weights of a publisher");
const sha256 = createHash("sha256").update(content).digest("hex");
const asked: string[] = [];
const environment = { ...process.env };
let server: Server;
let address: string;
let isDown = false;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url!);
    if (isDown || !request.url!.endsWith("/net-12.pth")) return response.writeHead(404).end();
    return response.writeHead(200, { "content-length": content.length }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

let count = 0;
beforeEach(() => {
  count += 1;
  asked.length = 0;
  isDown = false;
  process.env.XDG_CACHE_HOME = join(folder, `cache-${count}`);
  delete process.env.WSOL_WEIGHTS;
});
afterAll(() => {
  process.env = environment;
});

const row = (changes: Partial<NamedWeights> = {}): NamedWeights => ({
  ...{ name: "publisher/net.v1", backbone: "resnet18", file: "net-12.pth", urls: [`${address}/models/net-12.pth`] },
  ...{ sha256, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  ...changes,
});
const cached = () => join(process.env.XDG_CACHE_HOME!, "entropy-wsol", "weights", "publisher", "net.v1", "net-12.pth");

describe("weights with a name", () => {
  test("are fetched once into the cache, and asked of nobody after that", async () => {
    const progress: unknown[] = [];
    const path = await obtainNamed(row(), { onDownload: (...bytes) => progress.push(bytes) });
    expect(path).toBe(cached());
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(progress.at(-1)).toEqual([content.length, content.length]);
    isDown = true;
    expect(await obtainNamed(row())).toBe(path);
    expect(asked).toEqual(["/models/net-12.pth"]);
  });

  test("are pinned whole where the publisher's name holds the first digits only", async () => {
    const path = await obtainNamed(row({ sha256: sha256.slice(0, 8) }));
    expect(readFileSync(`${path}.sha256`, "utf8")).toBe(`${sha256}\n`);
    writeFileSync(path, "other");
    const error = await caught(() => obtainNamed(row({ sha256: null })));
    expect(error).toMatchObject({ code: "ERR_WSOL_CHECKPOINT", fix: "Remove the file, and it is fetched again." });
    expect(error.message).toContain(`expected the sha256 ${sha256} of '${path}', the weights 'publisher/net.v1'`);
  });

  test("whose sum nobody knows are pinned at first use, which is said once", async () => {
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    await obtainNamed(row({ sha256: null }), { onWarning });
    await obtainNamed(row({ sha256: null }), { onWarning });
    expect(warnings).toEqual([expect.stringContaining(`from now on it must be the one of today, sha256 ${sha256}`)]);
  });

  test("are checked where somebody put them into the cache", async () => {
    mkdirSync(join(cached(), ".."), { recursive: true });
    writeFileSync(cached(), content);
    expect(await obtainNamed(row())).toBe(cached());
    expect(asked).toEqual([]);
    writeFileSync(cached(), "half of i");
    expect((await caught(() => obtainNamed(row()))).code).toBe("ERR_WSOL_CHECKPOINT");
  });

  test("say where to put the file when every address is dead", async () => {
    isDown = true;
    const error = await caught(() => obtainNamed(row()));
    expect(error).toMatchObject({
      code: "ERR_WSOL_DOWNLOAD",
      message: `cannot download the weights 'publisher/net.v1' from '${address}/models/net-12.pth': the server answered 404`,
    });
    expect(error.fix).toContain(`put 'net-12.pth' at '${cached()}', or into a folder that WSOL_WEIGHTS names`);
    expect(existsSync(cached())).toBe(false);
  });

  test("take nothing that is not what was published", async () => {
    const error = await caught(() => obtainNamed(row({ sha256: "0".repeat(64) })));
    expect(error.code).toBe("ERR_WSOL_DOWNLOAD");
    expect(existsSync(cached())).toBe(false);
  });

  test("reject with the signal's reason", async () => {
    const reason = new Error("enough");
    await expect(obtainNamed(row(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("WSOL_WEIGHTS", () => {
  test.each(["net-12.pth", "publisher/net.v1/net-12.pth"])(
    "as a folder gives %s, checked and left there",
    async (name) => {
      const mirror = join(folder, `mirror-${count}`);
      process.env.WSOL_WEIGHTS = mirror;
      mkdirSync(join(mirror, name, ".."), { recursive: true });
      writeFileSync(join(mirror, name), content);
      expect(await obtainNamed(row())).toBe(join(mirror, name));
      expect([existsSync(cached()), asked.length]).toEqual([false, 0]);
      writeFileSync(join(mirror, name), "other");
      expect((await caught(() => obtainNamed(row()))).code).toBe("ERR_WSOL_CHECKPOINT");
    },
  );

  test("as a folder without the file leaves it to the publisher", async () => {
    process.env.WSOL_WEIGHTS = folder;
    expect(await obtainNamed(row())).toBe(cached());
  });

  test("as an address is asked before the publisher", async () => {
    process.env.WSOL_WEIGHTS = `${address}/mirror/`;
    expect(await obtainNamed(row({ urls: ["http://127.0.0.1:1/dead"] }))).toBe(cached());
    expect(asked).toEqual(["/mirror/publisher/net.v1/net-12.pth"]);
  });
});

describe("obtainWeights", () => {
  test("takes a path as it stands", async () => {
    expect(await obtainWeights("some/where/net.pth")).toBe("some/where/net.pth");
  });

  test("refuses a name that is not known, with those that are", async () => {
    const error = await caught(() => obtainWeights("torchvision/resnet19"));
    expect(error).toMatchObject({
      code: "ERR_WSOL_CHECKPOINT",
      message: "expected a file or a name for 'model.weights', got 'torchvision/resnet19'",
    });
    for (const { name } of NAMED_WEIGHTS) expect(error.fix).toContain(name);
  });
});

describe("the table of names", () => {
  test("has names, addresses and sums of one shape", () => {
    for (const { name, file, urls, sha256: sum } of NAMED_WEIGHTS) {
      expect(name).toMatch(/^(torchvision|timm)\/[\w.]+$/);
      expect(sum).toMatch(/^([0-9a-f]{8}|[0-9a-f]{64})$/);
      for (const url of urls) expect(new URL(url)).toMatchObject({ protocol: "https:" });
      for (const url of urls) expect(url.endsWith(`/${file}`)).toBe(true);
      // Where a name holds digits, they are the checksum's.
      const digits = /-([0-9a-f]{8})\.pth$/.exec(file)?.[1];
      if (digits !== undefined) expect(sum).toBe(digits);
    }
    const all = NAMED_WEIGHTS.flatMap(({ name, alias }) => [name, ...(alias === undefined ? [] : [alias])]);
    expect(new Set(all).size).toBe(all.length);
  });
});
