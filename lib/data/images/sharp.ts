import type sharp from "sharp";

let loaded: typeof sharp | undefined;

/**
 * The image library, loaded at first use: importing this package maps no native code. Its cache and its threads are the
 * host's as much as ours, and stay as they are.
 */
export function loadSharp(): typeof sharp {
  // A dynamic import would fail where modules are run in a context of their own, as Jest does.
  loaded ??= require("sharp") as typeof sharp;
  return loaded;
}
