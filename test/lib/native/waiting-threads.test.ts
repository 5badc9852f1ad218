import { limitWaiting } from "../../../lib/native/waiting-threads";

test.each([
  [{}, { GOMP_SPINCOUNT: "20000" }],
  [{ GOMP_SPINCOUNT: "7" }, { GOMP_SPINCOUNT: "7" }],
  [{ OMP_WAIT_POLICY: "active" }, { OMP_WAIT_POLICY: "active" }],
])("threads wait briefly, unless the user says how they wait: %j", (given, expected) => {
  const environment: NodeJS.ProcessEnv = { ...given };
  limitWaiting(environment);
  expect(environment).toEqual(expected);
});
