import { Client } from 'pg'
import { closeDb, db } from '@/lib/db/client'
import { claimMails } from '@/lib/mail/claim'
import { queueMail } from '@/lib/mail/queue'
import { makeClub, makeMember, useDatabase } from '../../support/club'

// Where none is configured, no mail is kept.
process.env.SMTP_URL = 'smtp://127.0.0.1:9'
process.env.MAIL_FROM = 'keys@club.test'
const database = useDatabase()

it('claims as many as it is asked for, whichever plan the server finds best', async () => {
  // What a server does whose statistics say that the table is nearly empty.
  const owner = new Client(database.directUrl())
  await owner.connect()
  const { rows } = await owner.query<{ name: string }>('SELECT current_database() AS name')
  for (const way of [
    'hashjoin',
    'mergejoin',
    'material',
    'memoize',
    'indexscan',
    'indexonlyscan',
    'bitmapscan',
  ])
    await owner.query(`ALTER DATABASE "${rows[0]!.name}" SET enable_${way} = off`)
  await closeDb()

  const { id } = await makeClub()
  const people = await Promise.all(Array.from({ length: 12 }, () => makeMember(id, ['COACH'])))
  const ask = (some: typeof people) =>
    queueMail(db(), ...some.map(({ userId }) => ({ kind: 'password-link', userId, params: {} }) as const))
  await ask(people.slice(0, 1))
  await owner.query('ANALYZE "OutgoingMail"')
  await ask(people.slice(1))
  await owner.end()
  expect(await claimMails(3)).toHaveLength(3)
  expect(await claimMails(5)).toHaveLength(5)
  expect(await claimMails(100)).toHaveLength(4)
})
