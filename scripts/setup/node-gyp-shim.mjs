#!/usr/bin/env node
// Stands where prebuildify calls node-gyp: builds the addon of the current folder (binding/metrics, binding/torch or binding/cuda).
import { basename } from "node:path";
import { runNode } from "./processes.mjs";

process.exitCode = await runNode(["bin/wsol.js", "build", "--addon", basename(process.cwd())]);
