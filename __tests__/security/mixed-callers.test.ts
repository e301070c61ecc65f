import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase, type TestKey } from '../support/club'
import { useServer } from '../support/server'

// G2: what the door found out lies with the message that brought it. Messages that share connections, turns and
// moments with those of others share nothing of that, in whatever pieces they come.

const database = useDatabase()
const product = useServer(database.url)
const keys: TestKey[] = []
beforeAll(async () => {
  for (let i = 0; i < 4; i++) {
    const club = await makeClub()
    const member = await makeMember(club.id, ['CLUB_ADMIN', 'COACH'])
    for (let j = 0; j < 2; j++)
      keys.push(await makeKey(member, { scopes: ['practices:read', 'practices:write'] }))
  }
})
const open = () => {
  const socket = connect(product().port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => (text += chunk.toString()))
  const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(text)))
  return { socket, ended }
}
const get = (key: TestKey, last = false) =>
  `GET /api/v1/whoami HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key.token}\r\n${last ? 'Connection: close\r\n' : ''}\r\n`
const idsIn = (text: string) => [...text.matchAll(/"key":\{"id":"([^"]+)"/g)].map(([, id]) => id)

it('each request of many connections, ahead and in pieces, is its own key’s', async () => {
  for (let round = 0; round < 6; round++)
    await Promise.all(
      Array.from({ length: 8 }, async (_, c) => {
        const { socket, ended } = open()
        const order = Array.from({ length: 8 }, (_, i) => keys[(i * 3 + c + round) % 8]!)
        const bytes = order.map((key, i) => get(key, i === 7)).join('')
        const cut = 100 + ((c * 37 + round * 11) % 400)
        socket.write(bytes.slice(0, cut))
        await sleep(5 * (c % 3))
        socket.write(bytes.slice(cut))
        expect(idsIn(await ended)).toEqual(order.map((key) => key.id))
      }),
    )
})

it('a body that ends in another turn, between requests of others, is its own key’s', async () => {
  await Promise.all(
    keys.map(async (key, c) => {
      const body = JSON.stringify({ title: `of ${key.id}`, startsAt: '2030-01-01T10:00:00Z' })
      const { socket, ended } = open()
      socket.write(
        `POST /api/v1/practices HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key.token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
      )
      await sleep(10 * (8 - c))
      socket.write(body.slice(0, 10))
      await sleep(10 * c)
      const next = keys[(c + 3) % 8]!
      socket.write(body.slice(10) + get(next, true))
      const text = await ended
      expect(text).toMatch(/^HTTP\/1.1 201/)
      expect(idsIn(text)).toEqual([next.id])
    }),
  )
  const rows = await db().practice.findMany({ where: { title: { startsWith: 'of ' } } })
  expect(rows).toHaveLength(8)
  for (const { title, clubId, createdById } of rows) {
    const { clubId: c, userId } = await db().apiKey.findUniqueOrThrow({ where: { id: title.slice(3) } })
    expect([clubId, createdById]).toEqual([c, userId])
  }
})
