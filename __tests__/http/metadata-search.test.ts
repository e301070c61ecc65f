import { expectNamed } from '../support/answers'
import { makeClub, makeMember, makeKey, useDatabase } from '../support/club'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)

async function setup() {
  const coach = await makeMember((await makeClub()).id, ['COACH'])
  const { token } = await makeKey(coach)
  const body = {
    name: 'found',
    scopes: ['practices:read'],
    metadata: { env: 'prod', owner: { team: 'a&b' }, n: 1e-7 },
  }
  const { id } = (await server().call('POST', '/api/v1/api-keys', token, body)).json() as { id: string }
  return { id, find: (query: string) => server().call('GET', `/api/v1/api-keys?${query}`, token) }
}

it('keys are found by their metadata, as the query names it', async () => {
  const { id, find } = await setup()
  for (const query of [
    'metadata[env]=prod',
    'metadata%5Benv%5D=prod',
    'metadata[n]=1e-7',
    'metadata[n]=0.0000001',
    'metadata[owner][team]=a%26b&metadata[env]=prod&limit=1',
  ])
    expect([query, (await find(query)).json()]).toMatchObject([query, { data: [{ id }], nextCursor: null }])
  for (const query of ['metadata[env]=test', 'metadata[env]=prod&metadata[owner][team]=x', 'metadata[env]='])
    expect([query, (await find(query)).json()]).toMatchObject([query, { data: [] }])
})

it('G12: what is asked wrongly is refused, and never left out of the question', async () => {
  const { find } = await setup()
  const deep = '[a]'.repeat(40)
  const many = Array.from({ length: 11 }, (_, n) => `metadata[a${n}]=x`).join('&')
  for (const [query, field] of [
    ['metadata=prod', 'metadata'],
    ['metadata[]=prod', 'metadata'],
    ['metadata[a%20b]=prod', 'metadata'],
    [`metadata${deep}=prod`, 'metadata'],
    [many, 'metadata'],
    [`metadata[a]=${'x'.repeat(257)}`, 'metadata'],
    ['metadata[a]=%00', 'metadata'],
    ['metadata[a]=x&metadata[a]=x', 'metadata[a]'],
    ['metadata[a]=x&metadata[a][b]=x', 'metadata[a][b]'],
    ['metadata[__proto__]=x', 'metadata[__proto__]'],
    ['metadata[a=x', 'metadata[a'],
    ['Metadata[a]=x', 'Metadata[a]'],
    ['q[a]=x', 'q[a]'],
  ] as const)
    expectNamed(await find(query), field)
})
