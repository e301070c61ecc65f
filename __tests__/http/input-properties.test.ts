import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { readJson } from '@/http/body'
import { Refusal } from '@/lib/errors'
import { listByTime, past } from '@/lib/page'
import { expectProblem } from '../support/answers'
import { useDatabase } from '../support/club'
import { shown, targetFor, useCallers } from '../support/fixtures'
import { keptBodies, queries } from '../support/input'
import { bodiesOf, millisecondsOf, modelOf, shownOf, wrongFields } from '../support/input-model'
import { useClient } from '../support/keep-alive'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)
const client = useClient(() => server().port)

const callerOf = useCallers()

/** `__proto__` is refused before anything else is looked at; it has a test of its own. */
const isPlain = (body: object) => !JSON.stringify(body).includes('"__proto__"')
/**
 * What the club's policy, the meaning of a network or the key that asks refuses is found out only when the
 * body itself is good.
 */
const LATE = ['expiresAt', 'allowedCidrs', 'rateLimit']
const endsFirst = ({ startsAt, endsAt }: Record<string, unknown>) =>
  millisecondsOf(endsAt) <= millisecondsOf(startsAt)

describe.each(keptBodies)('G12: any body of $name', ({ name, operation, schema }) => {
  const model = modelOf(name, schema)
  // Each run gets a row of its own.
  const finalAct = name === 'revokeApiKey' || name === 'rotateApiKey'

  it('is taken whole and shown as it was meant, or refused by the names of its wrong fields', async () => {
    const { member, token } = await callerOf(name)
    const get = (at: string) => client({ method: 'GET', path: at, token })
    let path = await targetFor(name, operation, member)
    const depth = operation.path.split('/').indexOf('{id}')
    const view = () => shown(operation, path.split('/')[depth]!, get)
    let before = operation.path.includes('{id}') ? await view() : {}

    async function holds(body: Record<string, unknown>): Promise<void> {
      const answer = await client({ method: operation.method, path, token, body: JSON.stringify(body) })
      const wrong = wrongFields(model, body)
      const contradicts = endsFirst({ ...before, ...body })
      const empty = operation.method === 'PATCH' && Object.keys(body).length === 0
      if (wrong.length > 0 || contradicts || empty) {
        const named = (expectProblem(answer, 'validation_failed').errors ?? []).map(
          ({ path: field }) => field.split('.')[0],
        )
        const certain = wrong.length > 1 ? wrong.filter((field) => !LATE.includes(field)) : wrong
        // An end is never later than a start that is none.
        const late = contradicts || wrong.includes('startsAt') ? ['endsAt'] : []
        expect([...wrong, ...late, ...(empty ? [''] : [])]).toEqual(expect.arrayContaining(named))
        expect(named).toEqual(expect.arrayContaining(certain))
        expect(named).not.toEqual([])
        if (before.id) expect(await view()).toEqual(before)
        return
      }
      expect({ status: answer.status, body: answer.body }).toMatchObject({ status: operation.status })
      const {
        disabled,
        reason,
        descendants: _descendants,
        graceSeconds: _grace,
        ...meant
      } = shownOf(model, body) as Record<string, unknown>
      if (reason !== undefined) meant.revokedReason = reason
      if (disabled !== undefined) meant.status = disabled ? 'disabled' : 'active'
      const {
        key: _key,
        alsoRevoked: _with,
        alsoRevokedCount: _count,
        complete: _all,
        ...said
      } = answer.json()
      expect(said).toMatchObject(meant)
      if (operation.status === 201) {
        expect(await shown(operation, said.id as string, get)).toEqual(said)
        path = await targetFor(name, operation, member)
        before = operation.path.includes('{id}') ? await view() : {}
        return
      }
      expect(said).toEqual({
        ...before,
        ...meant,
        ...(finalAct && { status: 'revoked', revokedAt: expect.any(String), revokedReason: reason ?? null }),
      })
      before = await view()
      expect(before).toEqual(said)
      if (!finalAct) return
      path = await targetFor(name, operation, member)
      before = await view()
    }

    await fc.assert(fc.asyncProperty(bodiesOf(model).filter(isPlain), holds), {
      numRuns: finalAct ? 60 : 200,
      endOnFailure: true,
    })
  }, 60_000)
})

