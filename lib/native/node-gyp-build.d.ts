declare module "node-gyp-build" {
  const nodeGypBuild: {
    /** The .node file for this process under `folder`: build/Release, else prebuilds. Throws if there is none. */
    path(folder: string): string;
  };
  export default nodeGypBuild;
}
