import { Announced } from '../../support/announced'
import { foreignHosts, type ForeignHost } from '../../support/foreign-hosts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres'

// What `watch` announces in databases whose tables are somebody else's.

describe.each(foreignHosts.map((host) => [host.title, host] as const))('%s', (_, host: ForeignHost) => {
  const { club, kim, lee, acts } = host
  let database: TestDatabase
  let announced: Announced
  beforeAll(async () => {
    database = await createTestDatabase()
    announced = await new Announced(database.directUrl).open()
    await announced.client.query(host.install)
  })
  beforeEach(async () => {
    await announced.client.query(host.rows)
    await announced.since()
  })
  afterEach(async () => {
    const { rows } = await announced.client.query('SELECT * FROM "PeopleChange"')
    expect(rows).toEqual([])
  })
  afterAll(async () => {
    await announced.close()
    await database.drop()
  })

  const principals = async () =>
    (await announced.client.query<{ user_id: string; roles: string[]; active: boolean }>('SELECT * FROM principal ORDER BY user_id')).rows // prettier-ignore

  it.each(['demote', 'suspend', 'leave', 'deleteUser'] as const)(
    'announces the one it happens to, once: %s',
    async (act) => {
      const before = await principals()
      expect(await announced.of(acts[act])).toEqual([kim])
      expect(await principals()).not.toEqual(before)
    },
  )

  it('announces who is let act again, and who joins again', async () => {
    await announced.of(acts.suspend)
    expect(await announced.of(acts.wake)).toEqual([kim])
    await announced.of(acts.leave)
    expect(await announced.of(acts.join)).toEqual([kim])
  })

  it('announces once what several statements of a transaction do', async () => {
    const sql = [acts.demote, acts.suspend, acts.leave, acts.join, acts.wake].join('; ')
    expect(await announced.of(sql)).toEqual([kim])
  })

  it('announces club and people when the club goes', async () => {
    expect(await announced.of(acts.deleteClub)).toEqual([[club, kim, lee].sort().join()])
    expect(await principals()).toEqual([])
  })

  it('voids everything when a table is emptied', async () => {
    expect(await announced.of(acts.truncate)).toEqual(['*'])
  })

  it('announces nothing of columns that no view reads, and nothing that is taken back', async () => {
    expect(await announced.of(acts.seen)).toEqual([])
    expect(await announced.of(`SAVEPOINT s; ${acts.leave}; ROLLBACK TO s`)).toEqual([])
    expect(await announced.of(`${acts.suspend}; ${acts.seen}; ROLLBACK; BEGIN`)).toEqual([])
  })
})
