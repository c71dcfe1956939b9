export { machineTool } from "./machine-tool.ts";
export { realData } from "./real-data.ts";
