/** The block goes on behind the end of its input. */
export const NEED_MORE = 1;
/** The block is whole, but of a kind that is not decoded here. */
export const RANDOMISED = 2;
const TABLE_COUNT = 3;
const CODE_LENGTH = 7;
const TOO_LONG = 10;
const CHECKSUM = 13;

/** By the numbers of assembly/layout.ts. */
const PROBLEMS: readonly string[] = [
  "",
  "a block without an end",
  "a randomised block, which only bzip2 before 0.9.5 wrote",
  "",
  "a block that uses no byte at all",
  "a block without groups of symbols",
  "a group of symbols that uses a table which is not there",
  "",
  "more Huffman codes than there can be",
  "bits that are no Huffman code",
  "",
  "a block without an end",
  "the start of the text lies outside of the block",
];

/** What is known of a block that is damaged. */
export interface ProblemFacts {
  /** The number that is wrong. */
  readonly detail: number;
  /** How many bytes the block may have. */
  readonly room: number;
  readonly expectedCrc: number;
  readonly foundCrc: number;
}

/** Says in words what is wrong with a block. */
export function describeProblem(problem: number, facts: ProblemFacts): string {
  switch (problem) {
    case TABLE_COUNT:
      return `2 to 6 Huffman tables were expected, found ${facts.detail}`;
    case CODE_LENGTH:
      return `a code of ${facts.detail} bits`;
    case TOO_LONG:
      return `at most ${facts.room} bytes were expected in a block, found more`;
    case CHECKSUM:
      return `checksum ${hex(facts.expectedCrc)} expected in a block, found ${hex(facts.foundCrc)}`;
    default:
      return PROBLEMS[problem] ?? `problem ${problem}`;
  }
}

function hex(crc: number): string {
  return (crc >>> 0).toString(16).padStart(8, "0");
}
