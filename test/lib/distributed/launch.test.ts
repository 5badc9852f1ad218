import { launchOf } from "../../../lib/distributed/launch";
import { caught } from "../../support/caught";

const TORCHRUN = {
  ...{ RANK: "3", WORLD_SIZE: "4", LOCAL_RANK: "1", LOCAL_WORLD_SIZE: "2" },
  ...{ MASTER_ADDR: "node0", MASTER_PORT: "29500" },
};

test("a process works alone unless the environment tells of others", () => {
  expect(launchOf({})).toBeNull();
  expect(launchOf({ WORLD_SIZE: "" })).toBeNull();
  expect(launchOf({ WORLD_SIZE: "1" })).toBeNull();
  // Slurm and others set it for purposes of their own.
  expect(launchOf({ RANK: "3" })).toBeNull();
});

test("the variables of torchrun are read", () => {
  expect(launchOf(TORCHRUN)).toEqual({
    ...{ rank: 3, worldSize: 4, localRank: 1, localWorldSize: 2 },
    ...{ address: "node0", port: 29500, keepsStore: false, attempt: 0 },
  });
});

test("the first process keeps the store, unless torchrun's agent does", () => {
  expect(launchOf({ ...TORCHRUN, RANK: "0" })?.keepsStore).toBe(true);
  const agent = { TORCHELASTIC_USE_AGENT_STORE: "True", TORCHELASTIC_RESTART_COUNT: "2" };
  expect(launchOf({ ...TORCHRUN, RANK: "0", ...agent })).toMatchObject({ keepsStore: false, attempt: 2 });
});

test("a machine's processes count as one each where nothing tells how many it has", () => {
  const { LOCAL_RANK: _, LOCAL_WORLD_SIZE: __, ...slurm } = TORCHRUN;
  expect(launchOf(slurm)).toMatchObject({ localRank: 0, localWorldSize: 1 });
});

test.each([
  ["WORLD_SIZE", "two", 'expected an integer from 1 to 65536 for the environment variable WORLD_SIZE, got "two"'],
  ["WORLD_SIZE", "-2", "for the environment variable WORLD_SIZE"],
  ["RANK", "4", 'expected an integer from 0 to 3 for the environment variable RANK, got "4"'],
  ["RANK", undefined, "for the environment variable RANK, got none"],
  ["MASTER_ADDR", undefined, "for the environment variable MASTER_ADDR, got none"],
  ["MASTER_PORT", "70000", "for the environment variable MASTER_PORT"],
  ["LOCAL_RANK", "1.5", "for the environment variable LOCAL_RANK"],
])("%s=%s is refused by name", async (variable, value, message) => {
  const error = await caught(async () => launchOf({ ...TORCHRUN, [variable]: value }));
  expect(error).toMatchObject({ code: "ERR_WSOL_DISTRIBUTED", details: { variable } });
  expect((error as Error).message).toContain(message);
});
