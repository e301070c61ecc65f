import { browser, forgetAttempts, textOf, typeOf, useSession } from '../__tests__/support/sign-in'
import { send, type RawResponse } from '../__tests__/support/raw-http'
import type { Server } from '../__tests__/support/server'
import { call } from './cases/actions'
import type { Stage } from './stage'

/** Calls the API below /api/v1/ as somebody. */
export type Caller = (method: string, path: string, body?: unknown) => Promise<RawResponse>

export const withKey =
  (server: Server, token: string): Caller =>
  (method, path, body) =>
    send(server.port, {
      method,
      path: `/api/v1/${path}`,
      headers: [
        ['Authorization', `Bearer ${token}`],
        ...(body === undefined ? [] : [['Content-Type', typeOf(body)] as const]),
      ],
      ...(body !== undefined && { body: textOf(body) }),
    })

/** As a page of this club. */
export function withSession(server: Server, cookie: string, slug: string): Caller {
  const ask = browser(server, cookie, slug)
  return (method, path, body) => ask({ method, path: `/api/v1/${path}`, body })
}

/** Two new clubs, and somebody of the first who is signed in. */
export async function enter(server: Server, role: 'admin' | 'coach' | 'athlete' = 'admin') {
  await forgetAttempts()
  const scene = await useSession(server, role)
  return { ...scene, asks: withSession(server, scene.cookie, scene.home.slug) }
}

/** An act of a page: `ok`, or the code of its refusal. */
export async function act(
  { actionId }: Pick<Stage, 'actionId'>,
  server: Server,
  given: { name: string; page: string; cookie?: string; args: unknown[]; headers?: [string, string][] },
): Promise<{ said: string; answer: RawResponse }> {
  const { name, page, cookie, args, headers = [] } = given
  const origin = `http://localhost:${server.port}`
  const answer = await send(
    server.port,
    call({ actionId, origin } as Stage, {
      id: actionId(name),
      page,
      ...(cookie && { person: { cookie, slug: '' } }),
      body: JSON.stringify(args),
      headers,
    }),
  )
  const said = answer.body.includes('"ok":true')
    ? 'ok'
    : (/"code":"(\w+)"/.exec(answer.body)?.[1] ?? String(answer.status))
  return { said, answer }
}

/** So many calls, some at once: how often each status was the answer. */
export async function flood(
  times: number,
  call: (i: number) => Promise<RawResponse>,
): Promise<Record<number, number>> {
  const counts: Record<number, number> = {}
  let next = 0
  const work = async () => {
    for (let i = next++; i < times; i = next++) {
      const { status } = await call(i)
      counts[status] = (counts[status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: 8 }, work))
  return counts
}

/** One after another, from the beginning again. */
export function inTurn<T>(all: readonly T[], i: number): T {
  const one = all[i % all.length]
  if (one === undefined) throw new Error('none to take')
  return one
}
