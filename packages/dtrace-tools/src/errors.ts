/** The base of every error that this package throws on purpose; `code` tells the kind. */
export class DtraceToolsError extends Error {
  override readonly name: string = "DtraceToolsError";
  readonly code: string = "ERR_DTRACE_TOOLS";
}

/** No tracer can be used, or not the one that was asked for. */
export class NoTracerError extends DtraceToolsError {
  override readonly name = "NoTracerError";
  override readonly code = "ERR_NO_TRACER";
}

/** The program to be traced cannot be started. */
export class TargetError extends DtraceToolsError {
  override readonly name = "TargetError";
  override readonly code = "ERR_TARGET";
  /** The program as it was named. */
  readonly program: string;

  constructor(program: string, message: string) {
    super(message);
    this.program = program;
  }
}

/** A tracer failed after it was found usable. */
export class TracerError extends DtraceToolsError {
  override readonly name = "TracerError";
  override readonly code = "ERR_TRACER";
  /** What the tracer wrote on standard error, its first 64 KiB at most. */
  readonly output: string;

  constructor(message: string, output: string, options?: ErrorOptions) {
    super(message, options);
    this.output = output;
  }
}

/** The text is not in the format that was expected. */
export class TraceFormatError extends DtraceToolsError {
  override readonly name = "TraceFormatError";
  override readonly code = "ERR_TRACE_FORMAT";
  /** The line where it was noticed, from 1; 0 where it concerns the whole text. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}
