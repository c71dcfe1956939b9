import { splitCommand, readOptionsOnly, readSeconds } from "../options.ts";
import { Screen } from "../report/screen.ts";
import { cautions } from "../report/summary.ts";
import { outcomeOf, PID_OPTIONS, readRunChoice, readTarget, recordTarget, RUN_OPTIONS } from "../targets.ts";
import type { Outcome, VerbBody, VerbContext } from "../verb.ts";

const OPTIONS = {
  interval: { type: "string", value: "SECONDS", help: "how often the screen changes (1)" },
  ...PID_OPTIONS,
  ...RUN_OPTIONS,
} as const;

/** `memprof top`: shows memory and the hottest frames of a command again and again while it runs. */
export const topVerb: VerbBody = { options: OPTIONS, run: runTop };

async function runTop({ args, report }: VerbContext): Promise<Outcome> {
  const { own, command } = splitCommand(args, OPTIONS);
  const values = readOptionsOnly(own, OPTIONS);
  const target = readTarget(command, values.pid);
  const choice = readRunChoice(values);
  const screen = new Screen(report, readSeconds("--interval", values.interval, 1));
  try {
    const recording = await recordTarget(target, choice, {
      report,
      onUpdate: (live) => screen.update(live),
      // What the command says goes beside what is shown.
      stdio: ["inherit", 2, 2],
    });
    await screen.end();
    for (const caution of cautions(recording)) report.note(caution);
    return outcomeOf(recording);
  } finally {
    screen.stop();
  }
}
