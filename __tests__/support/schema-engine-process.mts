// Prisma's own schema engine, in its WebAssembly build: reads one request from stdin, prints its result as
// JSON. A process of its own, because jest loads no ES modules and the engine leaves its connections open.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'

type Engine = Record<string, (params: unknown) => Promise<unknown>>
type Rows = { fields?: { name: string; dataTypeID: number }[] }
type Connection = {
  performIO(query: unknown): Promise<Rows>
  queryRaw(query: unknown): Promise<{ columnTypes: number[] }>
  startTransaction?(level: unknown): Promise<Connection>
}

const INTERNAL_CHAR = 18
const TEXT = 25

const require = createRequire(import.meta.url)
const { url, method, params } = JSON.parse(await text(process.stdin)) as {
  url: string
  method: string
  params: unknown
}
const engine = await connect(url)
process.stdout.write(JSON.stringify(await engine[method]!(params)))
process.exit(0)

async function connect(connectionString: string): Promise<Engine> {
  const glue = await loadEngine()
  const utils = createRequire(require.resolve('@prisma/adapter-pg')).resolve('@prisma/driver-adapter-utils')
  const { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } = await import(pathToFileURL(utils).href)
  const factory = new PrismaPg({ connectionString, max: 1 }) as unknown as Record<
    'connect' | 'connectToShadowDb',
    () => Promise<Connection>
  >
  const connectTo = factory.connect.bind(factory)
  factory.connect = async () => readInternalChar(await connectTo(), ColumnTypeEnum.Character)
  // The engine only looks: it gets no second database to replay migrations in.
  factory.connectToShadowDb = () => Promise.reject(new Error('no shadow database'))
  return glue.SchemaEngine.new(
    { datamodels: undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(factory),
  )
}

async function loadEngine() {
  const file = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const glue = await import(pathToFileURL(file).href)
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => process.stderr.write(`${message}\n`) },
  })
  const { instance } = await WebAssembly.instantiate(readFileSync(file.replace(/js$/, 'wasm')), {
    './schema_engine_bg.js': glue,
  })
  glue.__wbg_set_wasm(instance.exports)
  ;(instance.exports['__wbindgen_start'] as () => void)()
  return glue
}

/**
 * The engine's own catalogue queries return the type "char", which the adapter refuses and the engine wants
 * as Character.
 */
function readInternalChar(connection: Connection, character: number): Connection {
  let internal: number[] = []
  const performIO = connection.performIO.bind(connection)
  connection.performIO = async (query) => {
    const rows = await performIO(query)
    const fields = rows.fields ?? []
    internal = fields.flatMap(({ dataTypeID }, index) => (dataTypeID === INTERNAL_CHAR ? [index] : []))
    for (const index of internal) fields[index]!.dataTypeID = TEXT
    return rows
  }
  const queryRaw = connection.queryRaw.bind(connection)
  connection.queryRaw = async (query) => {
    const result = await queryRaw(query)
    for (const index of internal) result.columnTypes[index] = character
    return result
  }
  const start = connection.startTransaction?.bind(connection)
  if (start) connection.startTransaction = async (level) => readInternalChar(await start(level), character)
  return connection
}
