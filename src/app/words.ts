import { definition, type AuditTexts, type Words } from '@/contracts/definition'

/** The words for roles and scopes, for components to show: those that the app defines. */
export function wordsOf(): Words {
  const { roles, scopes } = definition()
  return {
    roles: [...roles].map(([role, words]) => ({ role, ...words })),
    scopes: [...scopes].map(([scope, words]) => ({ scope, ...words })),
  }
}

/** The roles, each with the scopes that it grants. */
export function grantingRoles() {
  const { roles, grants } = definition()
  return [...roles].map(([role, { name }]) => ({ role, name, scopes: grants.get(role) ?? [] }))
}

/** The same for the audit log. */
export function auditTexts(): AuditTexts {
  const { audit, resources } = definition()
  const titles = resources.flatMap(({ model, idTitle }) => (idTitle ? [[model, idTitle] as const] : []))
  return { acts: Object.fromEntries(audit), idTitles: Object.fromEntries(titles) }
}
