import { FormatProblem } from "../problem";
import { OP } from "./opcodes";
import { OPERATION_OF } from "./operations";
import { type PickleDialect, PickleMachine } from "./pickle-machine";

export interface Unpickled {
  readonly value: unknown;
  /** Where the bytes after the pickle begin. */
  readonly end: number;
}

/**
 * Reads a pickle, protocols 0 to 5. Nothing is imported, looked up or called: what the dialect does not interpret is opaque.
 * Memory and time are bounded by the length of the pickle and a number of operations, whatever it says.
 * @throws FormatProblem
 */
export function unpickle(bytes: Uint8Array, start: number, dialect: PickleDialect): Unpickled {
  const machine = new PickleMachine(bytes, start, dialect);
  for (;;) {
    machine.charge(1);
    const opcode = machine.bytes.uint8();
    if (opcode === OP.STOP) return { value: machine.result(), end: machine.bytes.position };
    const operate = OPERATION_OF[opcode];
    if (operate === undefined) throw new FormatProblem(`its pickle has an unknown opcode ${opcode}`);
    operate(machine);
  }
}
