import type { z } from 'zod'
import type { Operation } from './operation'

/** Which rows of the club: all, or those that hold these values. `$user` stands for the caller's id. */
export type Rows = 'all' | Readonly<Record<string, string | number | boolean | null>>

/**
 * Which rows each role reaches. `$admins` stands for the admins' roles, `$everyone` for every role that is
 * named in no other way.
 */
export type RowsByRole = Readonly<Record<string, Rows>>

/** What a key may be allowed to do. A role that one of its actions names can put it into a key. */
export type ScopeContract = {
  /** What it allows, in a line. */
  text: string
  /** Its actions, each with the rows that it reaches. */
  can: Readonly<Record<string, RowsByRole>>
  /** What a key reaches of those rows, whatever its owner's roles. */
  throughKey?: Exclude<Rows, 'all'>
}

/** An act on record, as the person who filters by it reads it, and as the middle of a sentence. */
export type AuditWords = {
  title: string
  verb: string
  thing: string
  /** What else the sentence tells: what was changed, from what to what; or the roles that were given. */
  tells?: 'changes' | 'roles'
  /** A change that has a word of its own: the first whose field was set (to this value) counts. */
  finer?: readonly { field: string; to?: string | boolean; verb: string; event?: string }[]
  /** The type of the event that tells of it; of a finer change, its own. */
  event?: string
}

/** What those who wait for events can hear of a resource. */
export type EventsContract = {
  /** Under which name an event holds what it is about, and in which form; without both: `target`. */
  about?: { as: string; shape: z.ZodType }
  /** By type, as `api_key.revoked`, with what happened. `urgent`: it waits for no other event. */
  types: Readonly<Record<string, { text: string; urgent?: true }>>
}

/** Everything that an app says of one kind of thing. All else is derived from this. */
export type Resource = {
  /** The model of its rows, as Prisma, CASL and the audit log call it. */
  model: string
  /** What stands above its scopes. */
  title: string
  /** What it is, in a line: beside its operations in the API document. */
  about?: string
  /** The column that people know a row by. */
  called?: string
  /** What stands before the id of a row; without it: `Id`. */
  idTitle?: string
  /** The column that names the club, where it is another one. */
  club?: string
  scopes?: Readonly<Record<string, ScopeContract>>
  /** What no scope grants: for people who are signed in, by role. */
  session?: Readonly<Record<string, RowsByRole>>
  audit?: Readonly<Record<string, AuditWords>>
  events?: EventsContract
  operations: Readonly<Record<string, Operation>>
}

/** Keeps the literal types of a contract. */
export const resource = <const Given extends Resource>(given: Given) => given
