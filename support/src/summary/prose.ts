import { inventedWord } from "./invented-word.ts";
import type { Random } from "./random.ts";
import { adjectives, kinds, topics, verbs } from "./vocabulary.ts";

const LINE_LENGTH = 72;

const sentences: readonly ((name: string, random: Random) => string)[] = [
  (name, random) => `${name} is ${aKind(random)} for ${activity(random)}.`,
  (name, random) =>
    `With ${name}, ${random.pickEarly(topics)} can be ${pastOf(random)} without ${activity(random)} first.`,
  (_, random) =>
    `It supports ${activity(random)}, ${activity(random)} and ${activity(random)} from one ${random.pickEarly(kinds)}.`,
  (name, random) =>
    `The ${random.pickEarly(kinds)} that comes with ${name} helps with ${activity(random)}, and knows ${random.pickEarly(topics)} of every kind.`,
  (_, random) =>
    `This package contains ${aKind(random)}; its ${random.pickEarly(topics)} are kept apart from those of the ${random.pickEarly(kinds)}.`,
  (name, random) =>
    `${name} was written because ${activity(random)} should not need ${aKind(random)} of ${2 + random.below(90)} megabytes.`,
  (_, random) =>
    `There is no limit on the number of ${random.pickEarly(topics)}, and ${activity(random)} takes ${1 + random.below(50)} milliseconds at most.`,
  (_, random) =>
    `Among its features are ${random.pickEarly(adjectives)} ${random.pickEarly(topics)} and ${random.pickEarly(adjectives)} ${random.pickEarly(topics)}.`,
];

/** One line of what a package is. */
export function commentFor(random: Random): string {
  const kind = `${random.pickEarly(adjectives)} ${random.pickEarly(kinds)} for ${activity(random)}`;
  return kind[0]?.toUpperCase() + kind.slice(1);
}

/** Some lines of text, with empty ones between paragraphs, and now and then a list. */
export function descriptionFor(name: string, random: Random): readonly string[] {
  const lines: string[] = [];
  // A few packages tell everything there is to tell.
  let paragraphs = random.chance(0.003) ? 40 : 1 + Math.floor(random.fraction() ** 2 * 2.3);
  for (; paragraphs > 0; paragraphs--) {
    if (lines.length > 0) lines.push("");
    lines.push(...wrapped(paragraph(name, random)));
  }
  if (random.chance(0.15)) {
    lines.push("", "Features:");
    for (let left = 3 + random.below(5); left > 0; left--) lines.push(` * ${activity(random)}`);
  }
  // Names of people are not all ASCII.
  if (random.chance(0.02)) lines.push("", `Written by José Škvoř and Åsa Łukasiewicz.`);
  return lines;
}

function paragraph(name: string, random: Random): string {
  let text = random.pick(sentences)(name, random);
  for (let left = random.below(4); left > 0; left--) text += ` ${random.pick(sentences)(name, random)}`;
  return text;
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line.length > 0 && line.length + word.length >= LINE_LENGTH) {
      lines.push(line);
      line = "";
    }
    line += line.length === 0 ? word : ` ${word}`;
  }
  lines.push(line);
  return lines;
}

function activity(random: Random): string {
  const adjective = random.chance(0.3) ? `${random.pickEarly(adjectives)} ` : "";
  // Every field has words of its own.
  if (random.chance(0.35))
    return `${random.pickEarly(verbs)} ${inventedWord(random)} ${random.pickEarly(topics)}`;
  return `${random.pickEarly(verbs)} ${adjective}${random.pickEarly(topics)}`;
}

function aKind(random: Random): string {
  const adjective = random.pickEarly(adjectives);
  return `${/^[aeiou]/.test(adjective) ? "an" : "a"} ${adjective} ${random.pickEarly(kinds)}`;
}

function pastOf(random: Random): string {
  return random.pick(["read", "written", "edited", "kept", "found", "sent", "shown", "compared"]);
}
