import { invalid } from '../errors'
import { holdsToken } from './token'

/**
 * Refuses input in which somebody pasted a key, as a value or as a name: it would be stored in names, notes
 * and an audit log that nobody can erase (G1). A loop, since input nests as deep as its sender likes. Each
 * part is visited once: what a server action receives may contain one part many times, or itself, and a plain
 * walk would never end.
 * @throws Refusal `validation_failed` naming the field, unless its name is the key
 */
export function refusePastedTokens(input: unknown): void {
  const open: { path: string; value: unknown }[] = [{ path: '', value: input }]
  const seen = new Set<object>()
  for (let item = open.pop(); item; item = open.pop()) {
    const { path, value } = item
    if (typeof value === 'string' && holdsToken(value)) throw refusal(path)
    if (typeof value !== 'object' || value === null) continue
    if (seen.has(value)) throw invalid([{ path, message: 'is given twice' }])
    seen.add(value)
    for (const [name, inner] of Object.entries(value)) {
      if (holdsToken(name)) throw refusal(path)
      open.push({ path: path === '' ? name : `${path}.${name}`, value: inner })
    }
  }
}

const refusal = (path: string) =>
  invalid([{ path, message: 'holds an API key: it is not kept here, and should be revoked' }])
