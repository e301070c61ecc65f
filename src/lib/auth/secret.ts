import { inspect } from 'node:util'

/**
 * A token in memory. Printed, logged or serialised it is `[redacted]`; only `reveal()` gives the text, and a
 * linter rule bounds its callers.
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
