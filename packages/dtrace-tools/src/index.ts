export { DtraceToolsError, NoTracerError, TargetError, TraceFormatError, TracerError } from "./errors.ts";
export { type FlameGraphOptions, toFlameGraph } from "./export/flame-graph.ts";
export { toFolded } from "./export/folded.ts";
export { isPalette, PALETTE_NAMES, type PaletteName } from "./export/palette.ts";
export { type TableOptions, type TopFrame, topFrames, toTable } from "./export/table.ts";
export type { TimePoint } from "./heap/timeline.ts";
export { type HeapTotals, type Metric, METRICS, type ProcessHeap } from "./heap/totals.ts";
export { importDtrace } from "./import/dtrace.ts";
export { importFolded } from "./import/folded.ts";
export { guess, importTrace, type TraceFormat } from "./import/guess.ts";
export type { Imported, RunningProcess } from "./import/imported.ts";
export { importPerf, type PerfOptions } from "./import/perf.ts";
export { type ImportedStrace, importStrace, type StraceOptions } from "./import/strace.ts";
export { type Comparison, compare, type FrameChange, frameChanges, type Side } from "./profile/compare.ts";
export { demangle } from "./names/demangle.ts";
export { nameJavaScript } from "./names/javascript.ts";
export { Profile, type Stack, type Unit } from "./profile/profile.ts";
export {
  ALLOCATOR_FRAME,
  filter,
  focus,
  foldAllocator,
  invert,
  mapFrames,
  merge,
  normalise,
} from "./profile/transform.ts";
export { childrenOf, type ProfileTree } from "./profile/tree.ts";
export { bucketOf, type Buckets, quantize, quantizeText, type QuantizeTextOptions } from "./quantize.ts";
export {
  type Availability,
  BACKEND_NAMES,
  type BackendName,
  type Exit,
  type Unusable,
  type Usable,
} from "./record/backend.ts";
export { available, backendsFor } from "./record/choose.ts";
export { attach, record, type RecordOptions, type TraceOptions } from "./record/record.ts";
export type { Recording } from "./recording.ts";
export {
  readRecording,
  RecordingFileError,
  type RecordingJson,
  toJson,
  type TotalsJson,
  writeRecording,
} from "./recording-file.ts";
export { script, SCRIPT_NAMES, type ScriptName, type ScriptParameters, scriptUrl } from "./scripts.ts";
