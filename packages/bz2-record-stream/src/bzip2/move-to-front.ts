/** Takes the value at a place of a list and puts it first. */
export function moveToFront(front: Uint8Array, place: number): number {
  const value = front[place] as number;
  // Most places are near the front, where a loop is faster than copyWithin.
  for (let index = place; index > 0; index--) front[index] = front[index - 1] as number;
  front[0] = value;
  return value;
}
