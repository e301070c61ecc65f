import type { Operation } from '@/contracts/operation'
import { defineAbility, type ModelName } from '@/lib/permissions/ability'
import { scopesOf } from '@/lib/permissions/scopes'
import { operations, ROLES, SCOPES } from '../support/tenancy'

const opened = (scope: string) =>
  Object.entries<Operation>(operations).filter(([, operation]) => operation.scope === scope)

describe.each(SCOPES)('the scope %s', (scope) => {
  it('opens an operation: nobody grants a promise', () => {
    expect(opened(scope).length).toBeGreaterThan(0)
  })

  it('is some role’s to grant, and with that role alone does each operation it opens', () => {
    const roles = ROLES.filter((role) => scopesOf([role]).includes(scope))
    expect(roles.length).toBeGreaterThan(0)
    for (const role of roles) {
      const holder = { clubId: 'c', userId: 'u', roles: [role], scopes: [scope], throughKey: true }
      for (const [name, { can }] of opened(scope))
        expect([role, name, can === null || defineAbility(holder).can(can[0], can[1] as ModelName)]).toEqual([
          role,
          name,
          true,
        ])
    }
  })
})

it('no operation asks for a scope that nobody can be given', () => {
  const asked = Object.values<Operation>(operations).flatMap(({ scope }) => scope ?? [])
  expect(asked.filter((scope) => !scopesOf(ROLES).includes(scope))).toEqual([])
})
