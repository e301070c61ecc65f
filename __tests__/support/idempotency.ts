import { randomUUID } from 'node:crypto'
import { makeKey, type Member } from './club'
import { ask, type Caller } from './in-process'

export const BODY = { name: 'made once', scopes: ['practices:write'] }

/** What is read of an answer, or of a refusal. */
type Answered = Record<'id' | 'key' | 'code' | 'setPasswordLink', string>

export async function post(caller: Caller, target: string, body: unknown, key: string) {
  const answer = await ask(caller, 'POST', target, body, { 'idempotency-key': key })
  const text = await answer.text()
  const json = JSON.parse(text) as Answered
  return {
    status: answer.status,
    replayed: answer.headers.get('idempotent-replayed'),
    text,
    json,
    headers: answer.headers,
  }
}

/** A key that made another one, which it can ask for again. */
export async function madeOnceBy(owner: Member) {
  const caller = await makeKey(owner)
  const key = randomUUID()
  const first = await post(caller, 'api-keys', BODY, key)
  expect(first).toMatchObject({ status: 201, replayed: null })
  return { caller, first, again: () => post(caller, 'api-keys', BODY, key) }
}
