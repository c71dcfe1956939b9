/** The longest time for a timer, some 24 days, in milliseconds; Node would take a longer one, as Infinity, for none at all. */
export const LONGEST_TIMER: number = 2 ** 31 - 1;
