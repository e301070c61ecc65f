import { inspect } from 'node:util'

/**
 * A token in memory. Printing, logging or serialising it yields `[redacted]`; only `reveal()` gives it away,
 * and its callers can be counted.
 */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toString = () => '[redacted]'
  toJSON = () => '[redacted]';
  [inspect.custom] = () => '[redacted]'
}
