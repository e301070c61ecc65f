import { traceOf } from '@/http/context'
import { operatorActor } from '@/lib/auth/actor'
import { getApiKey } from '@/lib/auth/api-key'
import { flushUses, recordUse } from '@/lib/usage/record'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'

useDatabase()

const token = `sk_club_${'x1'.repeat(24)}y`

it.each([
  ['curl/8', 'curl/8'],
  ['a\u009b31mb', 'a31mb'],
  ['a\u0085b\u007f\tc', 'abc'],
  ['a\u00adb', 'ab'],
  ['\u009b\u0080', null],
  ['', null],
  [`x ${token}`, 'x [redacted]'],
  [`x ${token.slice(0, 20)}\u0090${token.slice(20)}`, 'x [redacted]'],
])('of a User-Agent %j the audit log and the list of places keep %j', async (sent, kept) => {
  const request = new Request('http://localhost/', { headers: { 'user-agent': sent } })
  expect(traceOf(request).userAgent).toBe(kept)
  const coach = await makeMember((await makeClub()).id, ['COACH'])
  const { id } = await makeKey(coach)
  recordUse(id, { address: '192.0.2.1', userAgent: sent })
  await flushUses()
  const { lastUsedFrom } = await getApiKey(operatorActor(coach.clubId, null, 'test'), { id })
  expect(lastUsedFrom).toEqual({ address: '192.0.2.1', userAgent: kept })
})
