import { definition } from '@/contracts/definition'
import type { Operation } from '@/contracts/operation'
import { defineAbility, type ModelName } from '@/lib/permissions/ability'
import { scopesOf } from '@/lib/permissions/scopes'
import { operations, ROLES, SCOPES } from '../support/tenancy'

const opened = (scope: string) =>
  Object.entries<Operation>(operations).filter(([, operation]) => operation.scope === scope)

describe.each(SCOPES)('the scope %s', (scope) => {
  it('opens an operation: nobody grants a promise', () => {
    if (opened(scope).length === 0)
      throw new Error(
        `${scope} opens nothing: name it as the scope of an operation, or take it out of its contract`,
      )
  })

  it('has words', () => {
    const { text = '', group = '' } = definition().scopes.get(scope) ?? {}
    if (text.trim() === '' || group.trim() === '')
      throw new Error(
        `${scope} has no words: write its text, and the title of its resource, for those who pick it`,
      )
  })

  it('is some role’s to grant, and with that role alone does each operation it opens', () => {
    const roles = ROLES.filter((role) => scopesOf([role]).includes(scope))
    if (roles.length === 0)
      throw new Error(
        `${scope} is no role’s: name one under can in its contract, with the rows that it reaches`,
      )
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

it('no act of a resource goes on record without words', () => {
  for (const [action, { title, verb, thing }] of definition().audit)
    if ([title, verb, thing].some((words) => words.trim() === ''))
      throw new Error(
        `the audit action ${action} lacks words: write its title, verb and thing in its contract`,
      )
})
