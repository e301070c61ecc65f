import { randomUUID } from 'node:crypto'
import { db } from '@/lib/db/client'
import { asHtml } from '@/lib/letters/as-html'
import { asText } from '@/lib/letters/as-text'
import { action, ownLink, text } from '@/lib/letters/letter'
import { markup } from '@/lib/letters/markup'
import { KINDS_TO_END, MAIL_KINDS, type KindToEnd, type MailKind } from '@/lib/mail/kinds'
import { queueMail, type NewMail } from '@/lib/mail/queue'
import { endMails } from '@/lib/notifications/end-mails'
import { makeKey, twoClubs, useDatabase } from '../../support/club'
import { linksIn, readMail, sendMails, subjectOf, useMails } from '../../support/mails'
import { startSmtp, type Smtp } from '../../support/smtp'

let smtp: Smtp
beforeAll(async () => {
  smtp = await startSmtp()
  process.env.SMTP_URL = smtp.url
  process.env.MAIL_FROM = 'clubkeys <keys@club.test>'
  process.env.NEXTAUTH_URL = 'https://keys.test'
})
useDatabase()
useMails()
afterAll(() => smtp.stop())
beforeEach(() => {
  smtp.mails.length = 0
})

const NAME = '<img src=x onerror="x"> & “Nord”'
const KINDS = Object.keys(MAIL_KINDS) as MailKind[]

/** A club with a nasty name, and one mail of each kind for one of its members. */
async function setup(who: 'admin' | 'coach' = 'admin') {
  const { home, rival } = await twoClubs()
  const { clubId } = home
  await db().club.update({ where: { id: clubId }, data: { name: NAME, timeZone: 'Europe/Berlin' } })
  const key = await makeKey(home.coach, { scopes: ['practices:read'], name: 'nightly "sync" <b>' })
  const expiresAt = new Date('2027-02-24T22:59:00Z')
  await db().apiKey.update({ where: { id: key.id }, data: { expiresAt } })
  const { userId, email } = home[who]
  const about = (occasion: string) => ({ clubId, keys: [{ id: key.id, occasion }] })
  const mails: NewMail[] = [
    { kind: 'password-link', userId, params: {} },
    { kind: 'leaked', userId, params: { clubId, apiKeyId: key.id } },
    { kind: 'honey-used', userId, params: { clubId, apiKeyId: key.id } },
    { kind: 'invitation', userId, params: { clubId } },
    { kind: 'account-changed', userId, params: { is: 'linked', provider: 'issuer.test' } },
    { kind: 'new-admin', userId, params: { clubId, newAdminId: home.coach.userId, by: null } },
    {
      kind: 'webhook-disabled',
      userId,
      params: { clubId, endpointId: randomUUID(), host: 'hooks.example.test' },
    },
    { kind: 'expiring', userId, params: about('ends-14') },
    { kind: 'expired', userId, params: about('ends-0') },
    { kind: 'unused', userId, params: about('unused-90') },
  ]
  const mailsTo = () => smtp.mails.filter(({ to }) => to.includes(email))
  /** @returns what has arrived since */
  const send = async (kind: MailKind) => {
    const before = mailsTo().length
    await queueMail(db(), ...mails.filter((mail) => mail.kind === kind))
    await sendMails()
    return mailsTo().slice(before)
  }
  return { home, rival, key, userId, send }
}

