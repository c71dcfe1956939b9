/** A stream of random choices that is the same on every machine for the same seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** From 0 up to, and without, 1: the generator mulberry32. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** From 0 up to, and without, the limit. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Any member, all as likely. */
  pick<Member>(members: readonly Member[]): Member {
    return members[this.below(members.length)] as Member;
  }

  /** Some member, early ones far more often than late ones, as with the words of a language. */
  pickEarly<Member>(members: readonly Member[]): Member {
    return members[Math.floor(this.fraction() ** 1.5 * members.length)] as Member;
  }

  /** A member by its share of all; the shares need not add up to 1. */
  pickWeighted<Member>(members: readonly (readonly [share: number, member: Member])[]): Member {
    let rest = this.fraction() * members.reduce((sum, [share]) => sum + share, 0);
    for (const [share, member] of members) {
      rest -= share;
      if (rest < 0) return member;
    }
    return (members.at(-1) as readonly [number, Member])[1];
  }

  hex(digits: number): string {
    let text = "";
    while (text.length < digits)
      text += Math.floor(this.fraction() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, "0");
    return text.slice(0, digits);
  }
}
