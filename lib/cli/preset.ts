import { Option } from "commander";
import { RECIPE_NAMES } from "../config/recipes";

/** `--preset`, which means the same for every command that trains. */
export function presetOption(): Option {
  return new Option("--preset <name>", "recipe to start from; --config beats it, and --set beats both").choices(
    RECIPE_NAMES,
  );
}
