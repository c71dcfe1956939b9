import { toFolded, toPprof } from "dtrace-tools";
import { UsageError } from "../errors.ts";
import { readName, readOptions, readSeconds } from "../options.ts";
import { readSubject, type Subject } from "../subject.ts";
import type { Outcome, VerbBody, VerbContext } from "../verb.ts";

const FORMATS = ["pprof", "folded"] as const;
const TOKEN = "MEMPROF_TOKEN";

const OPTIONS = {
  name: { type: "string", value: "NAME", help: "the application (the command's program)" },
  tag: { type: "string", value: "NAME=VALUE", multiple: true, help: "a label; may be given again" },
  format: { type: "string", value: "NAME", help: `${FORMATS.join(", ")} (pprof)` },
  timeout: {
    type: "string",
    value: "SECONDS",
    help: `(30); ${TOKEN} in the environment is sent as a bearer token`,
  },
} as const;

/** How a store is told what the values are. */
const SAMPLE_TYPES = {
  events: { units: "objects", aggregation: "sum", "display-name": "heap_growth_calls" },
  space: { units: "bytes", aggregation: "sum", "display-name": "heap_growth_bytes" },
};

/** `memprof push`: sends a recording to a store of profiles that takes Pyroscope's `/ingest`. */
export const pushVerb: VerbBody = { options: OPTIONS, run: runPush };

async function runPush({ args, report }: VerbContext): Promise<Outcome> {
  const { values, positionals } = readOptions(args, OPTIONS);
  const [address, file, surplus] = positionals;
  if (address === undefined || file === undefined || surplus !== undefined) {
    throw new UsageError(`a URL and a recording were expected, found ${positionals.join(" ") || "nothing"}`);
  }
  const format = readName("--format", values.format ?? "pprof", FORMATS);
  const milliseconds = readSeconds("--timeout", values.timeout, 30);
  const tags = labels(values.tag ?? []);
  const { url, headers } = endpoint(address);
  const subject = await readSubject(file);
  const name = values.name ?? subject.recording?.command[0]?.split("/").at(-1) ?? "memprof";
  url.search = query(subject, { name: `${name}${tags}`, format }).toString();
  const body = format === "pprof" ? form(subject) : [...toFolded(subject.profile)].join("");
  await send(url, { method: "POST", headers, body, signal: AbortSignal.timeout(milliseconds) });
  report.note(`sent ${file} to ${shown(url)} as ${name}${tags}`);
  return { status: 0 };
}

async function send(url: URL, request: RequestInit): Promise<void> {
  const response = await fetch(url, request).catch((error: unknown) => {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error && cause.message !== "" ? cause.message : message;
    throw new Error(`${shown(url)}: cannot be reached: ${reason}`, { cause: error });
  });
  // A store may say why in many words.
  const answer = (await response.text()).slice(0, 200).trim();
  if (!response.ok) {
    throw new Error(`${shown(url)}: expected status 200, found ${response.status}: ${answer}`);
  }
}

/** Without the query, which tells nothing to a person. */
function shown({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

function endpoint(address: string): { url: URL; headers: Record<string, string> } {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError("expected an http or https URL of a store of profiles first");
  }
  const { username, password } = url;
  [url.username, url.password] = ["", ""];
  if (!url.pathname.endsWith("/ingest")) url.pathname = `${url.pathname.replace(/\/$/, "")}/ingest`;
  const token = process.env[TOKEN];
  if (username === "" && password === "") {
    return { url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } };
  }
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url, headers: { authorization: `Basic ${Buffer.from(user).toString("base64")}` } };
}

function labels(tags: readonly string[]): string {
  for (const tag of tags) {
    if (!/^[a-zA-Z_]\w*=[^,{}]+$/.test(tag)) throw new UsageError(`--tag: expected NAME=VALUE, found ${tag}`);
  }
  return tags.length === 0 ? "" : `{${tags.join(",")}}`;
}

function query(
  { profile, recording }: Subject,
  { name, format }: { name: string; format: (typeof FORMATS)[number] },
): URLSearchParams {
  const from = recording === undefined ? Date.now() : Date.parse(recording.startedAt);
  const until = from + Math.max(recording?.duration ?? 0, 1000);
  return new URLSearchParams({
    name,
    format,
    from: String(Math.floor(from / 1000)),
    until: String(Math.ceil(until / 1000)),
    spyName: "memprof",
    ...(format === "folded" ? { units: profile.unit, aggregationType: "sum" } : {}),
  });
}

function form({ profile, recording }: Subject): FormData {
  const startedAt = recording === undefined ? undefined : new Date(recording.startedAt);
  const pprof = toPprof(profile, { startedAt, duration: recording?.duration });
  const body = new FormData();
  body.set("profile", new Blob([Uint8Array.from(pprof)]), "profile.pprof");
  body.set("sample_type_config", new Blob([JSON.stringify(SAMPLE_TYPES)]), "sample_type_config.json");
  return body;
}
