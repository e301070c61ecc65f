import type { Words } from '@/contracts/definition'

export type ScopeText = Words['scopes'][number]

/** What can be done with one kind of thing: a row of the matrix. */
export type ScopeRow = {
  title: string
  read: ScopeText | null
  write: ScopeText | null
  /** What is neither, under a name of its own. */
  others: readonly ScopeText[]
}

/** The app's scopes by the thing that they are about: `practices:read` and `practices:write` are one row. */
export function scopeRows(scopes: readonly ScopeText[]): ScopeRow[] {
  const kinds = [...new Set(scopes.map(({ scope, group }) => `${group}\n${kindOf(scope)}`))]
  const groups = new Set<string>()
  return kinds.map((kind) => {
    const own = scopes.filter(({ scope, group }) => `${group}\n${kindOf(scope)}` === kind)
    const [{ scope, group } = { scope: '', group: '' }] = own
    const title = groups.has(group) ? asTitle(kindOf(scope)) : group
    groups.add(group)
    const find = (verb: string) => own.find((one) => verbOf(one.scope) === verb) ?? null
    const [read, write] = [find('read'), find('write')]
    return { title, read, write, others: own.filter((one) => one !== read && one !== write) }
  })
}

/** `api-keys` of `api-keys:read`; all of a scope that has no verb. */
const kindOf = (scope: string): string => scope.slice(0, scope.lastIndexOf(':') >>> 0)
export const verbOf = (scope: string): string => scope.slice(scope.lastIndexOf(':') + 1)

export function asTitle(name: string): string {
  const words = name.replace(/[-_]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
