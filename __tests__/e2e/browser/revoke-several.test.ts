import { db } from '@/lib/db/client'
import { changesHeard, makeKey } from '../../support/club'
import { useKeysPage } from '../../support/keys-page'
import { makeManyKeys } from '../../support/many-keys'

const { server, setup } = useKeysPage()

describe('revoking several', () => {
  it('revokes the chosen ones, and nothing before it is confirmed', async () => {
    const { admin, robots, open, live } = await setup()
    const { page, offences } = await open(admin, 'keys')
    await page.getByRole('checkbox', { name: 'Select robot 0' }).check()
    await page.getByRole('checkbox', { name: 'Select robot 2' }).check()
    await page.getByText('2 selected').waitFor()
    await page.getByRole('button', { name: 'Revoke 2…' }).click()
    await page.getByRole('heading', { name: 'Revoke 2 keys?' }).waitFor()
    expect(await live()).toBe(4)
    await page.getByLabel('Reason').fill('moving')
    await page.getByRole('button', { name: 'Revoke 2 keys' }).click()
    await page.getByText('2 keys are revoked.').waitFor()
    expect(await live()).toBe(2)
    await changesHeard()
    const status = async (i: number) =>
      (await server().call('GET', '/api/v1/whoami', robots[i]!.token)).status
    expect([await status(0), await status(1), await status(2)]).toEqual([401, 200, 401])
    expect(await page.getByRole('checkbox', { name: 'Select robot 0' }).count()).toBe(0)
    expect(offences).toEqual([])
  })

  it('revokes all that match, on later pages too, and first says how many', async () => {
    const { admin, open, live } = await setup(22)
    const { page } = await open(admin, 'keys?q=robot')
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
    await page.getByRole('button', { name: 'Revoke all that match…' }).click()
    await page.getByRole('button', { name: 'Revoke 22 keys' }).click()
    await page.getByText('22 keys are revoked.').waitFor()
    expect(await live()).toBe(1)
  })

  it('says so where another number would be revoked by now, and counts again', async () => {
    const { admin, coach, open, live } = await setup(22)
    const { page } = await open(admin, 'keys?q=robot')
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
    await page.getByRole('button', { name: 'Revoke all that match…' }).click()
    await page.getByRole('heading', { name: 'Revoke 22 keys?' }).waitFor()
    await makeKey(coach, { name: 'robot late' })
    await page.getByRole('button', { name: 'Revoke 22 keys' }).click()
    await page.getByText('Nothing was revoked').waitFor()
    await page.getByRole('heading', { name: 'Revoke 23 keys?' }).waitFor()
    expect(await live()).toBe(24)
    await page.getByRole('button', { name: 'Revoke 23 keys' }).click()
    await page.getByText('23 keys are revoked.').waitFor()
  })

  it('revokes more than one call does, step by step; stopped, it goes on from there', async () => {
    const { club, coach, open, admin, live } = await setup()
    await makeManyKeys(coach, 1_600, { name: 'many' })
    expect(await live()).toBe(1_604)
    const { page, offences } = await open(admin, 'keys?q=many')
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
    await page.getByRole('button', { name: 'Revoke all that match…' }).click()
    await page.getByRole('heading', { name: 'Revoke 1,600 keys?' }).waitFor()
    await page.getByLabel('Reason').fill('cleared out')
    await page.getByRole('button', { name: 'Revoke 1,600 keys' }).click()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('It has stopped').waitFor()
    const left = (await live()) - 4
    expect([left > 0, left % 100]).toEqual([true, 0])
    await page.getByRole('button', { name: `Revoke the other ${left.toLocaleString('en')}` }).click()
    await page.getByText('1,600 keys are revoked.').waitFor({ timeout: 60_000 })
    expect(await live()).toBe(4)
    const told = await db().auditEvent.count({ where: { clubId: club.id, action: 'api-key.revoke' } })
    expect(told).toBe(1_600)
    expect(offences).toEqual([])
  }, 90_000)
})
