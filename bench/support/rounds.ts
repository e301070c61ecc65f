/** What each contestant came to, round by round: the values of one index were measured next to each other. */
export type Rounds<Name extends string, Value> = Record<Name, Value[]>

/**
 * Measures the contestants in turn (A B C A B C ...), every other round backwards: what drifts in the machine
 * hits all of them alike.
 */
export async function inTurn<Name extends string, Value>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name, round: number) => Promise<Value>,
): Promise<Rounds<Name, Value>> {
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Rounds<Name, Value>
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 ? [...names].reverse() : names)
      results[name].push(await measure(name, round))
  }
  return results
}

/** One ratio a round. Ratios of neighbours stay the same when the machine slows down. */
export function ratios<Value>(
  above: readonly Value[],
  below: readonly Value[],
  of: (value: Value) => number,
): number[] {
  return above.map((value, round) => of(value) / of(below[round] as Value))
}
