import { type Config, configSchema } from "./schema";

/** The configuration of a run that sets nothing: where every default of the API and the command line is read off. */
export const DEFAULTS: Config = configSchema.parse({});
