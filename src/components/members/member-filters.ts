/** What the members page can be asked for; each field is one of its address. */
export type MemberFilters = {
  q?: string | undefined
  show?: 'active' | 'invited' | 'suspended' | undefined
}
