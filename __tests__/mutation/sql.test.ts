import { isSql, sqlChanges, value } from '../../mutation/sql'

const changes = (sql: string) => sqlChanges(sql).map(({ text }) => text.replace(/\s+/g, ' ').trim())

describe('the changes of an SQL text', () => {
  it('take each condition for true in turn, and lose the lock', () => {
    expect(
      changes(
        'SELECT 1 FROM "A" a JOIN "B" b ON b."id" = a."b" WHERE a."x" = 1 AND a."y" = 2 FOR UPDATE OF a',
      ),
    ).toEqual([
      'SELECT 1 FROM "A" a JOIN "B" b ON true WHERE a."x" = 1 AND a."y" = 2 FOR UPDATE OF a',
      'SELECT 1 FROM "A" a JOIN "B" b ON b."id" = a."b" WHERE true AND a."y" = 2 FOR UPDATE OF a',
      'SELECT 1 FROM "A" a JOIN "B" b ON b."id" = a."b" WHERE a."x" = 1 AND true FOR UPDATE OF a',
      'SELECT 1 FROM "A" a JOIN "B" b ON b."id" = a."b" WHERE a."x" = 1 AND a."y" = 2',
    ])
  })

  it.each(['FOR SHARE', 'FOR NO KEY UPDATE', 'FOR UPDATE SKIP LOCKED', 'FOR KEY SHARE', 'FOR SHARE OF k'])(
    'lose a lock as it is written: %s',
    (lock) => expect(changes(`SELECT 1 FROM "A" ${lock}`)).toEqual(['SELECT 1 FROM "A"']),
  )

  it('turn null and not null round', () => {
    expect(changes('UPDATE "A" SET x = 1 WHERE "y" IS NULL')).toContain(
      'UPDATE "A" SET x = 1 WHERE "y" IS NOT NULL',
    )
    expect(changes('UPDATE "A" SET x = 1 WHERE "y" IS NOT NULL')).toContain(
      'UPDATE "A" SET x = 1 WHERE "y" IS NULL',
    )
  })

  it('take what OR joins for false, in brackets too', () => {
    expect(changes('SELECT 1 FROM "A" WHERE "x" = 1 AND ("y" = 2 OR "z" = 3)')).toEqual([
      'SELECT 1 FROM "A" WHERE true AND ("y" = 2 OR "z" = 3)',
      'SELECT 1 FROM "A" WHERE "x" = 1 AND true',
      'SELECT 1 FROM "A" WHERE "x" = 1 AND ( false OR "z" = 3)',
      'SELECT 1 FROM "A" WHERE "x" = 1 AND ("y" = 2 OR false )',
    ])
  })

  it.each([
    ['BETWEEN', 'SELECT 1 FROM "A" WHERE "x" BETWEEN 1 AND 2', ['SELECT 1 FROM "A" WHERE true']],
    ['ON CONFLICT', 'INSERT INTO "A" VALUES (1) ON CONFLICT DO NOTHING', []],
    ['DISTINCT FROM', 'SELECT 1 FROM "A" WHERE "x" IS DISTINCT FROM "y"', ['SELECT 1 FROM "A" WHERE true']],
    ['words in quotes', `SELECT 'a AND b' AS "x OR y" FROM "A"`, []],
    ['a trigger’s table', 'CREATE TRIGGER t BEFORE UPDATE ON "A" FOR EACH ROW EXECUTE FUNCTION f()', []],
  ])('know what is no condition: %s', (_, sql, expected) => expect(changes(sql)).toEqual(expected))

  it('drop a value together with its condition', () => {
    expect(changes(`SELECT 1 FROM "A" WHERE "x" = ${value(0)}::uuid AND "y" = ${value(1)}`)).toEqual([
      `SELECT 1 FROM "A" WHERE true AND "y" = ${value(1)}`,
      `SELECT 1 FROM "A" WHERE "x" = ${value(0)}::uuid AND true`,
    ])
  })
})

it.each([
  ['SELECT 1 FROM "A"', true],
  ['AND c."id" <> 1', true],
  ['WITH x AS (SELECT 1)', true],
  ['SELECT a club first', false],
  ['invalid_token', false],
])('tells SQL from a sentence: %s', (text, expected) => expect(isSql(text)).toBe(expected))
