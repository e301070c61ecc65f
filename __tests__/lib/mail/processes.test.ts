import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/lib/db/client'
import { queueMail } from '@/lib/mail/queue'
import { inviteMember } from '@/lib/members/invite'
import { peekSetPasswordLink } from '@/lib/sign-in/set-password'
import { makeClub, makeMember, useDatabase, type Member } from '../../support/club'
import { readMail } from '../../support/mails'
import { sessionOf } from '../../support/sign-in'
import { startSmtp, type Smtp } from '../../support/smtp'

let smtp: Smtp
const started: ChildProcess[] = []
beforeAll(async () => {
  smtp = await startSmtp()
  process.env.SMTP_URL = smtp.url
  process.env.MAIL_FROM = 'keys@club.test'
})
const database = useDatabase()
afterEach(async () => {
  await Promise.all(started.splice(0).map(end))
  smtp.onTaken(undefined)
  smtp.mails.length = 0
  await db().outgoingMail.deleteMany()
})
afterAll(() => smtp.stop())

async function end(one: ChildProcess): Promise<void> {
  if (one.exitCode !== null || one.signalCode !== null) return
  one.kill()
  await once(one, 'exit')
}

/** A process that sends mails. */
async function sender(url = smtp.url): Promise<ChildProcess> {
  const script = path.resolve(__dirname, '../../support/send-mails.mts')
  const env = {
    ...process.env,
    DATABASE_URL: database.url(),
    ...{ SMTP_URL: url, MAIL_FROM: 'keys@club.test', LOG_LEVEL: 'error' },
  }
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  await once(child.stdout!, 'data')
  return child
}

async function waitFor(what: string, holds: () => Promise<boolean> | boolean, ms = 30_000): Promise<void> {
  for (const until = Date.now() + ms; !(await holds()); await sleep(50))
    if (Date.now() > until) throw new Error(`it never came to this: ${what}`)
}
const waiting = () => db().outgoingMail.count({ where: { endedAt: null } })
const allSent = () => waitFor('all are sent', async () => (await waiting()) === 0)
const idOf = (mail: { message: string }) => readMail(mail).headers.get('message-id')
const tokenIn = (mail: { message: string }) =>
  /\/set-password#([\w-]{43})/.exec(readMail(mail).text)?.[1] ?? ''

async function members(many: number): Promise<Member[]> {
  const { id } = await makeClub()
  return Promise.all(Array.from({ length: many }, () => makeMember(id, ['COACH'])))
}
const askFor = (members: readonly Member[]) =>
  queueMail(db(), ...members.map(({ userId }) => ({ kind: 'password-link', userId, params: {} }) as const))

it('3 processes send 90 mails, each once', async () => {
  const people = await members(90)
  await Promise.all([sender(), sender(), sender()])
  await askFor(people)
  await allSent()
  await sleep(500)
  expect(smtp.mails.map(({ to }) => to[0]).sort()).toEqual(people.map(({ email }) => email).sort())
}, 60_000)

it('a process killed between the server’s answer and its record: the next one sends the same mail again', async () => {
  const [member] = await members(1)
  await askFor([member!])
  const dead: ChildProcess[] = []
  // Killed by the mail server itself, which has the mail by then.
  smtp.onTaken(() => void dead[0]?.kill('SIGKILL'))
  dead.push(await sender())
  await waitFor('it is dead', () => dead[0]?.signalCode === 'SIGKILL')
  expect(await waiting()).toBe(1)
  smtp.onTaken(undefined)
  // Its lease is over.
  await db().outgoingMail.updateMany({ data: { dueAt: new Date() } })
  await sender()
  await allSent()
  const [first, second, ...more] = smtp.mails
  expect([idOf(second!), tokenIn(second!), more]).toEqual([idOf(first!), tokenIn(first!), []])
  expect(await peekSetPasswordLink(tokenIn(first!))).toMatchObject({ email: member!.email })
}, 60_000)

it('a process that is told to end records what it sent', async () => {
  const people = await members(30)
  const child = await sender()
  let taken = 0
  smtp.onTaken(async () => {
    if (++taken === 5) child.kill()
    await sleep(100)
  })
  await askFor(people)
  await once(child, 'exit')
  const sent = await db().outgoingMail.count({ where: { outcome: 'sent' } })
  expect(sent).toBe(smtp.mails.length)
  expect(sent).toBeLessThan(people.length)
}, 60_000)

it('while the mail server is away nothing is lost, and soon after its return everything has arrived once', async () => {
  const away = await startSmtp()
  await away.stop()
  const people = await members(40)
  await sender(away.url)
  await askFor(people)
  await waitFor(
    'some were tried',
    async () => (await db().outgoingMail.count({ where: { attempts: { gt: 0 } } })) > 1,
  )
  expect(await waiting()).toBe(40)
  // One after another asks for the server, and not all at once.
  expect(await db().outgoingMail.count({ where: { attempts: { gt: 0 } } })).toBeLessThan(20)
  const back = await startSmtp(Number(new URL(away.url).port))
  try {
    await allSent()
    expect(back.mails.map(({ to }) => to[0]).sort()).toEqual(people.map(({ email }) => email).sort())
  } finally {
    await Promise.all(started.splice(0).map(end))
    await back.stop()
  }
}, 60_000)

it('a mail server that says nothing holds nobody up', async () => {
  const held: Socket[] = []
  const silent = createServer((socket) => void held.push(socket)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as { port: number }
  try {
    const [first] = await members(1)
    const admin = await sessionOf(await makeMember(first!.clubId, ['CLUB_ADMIN']))
    await askFor([first!])
    const hanging = await sender(`smtp://127.0.0.1:${port}`)
    await waitFor('it hangs', () => held.length > 0)
    const since = performance.now()
    const invited = await inviteMember(admin, { email: 'who@example.test', roles: ['ATHLETE'] })
    expect(invited).toMatchObject({ mailed: true })
    expect(performance.now() - since).toBeLessThan(5_000)
    hanging.kill('SIGKILL')
    await once(hanging, 'exit')
  } finally {
    held.forEach((socket) => socket.destroy())
    silent.close()
  }
  // Nothing that it held is lost.
  await db().outgoingMail.updateMany({ where: { endedAt: null }, data: { dueAt: new Date() } })
  await sender()
  await allSent()
  expect(smtp.mails).toHaveLength(2)
}, 60_000)