describe('G12: in this process', () => {
  it.each([...keptBodies, ...queries])(
    'the schema of $name ($part) judges whatever comes, and never throws',
    ({ schema }) => {
      fc.assert(fc.property(fc.oneof(fc.anything({ withNullPrototype: true, withSparseArray: true }), fc.jsonValue()), (value) => typeof schema.safeParse(value).success === 'boolean'), { numRuns: 500 }) // prettier-ignore
    },
  )

  const asRequest = (
    body: Uint8Array,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => new Request('http://localhost/api', { method: 'POST', body: new Uint8Array(body), headers })
  const outcome = (body: Uint8Array) =>
    readJson(asRequest(body)).catch((error: unknown) => {
      expect(error).toBeInstanceOf(Refusal)
      return error as Refusal
    })

  it('readJson reads every JSON text as JSON.parse does', async () => {
    const values = fc
      .jsonValue({ maxDepth: 4 })
      .filter((value) => !JSON.stringify(value).includes('"__proto__"'))
    await fc.assert(
      fc.asyncProperty(values, async (value) =>
        expect(await outcome(Buffer.from(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value))),
      ),
    )
  })

  it('readJson refuses every other sequence of bytes by a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 64 }), async (bytes) => {
        let expected: unknown
        try {
          expected = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
        } catch {
          expected = expect.objectContaining({ code: 'validation_failed' })
        }
        expect(await outcome(bytes)).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('readJson stops reading soon after the limit', async () => {
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(16 * 1024))
      },
    })
    const request = new Request('http://localhost/api', {
      method: 'POST',
      body: endless,
      duplex: 'half',
    } as RequestInit)
    await expect(readJson(request)).rejects.toMatchObject({ code: 'payload_too_large' })
    expect(pulled).toBeLessThan(10)
  })

  const QUESTION = { list: 'practices', clubId: randomUUID(), status: 'DRAFT' }

  const listFrom = (cursor: string | undefined, limit = 1) =>
    listByTime(QUESTION, { cursor, limit }, 'at', 'asc')

  it('a list names the cursor, whatever comes', () => {
    const tuples = fc.tuple(fc.oneof(fc.string(), fc.date({ noInvalidDate: true }).map((date) => date.toISOString())), fc.oneof(fc.string(), fc.uuid())) // prettier-ignore
    const cursors = fc.oneof(
      fc.string(),
      fc.base64String(),
      tuples.map((pair) => Buffer.from(JSON.stringify(pair)).toString('base64url')),
      fc
        .uint8Array({ minLength: 20, maxLength: 60 })
        .map((bytes) => Buffer.from(bytes).toString('base64url')),
    )
    const refused = expect.objectContaining({
      code: 'validation_failed',
      errors: [{ path: 'cursor', message: 'is not a cursor of this list' }],
    })
    fc.assert(
      fc.property(cursors, (cursor) => {
        expect(() => listFrom(cursor)).toThrow(refused)
      }),
      { numRuns: 2000 },
    )
  })

  it('a list goes on from the place where its page ended, and no cursor opens once a bit of it is another', () => {
    const rows = fc.array(fc.record({ at: fc.date({ min: new Date('1900-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), id: fc.uuid() }), { minLength: 2 }) // prettier-ignore
    fc.assert(
      fc.property(rows, fc.nat(), (given, nth) => {
        const { nextCursor } = listFrom(undefined, given.length - 1).page(given, (row) => row)
        expect(listFrom(nextCursor ?? '').where).toEqual(past('at', given.at(-2)!, 'asc'))
        const bytes = Buffer.from(nextCursor ?? '', 'base64url')
        bytes[nth % bytes.length]! ^= 1 << (nth % 8)
        expect(() => listFrom(bytes.toString('base64url'))).toThrow()
      }),
    )
  })
})
