import { execFileSync } from 'node:child_process'
import path from 'node:path'
import '@/club-app'
import { openApi, openApiDocument } from '@/http/openapi'
import { operations } from '../support/tenancy'

const document = JSON.parse(JSON.stringify(openApiDocument())) as {
  paths: Record<
    string,
    Record<string, { operationId: string; parameters: { name: string; schema: object }[] }>
  >
  components: { schemas: Record<string, { properties: Record<string, object>; required?: string[] }> }
}

function validate(given: object): { valid: boolean; errors?: unknown } {
  const script = path.join(__dirname, '../support/validate-openapi.mts')
  return JSON.parse(
    execFileSync(process.execPath, [script], { input: JSON.stringify(given), encoding: 'utf8' }),
  ) as { valid: boolean }
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1, by a validator that refuses a broken one', () => {
    expect(validate(document)).toMatchObject({ valid: true })
    expect(validate({ ...document, paths: { '/x': { get: { responses: 'none' } } } })).toMatchObject({
      valid: false,
    })
  })

  it('holds every operation of the registry and no other', () => {
    const listed = Object.entries(document.paths).flatMap(([at, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method} ${at}`),
    )
    expect(listed.sort()).toEqual(
      Object.entries(operations)
        .map(([name, { method, path: at }]) => `${name} ${method.toLowerCase()} ${at}`)
        .sort(),
    )
  })

  it('refers only to schemas that it holds', () => {
    const refs = JSON.stringify(document).match(/#\/components\/schemas\/[^"]+/g) ?? []
    expect(refs.length).toBeGreaterThan(20)
    for (const ref of refs) expect(Object.keys(document.components.schemas)).toContain(ref.split('/').pop())
  })

  it('describes a body as it is sent and an answer as it is read', () => {
    const { CreateApiKey, ApiKey, CreatedApiKey } = document.components.schemas
    expect(CreateApiKey?.required).toEqual(['name', 'scopes'])
    expect(ApiKey?.properties).not.toHaveProperty('key')
    expect(CreatedApiKey?.required).toContain('key')
    expect(
      document.paths['/api/v1/practices']?.get?.parameters.find(({ name }) => name === 'limit')?.schema,
    ).toMatchObject({
      type: 'integer',
      minimum: 1,
      maximum: 100,
    })
  })
})

it('the OpenAPI document names Idempotency-Key and its refusals on every POST, and nowhere else', () => {
  for (const methods of Object.values(document.paths))
    for (const [method, { operationId, parameters, ...rest }] of Object.entries(methods)) {
      const named = parameters.some(({ name }) => name === 'Idempotency-Key')
      expect([operationId, named]).toEqual([operationId, method === 'post'])
      if (named)
        expect(Object.keys((rest as { responses: object }).responses)).toEqual(
          expect.arrayContaining(['409', '422']),
        )
    }
})

describe('GET /api/openapi.json', () => {
  const ask = (headers: Record<string, string> = {}) =>
    openApi(new Request('http://localhost:3000/api/openapi.json', { headers }))

  it('is made once: nobody who asks again costs more than its bytes', async () => {
    await ask()
    const made = jest.spyOn(JSON, 'stringify')
    const [one, other] = await Promise.all([ask(), ask()])
    expect(made).not.toHaveBeenCalled()
    made.mockRestore()
    expect(await one.json()).toEqual(document)
    expect(await other.json()).toEqual(document)
  })

  it('has an ETag, and is a 304 without a body for whoever names it', async () => {
    const etag = (await ask()).headers.get('etag')!
    expect(etag).toMatch(/^W\/"[\w-]{43}"$/)
    const strong = etag.slice(2)
    for (const given of [etag, strong, '*', `"old", ${etag}`, ` ${strong} ,"x"`]) {
      const answer = await ask({ 'If-None-Match': given })
      expect([given, answer.status, await answer.text()]).toEqual([given, 304, ''])
      expect(answer.headers.get('etag')).toBe(etag)
      expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    }
    for (const given of ['"old"', '', strong.slice(1, -1), `${etag}x`])
      expect([given, (await ask({ 'If-None-Match': given })).status]).toEqual([given, 200])
  })
})
