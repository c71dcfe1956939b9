export {
  type Baseline,
  type BudgetResult,
  type Budgets,
  checkBudgets,
  toBaseline,
  valueUnder,
} from "./budget.ts";
export { DtraceToolsError, NoTracerError, TargetError, TraceFormatError, TracerError } from "./errors.ts";
export { toChangeTable } from "./export/change-table.ts";
export { changeText, type DifferenceGraphOptions, toDifferenceGraph } from "./export/difference-graph.ts";
export { toFlameGraph } from "./export/flame-graph.ts";
export type { FlameGraphOptions } from "./export/flame-style.ts";
export { toFolded } from "./export/folded.ts";
export { type HtmlOptions, type HtmlSubject, toHtmlReport } from "./export/html.ts";
export { toProfileJson } from "./export/json.ts";
export { isPalette, PALETTE_NAMES, type PaletteName } from "./export/palette.ts";
export { type PprofOptions, toPprof } from "./export/pprof.ts";
export { quantizeSvg, type QuantizeSvgOptions } from "./export/quantize-svg.ts";
export { toSpeedscope } from "./export/speedscope.ts";
export { type TableOptions, type TopFrame, topFrames, toTable } from "./export/table.ts";
export type { TimePoint } from "./heap/timeline.ts";
export type { LiveHeap } from "./heap/tracker.ts";
export { type HeapTotals, type Metric, METRICS, type ProcessHeap } from "./heap/totals.ts";
export { importBpftrace } from "./import/bpftrace.ts";
export { importDhat } from "./import/dhat.ts";
export { importDtrace } from "./import/dtrace.ts";
export { importFolded } from "./import/folded.ts";
export { guess, isTraceFormat, TRACE_FORMATS, type TraceFormat } from "./import/guess.ts";
export { importHeapProfile } from "./import/heap-profile.ts";
export { importHeapSnapshot } from "./import/heap-snapshot.ts";
export { importHeaptrack } from "./import/heaptrack.ts";
export { importTrace } from "./import/import-trace.ts";
export type { Imported, RunningProcess } from "./import/imported.ts";
export { importMassif } from "./import/massif.ts";
export { importPerf, type PerfOptions } from "./import/perf.ts";
export { importPprof } from "./import/pprof.ts";
export { importSpeedscope } from "./import/speedscope.ts";
export { type ImportedStrace, importStrace, type StraceOptions } from "./import/strace.ts";
export { type Comparison, compare, type FrameChange, frameChanges, type Side } from "./profile/compare.ts";
export type { FramePlace } from "./names/debug-names.ts";
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
export { saveFile } from "./save-file.ts";
export { formatSize, parseSize } from "./size.ts";
export { script, SCRIPT_NAMES, type ScriptName, type ScriptParameters, scriptUrl } from "./scripts.ts";
