export { bzip2Compress } from "./bzip2.ts";
export { encodeBzip2 } from "./bzip2-encoder.ts";
export { type LocalServer, serve, serveDirectory, serveRaw } from "./http-server.ts";
export { machineTool } from "./machine-tool.ts";
export { realData } from "./real-data.ts";
export { generateSummary, type SummaryOptions } from "./summary/generate-summary.ts";
export { type Platform, thisPlatform } from "./summary/platform.ts";
