import { invalid } from './errors'

/** A field of an object, as a query and a command line name it: `metadata[owner][team]`. */
const NESTED = /^([A-Za-z]+)((?:\[[^[\]]*\])+)$/

type Nested = { [name: string]: string | Nested }

/**
 * Pairs as an object, with those of `deep` fields put together: `metadata[env]=prod` is
 * `{ metadata: { env: 'prod' } }`. Every other name stands for itself.
 * @throws Refusal `validation_failed` naming the field: a place that has a value and more below it
 */
export function nestPairs(pairs: Iterable<readonly [string, string]>, deep: readonly string[]): Nested {
  const whole: Nested = {}
  for (const [name, value] of pairs) {
    const [, field = name, below] = NESTED.exec(name) ?? []
    if (deep.includes(field)) put(whole, name, [field, ...(below?.slice(1, -1).split('][') ?? [])], value)
    else whole[name] = value
  }
  return whole
}

function put(whole: Nested, asked: string, path: readonly string[], value: string): void {
  const last = path.length - 1
  let at = whole
  for (const [n, name] of path.entries()) {
    // What every object inherits is no place, and this one no schema would see.
    if (name === '__proto__') throw invalid([{ path: asked, message: 'must name something else' }])
    const there = Object.hasOwn(at, name) ? at[name] : undefined
    if (n === last ? there !== undefined : typeof there === 'string')
      throw invalid([{ path: asked, message: 'is given twice' }])
    if (n === last) at[name] = value
    else at = at[name] = typeof there === 'object' ? there : {}
  }
}
