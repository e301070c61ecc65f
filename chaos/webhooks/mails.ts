import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeClub } from '../../__tests__/support/club'
import { startSmtp } from '../../__tests__/support/smtp'
import { db } from '@/lib/db/client'
import { MAIL_KINDS } from '@/lib/mail/kinds'
import { startWorker } from './worker'

const PROCESSES = 3
/** How long mails may take beside the outage, each, in milliseconds. */
const PATIENCE_MS = 100

export type MailFacts = {
  mails: number
  /** Until the mail server went away, in a second. */
  perSecond: number
  /** How long it was away, and from its return until all had arrived, in seconds. */
  awaySeconds: number
  caughtUpSeconds: number
  lost: number
  /** Of people who got two, though no process died. */
  twice: number
}
type Options = { mails: number; awayMs: number; say?: (line: string) => void }

/** Has three processes send mails to a mail server that goes away when half of them have arrived. */
export async function sendMailsThroughOutage({ mails, awayMs, say }: Options): Promise<MailFacts> {
  const first = await startSmtp()
  const senders: ChildProcess[] = []
  try {
    const people = await peopleOfAClub(mails)
    for (let n = 0; n < PROCESSES; n++) senders.push(await startSender(first.url))
    await queueFor(people)
    await waitFor(() => first.mails.length > 0, mails)
    const from = Date.now()
    await waitFor(() => first.mails.length >= mails / 2, mails)
    const perSecond = first.mails.length / ((Date.now() - from) / 1000)
    await first.stop()
    say?.(`the mail server is away; ${first.mails.length} of ${mails} mails have arrived`)
    await sleep(awayMs)
    const second = await startSmtp(Number(new URL(first.url).port))
    const back = Date.now()
    try {
      await waitFor(async () => (await waiting()) === 0, mails)
      const caughtUpSeconds = (Date.now() - back) / 1000
      const got = [...first.mails, ...second.mails].map(({ to }) => to[0])
      const reached = new Set(got).size
      const counted = { lost: mails - reached, twice: got.length - reached }
      return { mails, perSecond, awaySeconds: awayMs / 1000, caughtUpSeconds, ...counted }
    } finally {
      await second.stop()
    }
  } finally {
    senders.forEach((sender) => sender.kill('SIGKILL'))
  }
}

const waiting = () => db().outgoingMail.count({ where: { endedAt: null } })

/** Ends by itself: what did not arrive by then is lost. */
async function waitFor(holds: () => boolean | Promise<boolean>, mails: number): Promise<void> {
  for (const until = Date.now() + 120_000 + mails * PATIENCE_MS; !(await holds()); await sleep(50))
    if (Date.now() > until) return
}

async function startSender(url: string): Promise<ChildProcess> {
  const mail = { SMTP_URL: url, MAIL_FROM: 'keys@club.test' }
  const database = { DATABASE_URL: process.env.DATABASE_URL ?? '', DATABASE_TIMEOUT_MS: '5000' }
  return (await startWorker('mails', [], { ...database, ...mail })).child
}

async function peopleOfAClub(count: number): Promise<string[]> {
  const { id } = await makeClub()
  const people = await db().$queryRaw<{ id: string }[]>`
    INSERT INTO "User" ("id", "name", "email", "emailVerified", "updatedAt")
    SELECT gen_random_uuid(), 'Somebody', 'somebody-' || n || '@mails.test', now(), now()
    FROM generate_series(1, ${count}::int) n RETURNING "id"`
  const ids = people.map((one) => one.id)
  await db().$executeRaw`
    INSERT INTO "Membership" ("id", "clubId", "userId", "roles", "updatedAt")
    SELECT gen_random_uuid(), ${id}::uuid, u, '{COACH}', now() FROM unnest(${ids}::uuid[]) u`
  return ids
}

/** As `queueMail` does in an app that sends mails: this process sends none. */
async function queueFor(userIds: readonly string[]): Promise<void> {
  const mail = { kind: 'password-link', params: {}, rank: MAIL_KINDS['password-link'].rank }
  await db().outgoingMail.createMany({ data: userIds.map((userId) => ({ ...mail, userId })) })
}
