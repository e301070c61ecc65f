import { definition } from '@/contracts/definition'
import { introspecting } from '@/contracts/introspection'
import { verifyApiKey } from '@/contracts/key-verification'
import { githubAlerts, leakReport } from '@/contracts/leaks'
import type { Operation } from '@/contracts/operation'
import { refusalsOf } from '@/contracts/refusals'
import type { ProblemCode } from '@/contracts/problem'
import type { Resource } from '@/contracts/resource'
import { settings } from '@/lib/settings'
import { host } from './host'
import { headerComponents } from './openapi/headers'
import { SHARED_PARAMETERS, describeOperation } from './openapi/operation'
import { byStatus, problemSchemas, refusalResponse, responseName } from './openapi/refusals'
import { schemasOf, type Described } from './openapi/schemas'
import { securitySchemes, USUAL_SECURITY } from './openapi/security'
import { describeWebhooks, eventSchemas } from './openapi/webhooks'
import { SERVICE_REFUSALS, SERVICE_SCHEMAS, SERVICE_TAG, servicePaths } from './openapi/service'

const DESCRIPTION = [
  'Every call acts in one club: the key’s, or the one a session names. Ids of other clubs answer like missing ones.',
  'Each refusal is a problem document (RFC 9457) with a stable `code`: rely on it, not on its words. A method that a path does not list is answered with 405 and `Allow`.',
  'A page of another origin may call where `CORS_ORIGINS` names it. Preflights and the `Access-Control-*` headers are the browser’s business (Fetch Standard §3.3): they stand at no operation.',
  'Answers may get more fields at any time; none goes away within `/api/v1`.',
].join('\n\n')

/** The OpenAPI 3.1 document: all of it follows from the definition. */
export function openApiDocument(): Described {
  const { operations, resources } = definition()
  const { ownPages } = host()
  const ofClubApp = { verifyApiKey, reportLeaks: leakReport, takeGithubAlerts: githubAlerts }
  const all = Object.entries<Operation>({ ...operations, ...(ownPages && ofClubApp) })
  const schemas = {
    ...schemasOf([...all.map(([, operation]) => operation), ...(ownPages ? SERVICE_SCHEMAS : [])]),
    ...eventSchemas(),
  }
  const origin = new URL(settings().url).origin
  const sets = refusalSets(all.map(([, operation]) => operation))
  const shared = refusalSets(all.flatMap(([, operation]) => (operation.deprecated ? [] : operation)))
  const responses = Object.fromEntries(shared.map((codes) => [responseName(codes), refusalResponse(codes)]))
  const paths = { ...pathsOf(all, resources, schemas), ...(ownPages && servicePaths(schemas)) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'clubkeys',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
      contact: { name: 'Whoever runs this service', url: origin },
    },
    ...(ownPages && { externalDocs: { description: 'Guides and reference', url: `${origin}/docs` } }),
    servers: [{ url: serverOf(origin) }],
    security: USUAL_SECURITY,
    tags: [...resources.map(tagOf), ...(ownPages ? [LEAKS_TAG, SERVICE_TAG] : [])],
    paths,
    webhooks: describeWebhooks(schemas),
    components: {
      schemas: { ...problemSchemas(new Set(sets.flat())), ...schemas },
      parameters: SHARED_PARAMETERS,
      headers: headerComponents({ responses, paths }),
      responses,
      securitySchemes: securitySchemes(),
    },
  }
}

function pathsOf(operations: [string, Operation][], resources: readonly Resource[], schemas: Described) {
  const paths: Record<string, Described> = {}
  for (const [name, operation] of operations) {
    const usual = operation.anyone ? LEAKS_TAG.name : introspecting.title
    const { title = usual } = resources.find((one) => Object.hasOwn(one.operations, name)) ?? {}
    const path = (paths[operation.path] ??= {})
    path[operation.method.toLowerCase()] = describeOperation(name, operation, title, schemas)
  }
  return paths
}

const LEAKS_TAG = { name: 'Leaks', description: 'For whoever finds a token where others can read it.' }

const tagOf = ({ title, about, scopes = {} }: Resource) => {
  const words = Object.values(scopes).map(({ text }) => text)
  return { name: title, description: about ?? (words.join(' ') || `${title}.`) }
}

/** On a machine of one's own: the address where the document was read (OpenAPI 3.1 §4.8.5). */
const serverOf = (origin: string): string => (/^https?:\/\/localhost(:\d+)?$/.test(origin) ? '/' : origin)

/** Every set of codes of one status that an operation refuses with. */
const refusalSets = (operations: readonly Operation[]): (readonly ProblemCode[])[] => [
  ...operations.flatMap((operation) => [...byStatus(refusalsOf(operation)).values()]),
  ...(host().ownPages ? SERVICE_REFUSALS : []),
]
