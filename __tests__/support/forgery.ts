import { randomUUID } from 'node:crypto'
import { encode } from 'next-auth/jwt'
import { CONTEXT_HEADER, IDENTITY_HEADERS } from '@/http/headers'
import { revokeApiKey } from '@/lib/auth/api-key'
import { createLoginSession } from '@/lib/sign-in/login-session'
import { makeKey, twoClubs } from './club'
import type { RawRequest, RawResponse } from './raw-http'
import type { Server } from './server'

/** Whom an answer takes the sender for. */
type Taken = 'caller' | 'nobody'

/** The credentials that an attacker presents besides forged headers, and who that may make them. */
export type Presented = {
  name: string
  headers: [string, string][]
  taken: readonly Taken[]
  statedByTheDoor?: boolean
}

export type Attack = {
  what: string
  on: Server
  request: RawRequest
  /** Whom the server may take the sender for; anything else is a successful attack. */
  taken: readonly Taken[]
  /**
   * Which identity headers an echo route may see: the caller's own, none, or whatever was sent, where there
   * is no door.
   */
  reaching?: 'its own' | 'none' | 'anything'
}

export type Scene = Awaited<ReturnType<typeof setScene>>

/** The attacker holds keys of one club and wants to be the other club's admin. */
export async function setScene() {
  const { home: victims, rival: own } = await twoClubs()
  const { id, token } = own.keys.admin
  const caller = { clubId: own.clubId, userId: own.admin.userId, keyId: id, token }
  const victim = { clubId: victims.clubId, userId: victims.admin.userId, token: victims.keys.admin.token }
  const revoked = await makeKey(own.coach)
  await revokeApiKey(own.keys.coach.actor, { id: revoked.id })
  const mistyped = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0')
  const signIn = await createLoginSession(caller.userId, { requestId: null, address: null, userAgent: null })
  const session = async (userId: string, secret: string) =>
    sessionHeaders(await encode({ token: { sub: userId, sid: signIn }, secret }), own.slug)
  const presented: Record<
    'nothing' | 'ownKey' | 'revokedKey' | 'mistypedKey' | 'ownSession' | 'madeUpSession' | 'borrowedSession',
    Presented
  > = {
    nothing: { name: 'nothing', headers: [], taken: ['nobody'] },
    ownKey: {
      name: 'a good key of another club',
      headers: bearer(token),
      taken: ['caller'],
      statedByTheDoor: true,
    },
    revokedKey: { name: 'a revoked key', headers: bearer(revoked.token), taken: ['nobody'] },
    mistypedKey: { name: 'a mistyped key', headers: bearer(mistyped), taken: ['nobody'] },
    // Beside a context header a session does not count.
    ownSession: {
      name: 'a session of another club',
      headers: await session(caller.userId, process.env.NEXTAUTH_SECRET!),
      taken: ['caller', 'nobody'],
    },
    madeUpSession: {
      name: 'a session signed by another',
      headers: await session(victim.userId, randomUUID()),
      taken: ['nobody'],
    },
    borrowedSession: {
      name: 'another user’s sign-in',
      headers: await session(victim.userId, process.env.NEXTAUTH_SECRET!),
      taken: ['nobody'],
    },
  }
  return { victim, caller, presented }
}

export const bearer = (token: string): [string, string][] => [['Authorization', `Bearer ${token}`]]
const sessionHeaders = (cookie: string, slug: string): [string, string][] => [
  ['Cookie', `next-auth.session-token=${cookie}`],
  ['X-Club', slug],
]

/**
 * The identity headers as if the victim had called; of the statement only the signature, and whom it is
 * about, is the attacker's guess.
 */
export function victimsHeaders({ victim }: Scene): [string, string][] {
  // The first key that the door of a process signed for: that one it surely knows.
  const text = `1.${Date.now() + 4_000}.0.599-60_5999-60.forged`
  return [
    ['x-api-key-club-id', victim.clubId],
    ['x-api-key-user-id', victim.userId],
    ['x-auth-type', 'api-key'],
    [CONTEXT_HEADER, `${text}.${Buffer.alloc(32, 7).toString('base64url')}`],
  ]
}

/** Sends attacks, a few at a time, and counts them. */
export function newCampaign(scene: () => Scene) {
  let sent = 0
  return {
    sent: () => sent,
    /** Describes every attack that succeeded. */
    async successes(attacks: readonly Attack[]): Promise<string[]> {
      const found: string[] = []
      const waiting = [...attacks]
      const work = async () => {
        for (let attack = waiting.shift(); attack; attack = waiting.shift()) {
          const answer = await attack.on.send(attack.request)
          sent++
          const outcome = judge(answer, attack, scene())
          if (!(attack.taken as readonly string[]).includes(outcome))
            found.push(`${attack.what}: ${outcome}, ${answer.status} ${answer.body.slice(0, 300)}`)
        }
      }
      await Promise.all(Array.from({ length: 12 }, work))
      return found
    },
  }
}

function judge(answer: RawResponse, { reaching = 'anything' }: Attack, { caller, victim }: Scene): string {
  if (answer.status >= 500) return 'failed'
  const { received, ...said } = parse(answer.body)
  // What an echo route received is judged by itself: without a door it is what was sent.
  const told = JSON.stringify(received ? said : [answer.body, answer.headers])
  if (told.includes(victim.clubId) || told.includes(victim.userId)) return 'taken for the victim'
  if (received && !mayReach(received as Record<string, string>, reaching, caller))
    return 'forged headers reached the handler'
  // `{}` is what the framework itself answers to a claimed prefetch of its middleware.
  if (answer.status >= 300 || answer.body === '{}') return 'nobody'
  const { clubId = idOf(said.club), userId = idOf(said.user) } = said
  return clubId === caller.clubId && userId === caller.userId ? 'caller' : 'taken for somebody'
}

function mayReach(
  received: Record<string, string>,
  reaching: Attack['reaching'],
  caller: Scene['caller'],
): boolean {
  if (reaching === 'anything') return true
  const [club, user, statement, type] = IDENTITY_HEADERS.map((name) => received[name])
  if (reaching === 'none') return [club, user, statement, type].every((value) => value === undefined)
  return (
    club === caller.clubId &&
    user === caller.userId &&
    type === 'api-key' &&
    OF_THE_DOOR.test(statement ?? '')
  )
}

/** None of the forged ones looks like this; that it names the caller shows in what the handler then says. */
const OF_THE_DOOR = /^\d+\.\d{13}\.\d+\.[\d_-]+\.[0-9a-f-]{36}\.[\w-]{43}$/

const idOf = (value: unknown) => (value as { id?: string } | undefined)?.id

function parse(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>
  } catch {
    return {}
  }
}
