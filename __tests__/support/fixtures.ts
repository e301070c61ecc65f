import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { Operation } from '@/contracts/operation'
import type { Resource } from '@/contracts/resource'
import { makeClub, makeKey, makeMember, type Member } from './club'
import type { RawResponse } from './raw-http'
import { operations, type Role } from './tenancy'
import { demand } from './policy'

/** A row, and what else its path names, by parameter. */
type Target = { id: string; deliveryId?: string }
type Body = object | ((me: Member) => object | Promise<object>)

/** What the tests of every operation need to know of a resource that its contract does not say. */
export type Fixture = {
  resource: Resource
  /** The roles of somebody who may do each of its operations. */
  caller: Role[]
  /** A good body for each operation that takes one; where two calls may not send the same, a function. */
  bodies: Record<string, Body>
  /** A body that changes something, where the good one does not. */
  changing?: Record<string, Body>
  /** A row of the club that this member may change, if they have the roles; how its routes name it. */
  make?: (owner: Member) => Promise<{ id: string }>
  /** The column of its table that names whose a row is, where there is one. */
  owner?: string
  /** Where an operation needs another row than `make` makes. */
  rows?: Record<string, (owner: Member) => Promise<Target>>
}

/** Loaded from the folder, so that a file there is all that a new resource needs. */
const FOLDER = path.resolve(__dirname, '../resources')
export const fixtures: Fixture[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => (require(path.join(FOLDER, name)) as { fixture: Fixture }).fixture)

/** @throws where nobody wrote one, with what to write */
export function fixtureOf(name: string): Fixture {
  const found = fixtures.find(({ resource }) => Object.hasOwn(resource.operations, name))
  if (found) return found
  throw new Error(
    `nothing is known of ${name} but its contract: write a file of __tests__/resources/ (CONTRIBUTING, step 8) with its resource, who may call it, a good body and how a row is made`,
  )
}

/** A good body of an operation; undefined for those that take none. */
export async function bodyOf(name: string, me: Member, changing = false): Promise<object | undefined> {
  const { bodies, changing: other } = fixtureOf(name)
  const given = (changing && other?.[name]) || bodies[name]
  if (given === undefined && (operations as Record<string, Operation>)[name]?.body)
    throw new Error(
      `no good body of ${name} is known: write one into bodies of its fixture in __tests__/resources`,
    )
  return typeof given === 'function' ? given(me) : given
}

/** The row that an operation with `{id}` is done to. */
export async function rowFor(name: string, owner: Member): Promise<Target> {
  const { rows, make } = fixtureOf(name)
  const factory = rows?.[name] ?? make
  if (factory) return factory(owner)
  throw new Error(`no row for ${name} is known: write make into its fixture in __tests__/resources`)
}

/** Where to send an operation: its path, with a fresh row of this member's in place of `{id}`. */
export async function targetFor(name: string, { path: target }: Operation, me: Member): Promise<string> {
  if (!target.includes('{id}')) return target
  const { id, deliveryId = '' } = await rowFor(name, me)
  return target.replace('{id}', id).replace('{deliveryId}', deliveryId)
}

export type Caller = { member: Member; token: string }

/** For tests of every operation: whoever may call it, in one club, with a key that never ends. */
export function useCallers(): (name: string) => Promise<Caller> {
  let clubId: string
  const known = new Map<string, Promise<Caller>>()
  beforeAll(async () => {
    clubId = (await makeClub()).id
    await demand(clubId, { maxLiveKeysPerMember: 10_000 })
  })
  const make = async (roles: Role[]) => {
    const member = await makeMember(clubId, roles)
    return { member, token: (await makeKey(member, { expiresAt: null })).token }
  }
  return (name) => {
    const { caller } = fixtureOf(name)
    // Whoever calls it is nobody's caller afterwards.
    if (name === 'revokeOwnKey') return make(caller)
    const found = known.get(caller.join()) ?? make(caller)
    known.set(caller.join(), found)
    return found
  }
}

type Get = (path: string) => Promise<RawResponse>

/** A row as the API shows it: by its id, or out of its list where nothing shows one alone. */
export async function shown(
  { path: target }: Operation,
  id: string,
  get: Get,
): Promise<Record<string, unknown>> {
  const collection = target.split('/{id}')[0]!
  const has = (wanted: string) =>
    Object.values<Operation>(operations).some(({ method, path: at }) => method === 'GET' && at === wanted)
  if (has(`${collection}/{id}`)) return (await get(`${collection}/${id}`)).json() as Record<string, unknown>
  for (let cursor = ''; ;) {
    const { data, nextCursor } = (await get(`${collection}?limit=100${cursor}`)).json() as {
      data: { id: string }[]
      nextCursor: string | null
    }
    const row = data.find((one) => one.id === id)
    if (row || nextCursor === null) return (row ?? {}) as Record<string, unknown>
    cursor = `&cursor=${nextCursor}`
  }
}
