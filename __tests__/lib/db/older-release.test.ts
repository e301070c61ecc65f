import { migrate, pendingMigrations } from '@/lib/db/migrate'
import { provision } from '@/lib/db/provision'
import { RULES } from '@/lib/db/rules'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { ask } from '../../support/embedded'
import { lowerFloor, migrateAsNewer, NEWER_RULES, restrictAsNewer } from '../../support/newer-release'

const database = useDatabase()
const web = () => ({ DATABASE_URL: database.url() })
const both = () => ({ ...web(), DATABASE_DIRECT_URL: database.directUrl() })
const APP = 'clubkeys_web'

let keyId: string
beforeAll(async () => {
  await migrateAsNewer(database.directUrl())
  await ask(database.directUrl(), `GRANT SELECT ON "Quota" TO ${APP}; GRANT DELETE ON "Club" TO ${APP}`)
  keyId = (await makeKey(await makeMember((await makeClub()).id, ['COACH']))).id
})

/** What the app's role holds beyond this release's list, and of it. */
async function held() {
  const [row] = await ask<Record<string, boolean>>(
    database.directUrl(),
    `SELECT has_table_privilege('${APP}', '"Quota"', 'SELECT') AS "newTable", has_table_privilege('${APP}', '"Club"', 'DELETE') AS "newRight",
            has_table_privilege('${APP}', '"Club"', 'INSERT') AS own`,
  )
  return row
}

describe('mixed releases: an older release at a database that a newer one migrated', () => {
  it('starts, and takes nothing from the newer one', async () => {
    expect(await provision(both())).toMatchObject({ applied: [], warnings: [] })
    expect(await provision(web())).toMatchObject({ applied: [], warnings: [] })
    expect(await held()).toEqual({ newTable: true, newRight: true, own: true })
  })

  it('gives its own role what it needs, without taking what the newer one gave', async () => {
    await ask(database.directUrl(), `REVOKE INSERT ON "Club" FROM ${APP}`)
    await provision(both())
    expect(await held()).toEqual({ newTable: true, newRight: true, own: true })
  })

  describe('once something is restricted that it would ignore', () => {
    beforeAll(() => restrictAsNewer(database.url(), keyId))
    afterAll(() => lowerFloor(database.directUrl()))

    it.each<[string, () => Promise<unknown>]>([
      ['to start with both roles', () => provision(both())],
      ['to start with the app’s role alone', () => provision(web())],
      ['to migrate', () => migrate(database.directUrl(), { appUser: APP })],
    ])('is refused %s, within 5 s, in one sentence that names both numbers', async (_, start) => {
      const began = performance.now()
      const { name, message } = await start().then(
        () => ({ name: 'it starts', message: '' }),
        (error: Error) => error,
      )
      expect(performance.now() - began).toBeLessThan(5_000)
      expect([name, message]).toEqual([
        'DatabaseRefusal',
        `The database needs rules ${NEWER_RULES} since ApiKey.quota was first written, and this release enforces rules ${RULES}: run the newer release (docs/runbook.md, Upgrades).`,
      ])
    })
  })

  it('starts again when the floor was lowered', async () => {
    expect(await provision(both())).toMatchObject({ warnings: [] })
    expect(await pendingMigrations((sql) => ask(database.url(), sql))).toEqual([])
  })
})
