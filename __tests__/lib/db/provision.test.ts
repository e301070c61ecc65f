import { provision } from '@/lib/db/provision'
import { ask, newDataDir, removeDataDirs, serverPid } from '../../support/embedded'
import { createEmptyDatabase } from '../../support/postgres'
import { startStandby } from '../../support/standby'

afterAll(removeDataDirs)

it('brings a migrated database along when none is named, with one and the same session secret', async () => {
  const dataDir = newDataDir()
  const first = await provision({ DATABASE_URL: '' }, { dataDir })
  expect(first).toMatchObject({
    embedded: true,
    warnings: [],
    nextauthSecret: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(await ask(first.databaseUrl, 'SELECT count(*)::int AS clubs FROM "Club"')).toEqual([{ clubs: 0 }])
  await first.stop()
  expect(serverPid(dataDir)).toBe(0)
  const second = await provision({}, { dataDir })
  expect(second).toMatchObject({ nextauthSecret: first.nextauthSecret, applied: [] })
  await second.stop()
})

it('migrates the named database as its owner and gives the app its rights', async () => {
  const database = await createEmptyDatabase()
  const found = await provision({ DATABASE_URL: database.url, DATABASE_DIRECT_URL: database.directUrl })
  expect(found).toMatchObject({
    embedded: false,
    databaseUrl: database.url,
    directUrl: database.url,
    nextauthSecret: null,
    warnings: [],
  })
  expect(await ask(database.url, 'SELECT count(*)::int AS clubs FROM "Club"')).toEqual([{ clubs: 0 }])
  await found.stop()
  await database.drop()
})

it('warns when the app would run with the owner’s rights', async () => {
  const database = await createEmptyDatabase()
  const { warnings } = await provision({ DATABASE_URL: database.directUrl })
  expect(warnings).toEqual([expect.stringContaining('DATABASE_DIRECT_URL')])
  await database.drop()
})

it('refuses a standby, which takes no write', async () => {
  const standby = await startStandby()
  await expect(provision({ DATABASE_URL: standby.directUrl })).rejects.toThrow(
    'DATABASE_URL leads to a read-only replica: it must name the primary.',
  )
  await standby.stop()
})
