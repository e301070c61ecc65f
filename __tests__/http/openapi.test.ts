import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { operations } from '@/contracts/operations'
import { openApiDocument } from '@/http/openapi'

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
