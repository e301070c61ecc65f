import type { ApiOperation, ApiParameter } from '@/components/docs/api/described'

type Call = {
  origin: string
  method: string
  path: string
  parameters: readonly ApiParameter[]
  body: unknown
  caller: ApiOperation['caller']
}

const ID = '0190d9a0-7c1e-7b3a-9d42-3f2b6c9d1e4a'

/** With an id where the path wants one, and what a query must have. */
function addressOf({ origin, path, parameters }: Call): string {
  const must = parameters.filter(({ place, required }) => place === 'query' && required)
  const query = must.map(({ name, type }) => `${name}=${/"([^"]*)"/.exec(type)?.[1] ?? '...'}`).join('&')
  return `${origin}${path.replaceAll(/\{[^}]+\}/g, ID)}${query ? `?${query}` : ''}`
}

/** A session is the browser's: outside of it there is a cookie to copy, which nobody should. */
const credential = {
  key: 'Authorization: Bearer $CLUBKEYS_KEY',
  session: 'X-Club: harriers',
  operator: 'Authorization: Bearer $METRICS_TOKEN',
  anyone: null,
}

export function curlOf(call: Call): string {
  const { method, body, caller } = call
  const header = credential[caller]
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"${addressOf(call)}"`,
    ...(header ? [`-H "${header}"`] : []),
    ...(body === undefined
      ? []
      : [
          '-H "Content-Type: application/json"',
          `-d '${JSON.stringify(body, null, 2)
            .replaceAll('\n', '\n  ')
            .replaceAll("'", String.raw`'\''`)}'`,
        ]),
  ].join(' \\\n  ')
}

export function fetchOf(call: Call): string {
  const { method, body, caller } = call
  const headers = [
    ...(caller === 'key' ? ['Authorization: `Bearer ${process.env.CLUBKEYS_KEY}`'] : []),
    ...(caller === 'operator' ? ['Authorization: `Bearer ${process.env.METRICS_TOKEN}`'] : []),
    ...(caller === 'session' ? ["'X-Club': 'harriers'"] : []),
    ...(body === undefined ? [] : ["'Content-Type': 'application/json'"]),
  ]
  const options = [
    ...(method === 'GET' ? [] : [`method: '${method}',`]),
    ...(headers.length === 0 ? [] : [`headers: { ${headers.join(', ')} },`]),
    ...(body === undefined
      ? []
      : [`body: JSON.stringify(${JSON.stringify(body, null, 2).replaceAll('\n', '\n  ')}),`]),
  ]
  const how = options.length === 0 ? '' : `, {\n${options.map((line) => `  ${line}\n`).join('')}}`
  return `const answer = await fetch('${addressOf(call)}'${how})`
}
