import { DEFAULTS } from "../../../../lib/config/defaults";
import { loaderFor } from "../../../../lib/data/images/loader-for";
import { threadPoolSize } from "../../../../lib/data/thread-pool";

test("more workers than the pool has threads are said to wait for one another, with what to do", () => {
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  const threads = threadPoolSize();
  for (const workers of [null, 1, threads]) loaderFor({ ...DEFAULTS.data, workers }, { onWarning });
  expect(warnings).toEqual([]);
  loaderFor({ ...DEFAULTS.data, workers: threads + 1 }, { onWarning });
  expect(warnings).toEqual([expect.stringContaining(`UV_THREADPOOL_SIZE=${threads + 1}`)]);
});
