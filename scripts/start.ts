import { loadEnv } from '@/lib/env'
import { provision, type Provisioned } from '@/lib/db/provision'
import { watchSupervisor } from '@/lib/process/supervisor'
import { databaseEnvironment, readEnvFiles } from './environment'
import { buildWhenStale } from './start/build'
import { explain } from './start/explain'
import { greet, prepareDemo } from './start/greeting'
import { noteOrigin } from './start/noted-origin'
import { runNext, type NextProcess } from './start/next'
import { assertFree, listenHost, originOf, untilReady } from './start/port'
import { aborted, stopSignal } from './start/stop-signal'

// `npm start` and, with --dev, `npm run dev`: database, build and server, up together and down together.

const dev = process.argv.includes('--dev')

void main().then((code) => process.exit(code))

async function main(): Promise<number> {
  let database: Provisioned | undefined
  let server: NextProcess | undefined
  const stop = stopSignal(() => server?.kill())
  // `setup` waits for us; should it be killed outright, we go down in order.
  watchSupervisor()
  try {
    readEnvFiles()
    // Not env(), which would remember that there was no DATABASE_URL.
    const settings = loadEnv(process.env)
    const { PORT: port } = settings
    const host = listenHost(settings)
    const origin = originOf(host, port)
    await assertFree(port, host)
    database = await provision(process.env)
    for (const warning of database.warnings) process.stderr.write(`Warning: ${warning}\n`)
    const environment = appEnvironment(database, port, origin)
    if (!dev) await buildWhenStale(environment, stop)
    stop.throwIfAborted()
    const where = host === undefined ? [] : ['--hostname', host]
    server = runNext([dev ? 'dev' : 'start', '--port', String(port), ...where], environment)
    const [demo] = await Promise.all([prepareDemo(database), untilReady(server, origin, stop)])
    if (database.secrets) noteOrigin(database.secrets, environment.NEXTAUTH_URL)
    await greet(database, environment.NEXTAUTH_URL, demo)
    await Promise.race([server.exited, aborted(stop)])
    stop.throwIfAborted()
    throw new Error('The server ended by itself.')
  } catch (error) {
    if (stop.aborted) return 0
    process.stderr.write(`${explain(error)}\n`)
    return 1
  } finally {
    await server?.stop()
    await database?.stop()
  }
}

function appEnvironment(database: Provisioned, port: number, origin: string) {
  return {
    ...process.env,
    ...databaseEnvironment(database),
    NODE_ENV: dev ? ('development' as const) : ('production' as const),
    PORT: String(port),
    NEXTAUTH_URL: process.env.NEXTAUTH_URL || origin,
    NEXT_TELEMETRY_DISABLED: '1',
    // `next dev` forks, and stops its own children.
    ...(!dev && { NEXT_MANUAL_SIG_HANDLE: 'true' }),
    CLUBKEYS_SUPERVISOR_PID: String(process.pid),
  }
}
