import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/lib/db/client'
import { queueMail } from '@/lib/mail/queue'
import { makeCertificate } from '../../support/certificate'
import { makeClub, makeMember, useDatabase } from '../../support/club'
import { startSmtp, type Smtp } from '../../support/smtp'

const database = useDatabase()
process.env.SMTP_URL = 'smtp://127.0.0.1:1'
process.env.MAIL_FROM = 'keys@club.test'

const good = makeCertificate()
const started: (Smtp | ChildProcess)[] = []
afterEach(async () => {
  for (const one of started.splice(0)) {
    if ('stop' in one) await one.stop()
    else if (one.exitCode === null && one.kill('SIGKILL')) await once(one, 'exit')
  }
  await db().outgoingMail.deleteMany()
})

/** A mail that waits, and a process that sends what waits to this server, trusting this authority. */
async function setup(from: 'start' | 'STARTTLS', { certificate, key } = good, trusted = good.ca) {
  const smtp = await startSmtp(0, { from, certificate, key })
  started.push(smtp)
  const member = await makeMember((await makeClub()).id, ['COACH'])
  await queueMail(db(), { kind: 'password-link', userId: member.userId, params: {} })
  const script = path.resolve(__dirname, '../../support/send-mails.mts')
  const env = {
    ...process.env,
    ...{ DATABASE_URL: database.url(), SMTP_URL: smtp.url, LOG_LEVEL: 'error' },
    NODE_EXTRA_CA_CERTS: trusted,
  }
  const sender = spawn(process.execPath, ['--import', 'tsx', script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(sender)
  await once(sender.stdout, 'data')
  return { smtp, member }
}
const mail = () => db().outgoingMail.findFirstOrThrow()
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 40_000; !(await holds()); await sleep(50))
    if (Date.now() > end) throw new Error(`it never came to this: ${what}`)
}

it.each(['start', 'STARTTLS'] as const)(
  'a mail goes out encrypted, the password too: TLS from %s on',
  async (from) => {
    const { smtp, member } = await setup(from)
    await until('it is sent', async () => (await mail()).outcome === 'sent')
    // The server takes a password over TLS alone.
    expect(smtp.mails).toMatchObject([{ to: [member.email], user: 'mailer' }])
  },
  60_000,
)

it.each<[string, () => Parameters<typeof setup>]>([
  ['by an authority that nobody knows', () => ['start', makeCertificate()]],
  ['for another host', () => withItsOwn(makeCertificate('DNS:elsewhere.test'))],
])(
  'nothing goes to a server whose certificate is %s, and nothing is lost',
  async (_, given) => {
    const { smtp } = await setup(...given())
    await until('it was tried', async () => (await mail()).trouble !== null)
    expect(smtp.mails).toEqual([])
    const { endedAt, trouble } = await mail()
    // The mailer's word for a handshake that failed.
    expect([endedAt, trouble]).toEqual([null, 'ESOCKET'])
  },
  60_000,
)

const withItsOwn = (made: typeof good): Parameters<typeof setup> => ['STARTTLS', made, made.ca]
