/** What the members page can be asked for; each field is one of its address. */
export type MemberFilters = {
  q?: string | undefined
  show?: 'active' | 'invited' | 'suspended' | undefined
}

/** The members page that is asked for these. */
export function addressWith(here: string, { q, show }: MemberFilters, cursor?: string): string {
  const fields = Object.entries({ q, show, cursor }).filter(
    (field): field is [string, string] => field[1] !== undefined && field[1] !== '',
  )
  return fields.length === 0 ? here : `${here}?${new URLSearchParams(fields).toString()}`
}