/** What a reader shows of HTML. */
const shownOf = (html: string) =>
  html
    .replace(/<style>[^]*?<\/style>|<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')

describe.each(KINDS)('a mail of the kind %s', (kind) => {
  it('says the same as text and as HTML, why it came, and leads into this app alone', async () => {
    const { send } = await setup()
    const [mail, ...more] = await send(kind)
    expect(more).toEqual([])
    const { text: plain, html } = readMail(mail!)
    expect(plain).toContain('You get this because')
    for (const link of linksIn(plain)) expect(link).toMatch(/^https:\/\/keys\.test\//)
    expect(linksIn(html)).toEqual(linksIn(plain))
    const shown = shownOf(html)
    const sentences = plain.split('\n').filter((line) => /[.!]$/.test(line))
    expect(sentences.length).toBeGreaterThan(1)
    for (const sentence of sentences) expect(shown).toContain(sentence)
    for (const item of plain.match(/^- .*/gm) ?? [])
      for (const part of item.slice(2).split(/: (?=of|ends|ended|never|last)/)) expect(shown).toContain(part)
  })

  it('loads nothing, and holds names as text', async () => {
    const { send } = await setup()
    const [mail] = await send(kind)
    const { html } = readMail(mail!)
    expect(html).not.toMatch(
      /<(img|script|link|iframe|form|input|object|svg|b)\b|url\(|@import|<[^>]*\ssrc=/i,
    )
    expect(subjectOf(mail!)).not.toMatch(/[\r\n]/)
  })

  it('can be ended by one click, or says nothing of that', async () => {
    const { send } = await setup()
    const [mail] = await send(kind)
    const { headers, text: plain } = readMail(mail!)
    const isToEnd = kind in KINDS_TO_END
    expect(headers.get('list-unsubscribe-post')).toBe(isToEnd ? 'List-Unsubscribe=One-Click' : undefined)
    const link = headers.get('list-unsubscribe') ?? ''
    expect(/^<https:\/\/keys\.test\/api\/unsubscribe\?t=[\w.-]+>$/.test(link)).toBe(isToEnd)
    expect(plain.includes('https://keys.test/unsubscribe?t=')).toBe(isToEnd)
    expect(headers.get('auto-submitted')).toBe('auto-generated')
  })
})

it.each(Object.keys(KINDS_TO_END) as KindToEnd[])(
  'mails of the kind %s end by the link in one of them, for that club alone',
  async (kind) => {
    const { send } = await setup()
    const [mail] = await send(kind)
    const link = readMail(mail!).headers.get('list-unsubscribe') ?? ''
    const t = new URL(link.slice(1, -1)).searchParams.get('t') ?? ''
    expect(await endMails(t)).toEqual({ kind: KINDS_TO_END[kind], club: NAME })
    expect(await send(kind)).toEqual([])
    for (const other of Object.keys(KINDS_TO_END) as KindToEnd[])
      if (other !== kind) expect(await send(other)).toHaveLength(1)
    expect(await (await setup()).send(kind)).toHaveLength(1)
  },
)

it('an owner hears of their own keys; what concerns the club as a whole goes to admins alone', async () => {
  const { send } = await setup('coach')
  for (const kind of ['expiring', 'expired', 'unused', 'leaked'] as const)
    expect(await send(kind)).toHaveLength(1)
  for (const kind of ['new-admin', 'webhook-disabled'] as const) expect(await send(kind)).toEqual([])
})

it('nobody hears of another club’s keys, of another member’s, or of a club that they may not enter', async () => {
  const { home, rival, key, send, userId } = await setup('coach')
  const about = (clubId: string) => ({ clubId, keys: [{ id: key.id, occasion: 'ends-3' }] })
  const leaked = { clubId: home.clubId, apiKeyId: key.id }
  await queueMail(
    db(),
    { kind: 'expiring', userId: rival.admin.userId, params: about(rival.clubId) },
    { kind: 'expiring', userId: rival.admin.userId, params: about(home.clubId) },
    { kind: 'expiring', userId: home.athlete.userId, params: about(home.clubId) },
    { kind: 'leaked', userId: home.athlete.userId, params: leaked },
  )
  await sendMails()
  expect(smtp.mails).toEqual([])
  await db().membership.updateMany({ where: { userId, clubId: home.clubId }, data: { status: 'SUSPENDED' } })
  expect(await send('expiring')).toEqual([])
})

it('nobody hears of a key that was revoked meanwhile', async () => {
  const { key, send } = await setup('coach')
  await db().apiKey.update({ where: { id: key.id }, data: { revokedAt: new Date() } })
  expect(await send('expiring')).toEqual([])
})

it('times are the club’s own', async () => {
  const { send } = await setup('coach')
  const [mail] = await send('expiring')
  const { text: plain } = readMail(mail!)
  expect(plain).toContain('ends 2027-02-24 23:59')
  expect(plain).toContain('Europe/Berlin')
})

it('a mail names 30 keys, and says how many more there are', async () => {
  const { home, userId } = await setup('coach')
  const keys = []
  for (let i = 0; i < 33; i++)
    keys.push(await makeKey(home.coach, { scopes: ['practices:read'], name: `key ${i}` }))
  const params = { clubId: home.clubId, keys: keys.map(({ id }) => ({ id, occasion: 'ends-3' })) }
  await queueMail(db(), { kind: 'expiring', userId, params })
  await sendMails()
  const [mail] = smtp.mails
  const { text: plain, html } = readMail(mail!)
  expect(subjectOf(mail!)).toContain('33 keys end soon')
  expect(plain.match(/^- /gm)).toHaveLength(30)
  for (const part of [plain, html]) expect(part).toContain('... and 3 more.')
})

describe('HTML of mails', () => {
  it('is escaped by construction, in text and in attributes', () => {
    const nasty = `<script>"'&`
    expect(markup`<p title="${nasty}">${nasty}</p>`.html).toBe(
      '<p title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;</p>',
    )
  })

  it('leads nowhere else, whatever a path says', () => {
    for (const path of ['https://evil.test/x', '//evil.test/x', '\\\\evil.test', 'javascript:alert(1)'])
      expect(() => ownLink(path)).toThrow()
  })

  it('holds a letter’s every part', () => {
    const said = randomUUID()
    const body = [text(said), action('Do it', ownLink('/x'))]
    const letter = { subject: 'subject', title: 'title', body, reason: 'because' }
    for (const part of [asText(letter), asHtml(letter)])
      for (const one of ['title', said, 'Do it', 'https://keys.test/x', 'because'])
        expect(part).toContain(one)
  })
})
