import { inCommandLineWords } from "../../../lib/cli/failure";

test.each([
  ["Pass `resume: true` or `force: true`.", "Pass --resume or --force."],
  ["Take another `out`.", "Take another --out."],
  ["Try `optim.lr: 0.01` or `scoreMap.kind: cam`.", "Try --set optim.lr=0.01 or --set scoreMap.kind=cam."],
  ["Build it with: wsol build", "Build it with: wsol build"],
])("advice of the API, %j, is spelled as the command line takes it", (api, words) => {
  expect(inCommandLineWords(api)).toBe(words);
});
