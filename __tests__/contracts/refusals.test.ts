import { assertDeclared } from '../support/declared'

const problem = (code: string) => ({ type: 'application/problem+json', body: JSON.stringify({ code }) })

describe('a refusal', () => {
  it('that an operation does not declare fails by name, and says what to do', () => {
    expect(() => assertDeclared('GET', '/api/v1/practices?limit=1', problem('conflict'))).toThrow(
      'listPractices refuses with conflict and does not declare it: add it to refuses in its contract',
    )
    expect(() => assertDeclared('DELETE', '/api/v1/practices/x', problem('validation_failed'))).toThrow(
      /^deletePractice /,
    )
  })

  it('that is declared, or is every operation’s, passes', () => {
    assertDeclared('POST', '/api/v1/api-keys/x/rotate', problem('conflict'))
    assertDeclared('GET', '/api/v1/practices', problem('rate_limited'))
    assertDeclared('GET', '/api/v1/practices', { type: 'application/json', body: '{"code":"conflict"}' })
    assertDeclared('GET', '/somewhere/else', problem('conflict'))
  })
})
