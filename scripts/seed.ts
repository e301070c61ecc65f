import { loadEnv } from '@/lib/env'
import { provision } from '@/lib/db/provision'
import { readEnvFiles } from './environment'
import { explain } from './start/explain'
import { aboutDemo, countClubs, seed } from './start/greeting'

// `npm run seed`: the demo's clubs, people and practices, for a database without any club.

void main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
})

async function main(): Promise<void> {
  readEnvFiles()
  const { NEXTAUTH_URL } = loadEnv(process.env)
  const database = await provision(process.env)
  try {
    if ((await countClubs(database)) > 0)
      throw new Error('The database has clubs already: the demo is for an empty one.')
    process.stdout.write(`${aboutDemo(NEXTAUTH_URL, await seed(database)).join('\n')}\n`)
  } finally {
    await database.stop()
  }
}
