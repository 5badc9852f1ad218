const SHOWN_CHARACTERS = 100;

/** A name of a file's content in quotes for a message: its control characters escaped, its end cut. */
export function printableName(name: string): string {
  const shown = name.length <= SHOWN_CHARACTERS ? name : `${name.slice(0, SHOWN_CHARACTERS)}…`;
  return `'${JSON.stringify(shown).slice(1, -1)}'`;
}
