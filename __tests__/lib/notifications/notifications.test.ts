import { randomUUID } from 'node:crypto'
import { GET, POST } from '@/app/api/unsubscribe/route'
import { db } from '@/lib/db/client'
import { unsubscribeLink } from '@/lib/letters/unsubscribe-link'
import { log } from '@/lib/log'
import { peekUnsubscribeLink } from '@/lib/notifications/end-mails'
import { listNotifications, setNotification } from '@/lib/notifications/notifications'
import { twoClubs, useDatabase } from '../../support/club'

useDatabase()

async function setup() {
  const { home, rival } = await twoClubs()
  const { clubId, userId } = home.admin
  const { oneClick } = unsubscribeLink({ clubId, userId, kind: 'expiring' })
  const slugOf = async (id: string) => (await db().club.findUniqueOrThrow({ where: { id } })).slug
  return { home, rival, oneClick, slug: await slugOf(home.clubId), rivals: await slugOf(rival.clubId) }
}
const params = { params: Promise.resolve({}) }
const click = (url: string) =>
  POST(
    new Request(url, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) }),
    params,
  )
const unwanted = () => db().unwantedMail.findMany({ select: { userId: true, clubId: true, kind: true } })
beforeEach(() => db().unwantedMail.deleteMany())

describe('one click in a mail program (RFC 8058)', () => {
  it('ends that kind for that person and club, without a sign-in, however often it comes', async () => {
    const { home, oneClick } = await setup()
    for (let i = 0; i < 2; i++) {
      const answer = await click(oneClick)
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null])
    }
    expect(await unwanted()).toEqual([{ userId: home.admin.userId, clubId: home.clubId, kind: 'expiring' }])
  })

  it('G15: is logged once, however often it comes', async () => {
    const { oneClick } = await setup()
    const said = jest.spyOn(log, 'info')
    for (let i = 0; i < 3; i++) await click(oneClick)
    const lines = said.mock.calls.filter((call) => String(call.at(-1)).includes('ended by its link'))
    said.mockRestore()
    expect(lines).toHaveLength(1)
  })

  it('that only looks ends nothing, and is led to a page that asks', async () => {
    const { oneClick } = await setup()
    const answer = await GET(new Request(oneClick), params)
    expect(answer.status).toBe(303)
    const to = new URL(answer.headers.get('location')!)
    expect([to.pathname, to.searchParams.get('t')]).toEqual([
      '/unsubscribe',
      new URL(oneClick).searchParams.get('t'),
    ])
    expect(await peekUnsubscribeLink(to.searchParams.get('t')!)).toMatchObject({ kind: 'keys that end soon' })
    expect(await unwanted()).toEqual([])
  })

  it('by a link that was changed in any part ends nothing: the same answer for all', async () => {
    const { home, rival, oneClick } = await setup()
    const url = new URL(oneClick)
    const [kind, clubId, userId, signed] = url.searchParams.get('t')!.split('.') as [
      string,
      string,
      string,
      string,
    ]
    const bad = [
      ['unused', clubId, userId, signed],
      ['leaked', clubId, userId, signed],
      ['invitation', clubId, userId, signed],
      ['toString', clubId, userId, signed],
      [kind, rival.clubId, userId, signed],
      [kind, clubId, home.coach.userId, signed],
      [kind, clubId, userId, signed.slice(0, -1)],
      [kind, clubId, userId, `${signed.startsWith('A') ? 'B' : 'A'}${signed.slice(1)}`],
      [kind, clubId, userId, ''],
      [kind, clubId, userId, signed, 'x'],
      [kind, 'x', userId, signed],
      [''],
    ].map((parts) => parts.join('.'))
    const answers = new Set<string>()
    for (const t of [...bad, 'é'.repeat(300), '\u0000']) {
      url.searchParams.set('t', t)
      const answer = await click(url.href)
      answers.add(`${answer.status} ${((await answer.json()) as { code: string }).code}`)
    }
    expect([...answers]).toEqual(['404 not_found'])
    expect(await unwanted()).toEqual([])
  })
})

describe('which mails a person gets', () => {
  it('is shown by club: what concerns the club as a whole, to its admins alone', async () => {
    const { home, slug } = await setup()
    const kindsOf = async (userId: string) =>
      (await listNotifications({ userId })).map((club) => [club.slug, club.kinds.map(({ kind }) => kind)])
    expect(await kindsOf(home.admin.userId)).toEqual([
      [slug, ['expiring', 'expired', 'unused', 'new-admin', 'webhook-disabled']],
    ])
    expect(await kindsOf(home.athlete.userId)).toEqual([[slug, ['expiring', 'expired', 'unused']]])
  })

  it('they set themselves, and set back', async () => {
    const { home, slug } = await setup()
    const { userId } = home.admin
    const wanted = async () =>
      (await listNotifications({ userId }))[0]!.kinds.filter((one) => one.wanted).map(({ kind }) => kind)
    await setNotification({ userId }, { club: slug, kind: 'unused', wanted: false })
    await setNotification({ userId }, { club: slug, kind: 'unused', wanted: false })
    expect(await wanted()).toEqual(['expiring', 'expired', 'new-admin', 'webhook-disabled'])
    await setNotification({ userId }, { club: slug, kind: 'unused', wanted: true })
    expect(await wanted()).toHaveLength(5)
  })

  it('is not theirs to set in a club that is not theirs: like one that does not exist', async () => {
    const { home, rivals } = await setup()
    for (const club of [rivals, 'no-such-club', randomUUID()])
      await expect(
        setNotification({ userId: home.admin.userId }, { club, kind: 'unused', wanted: false }),
      ).rejects.toMatchObject({ code: 'not_found' })
    expect(await unwanted()).toEqual([])
  })
})
