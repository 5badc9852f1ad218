import { spawnSync } from "node:child_process";
import type { Ended } from "./compiled";
import { root } from "./compiled";

/** No system lists a user of this number. */
const UID = 54_321;

/** Runs Node as a user that the system does not know, without HOME. Needs the rights to become another user. */
export function runAsStranger(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Ended {
  const env = { PATH: process.env.PATH, ...environment };
  const options = { cwd: "/", encoding: "utf8", env, uid: UID, gid: UID, timeout: 60_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { status, stdout, stderr };
}

/** `test`, or a skipped one where this process cannot run Node on this checkout as another user. */
export function testAsStranger(): jest.It {
  const canRun = process.getuid?.() === 0 && runAsStranger(["-e", `require(${JSON.stringify(root)})`]).status === 0;
  if (!canRun) console.warn("skipped: tests as another user need a checkout that all may read, and root");
  return canRun ? test : test.skip;
}
