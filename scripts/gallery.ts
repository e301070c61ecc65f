import { bundle } from '../gallery/bundle'
import { serve } from '../gallery/serve'

// `npm run gallery`: every state of every component, from plain data, with no server of ours and no database.

void main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
})

async function main(): Promise<void> {
  const made = await bundle()
  if (process.argv.includes('--modules')) process.stdout.write(`${JSON.stringify(made.modules)}\n`)
  process.stdout.write(`${await serve(made, Number(process.env.PORT ?? 0))}\n`)
}
