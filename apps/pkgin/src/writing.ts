import { FatalError } from "./fatal-error.ts";
import { systemReason } from "./system-reason.ts";

/**
 * Does what writes a file.
 *
 * @throws FatalError that names the file, where the system refuses it; what else the work throws
 */
export function writing<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new FatalError(`cannot write ${file}: ${systemReason(error)}`, { cause: error });
  }
}
