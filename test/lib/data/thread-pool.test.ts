import { availableParallelism } from "node:os";
import { defaultWorkers, sizeThreadPool, threadPoolSize } from "../../../lib/data/thread-pool";
import { runInNode } from "../../support/compiled";

const VARIABLE = "UV_THREADPOOL_SIZE";

test.each([
  [undefined, 4],
  ["16", 16],
  ["0", 1],
  ["many", 1],
  ["5000", 1024],
])("the pool that UV_THREADPOOL_SIZE=%s gives has %i threads, as libuv reads it", (text, size) => {
  expect(threadPoolSize(text === undefined ? {} : { [VARIABLE]: text })).toBe(size);
});

test("the command line sizes the pool by the cores, or by the workers that it is told, and leaves what the user set", () => {
  const sized = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
    sizeThreadPool(args, environment);
    return environment[VARIABLE];
  };
  expect(sized(["train"])).toBe(String(Math.max(4, availableParallelism()) + 2));
  expect(sized(["train", "--set", "data.workers=40"])).toBe("42");
  expect(sized(["train", "--set=data.workers=40", "--set", "data.workersX=99"])).toBe("42");
  expect(sized(["train", "--set", "data.workers=99999"])).toBe("1024");
  expect(sized(["train", "--set", "data.workers=40"], { [VARIABLE]: "3" })).toBe("3");
});

test("as many images are decoded at once as there are cores, if the pool has the threads", () => {
  expect(defaultWorkers()).toBe(Math.min(availableParallelism(), threadPoolSize()));
});

const whenLinux = process.platform === "linux" ? test : test.skip;
whenLinux("the size that the command line sets is that of the pool", () => {
  const { stdout } = runInNode(
    `const { readdirSync } = require("node:fs");
    const { pbkdf2 } = require("node:crypto");
    process.argv.length = 1;
    compiled("cli/main").main(["--version", "data.workers=21"]).then(async () => {
      const threads = () => readdirSync("/proc/self/task").length;
      const before = threads();
      await new Promise((resolve) => pbkdf2("a", "b", 1, 8, "sha256", resolve));
      console.log("threads", threads() - before);
    });`,
    { [VARIABLE]: undefined },
  );
  expect(stdout).toContain("threads 23");
});
