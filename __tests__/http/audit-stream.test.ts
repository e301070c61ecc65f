import { request } from 'node:http'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)

async function setup(events: number) {
  const { id: clubId } = await makeClub()
  const admin = await makeMember(clubId, ['CLUB_ADMIN'])
  const { token } = await makeKey(admin)
  const row = {
    clubId,
    actorKind: 'system' as const,
    action: 'practice.update',
    targetType: 'Practice',
    targetId: clubId,
  }
  await db().auditEvent.createMany({
    data: Array.from({ length: events }, () => ({
      ...row,
      changes: { notes: { from: null, to: 'x'.repeat(500) } },
    })),
  })
  return token
}

/** Reads it part by part, as slowly as told. @returns how many lines came, and whether it came to its end */
function read(token: string, accept: string, pauseMs: number): Promise<{ lines: number; complete: boolean }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, accept }
    const asked = request({ port: server().port, path: '/api/v1/audit-events', headers }, (answer) => {
      let lines = 0
      answer.on('data', (part: Buffer) => {
        lines += part.toString().split('\n').length - 1
        answer.pause()
        setTimeout(() => answer.resume(), pauseMs)
      })
      answer.on('close', () => resolve({ lines, complete: answer.complete }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

it('thousands of events come over a connection whole, in both forms', async () => {
  const token = await setup(3_000)
  // And the making of the key.
  expect(await read(token, 'application/x-ndjson', 0)).toEqual({ lines: 3_001, complete: true })
  expect(await read(token, 'text/csv', 1)).toEqual({ lines: 3_002, complete: true })
})
