import { isDeepStrictEqual } from 'node:util'

/** What was looked at, and what of it was not as it must be. */
export class Tally {
  looked = 0
  readonly wrong: string[] = []

  is(what: string, found: unknown, mustBe: unknown): void {
    this.looked++
    if (!isDeepStrictEqual(found, mustBe)) this.wrong.push(`${what}: ${text(found)}, not ${text(mustBe)}`)
  }

  holds(what: string, holds: boolean): void {
    this.looked++
    if (!holds) this.wrong.push(what)
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
