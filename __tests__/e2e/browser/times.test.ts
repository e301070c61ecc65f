import { db } from '@/lib/db/client'
import { ready } from '../../support/browser'
import { useKeysPage } from '../../support/keys-page'

const { setup } = useKeysPage()

describe('times', () => {
  const ENDS = '2030-02-28T23:30:00.000Z'

  async function withTimes() {
    const made = await setup(0)
    const { id } = await db().apiKey.findFirstOrThrow({ where: { clubId: made.club.id, name: 'website' } })
    await db().apiKey.update({ where: { id }, data: { expiresAt: new Date(ENDS) } })
    const lastUsedAt = new Date(Date.now() - 5_000)
    await db().apiKeyUse.create({ data: { apiKeyId: id, clubId: made.club.id, lastUsedAt } })
    return { ...made, used: lastUsedAt.toISOString() }
  }

  it('are the reader’s, with UTC when asked for', async () => {
    const { admin, open } = await withTimes()
    const { page, offences } = await open(admin, 'keys', { zone: 'Asia/Tokyo' })
    const end = page.locator(`time[datetime="${ENDS}"]`).first()
    await end.getByText('1 Mar 2030').waitFor()
    expect(await end.getAttribute('title')).toBe('1 Mar 2030, 08:30:00 (2030-02-28 23:30:00 UTC)')
    expect(offences).toEqual([])
  })

  it('are in UTC before any script runs', async () => {
    const { admin, club, open } = await withTimes()
    const { context } = await open(admin, 'keys')
    const html = await (await context.request.get(`/clubs/${club.slug}/keys`)).text()
    expect(html).toContain('title="2030-02-28 23:30:00 UTC"')
    expect(html).toContain('28 Feb 2030')
  })

  it('go on while somebody looks', async () => {
    const { admin, open, used } = await withTimes()
    const { page, reload } = await open(admin, 'keys')
    await page.clock.install()
    await reload()
    await ready(page)
    const said = page.locator(`time[datetime="${used}"]`).first()
    await said.getByText('just now').waitFor()
    await page.clock.fastForward('03:00')
    await said.getByText('3 minutes ago').waitFor()
    await page.clock.fastForward('05:00:00')
    await said.getByText('5 hours ago').waitFor()
  })
})
