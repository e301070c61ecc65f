import { launchChromium } from '../__tests__/support/browser'
import { writeAccepted } from '../gallery/accepted'
import { bundle } from '../gallery/bundle'
import { openScale } from '../gallery/likeness'
import { looksOf, namesOf, showState } from '../gallery/looks'
import { serve } from '../gallery/serve'

// `npm run gallery`: every state of every component, from plain data, with no server of ours and no database.
// `npm run gallery -- --accept`: what somebody has looked at is how it should look from now on.

void main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
})

async function main(): Promise<void> {
  const made = await bundle()
  if (process.argv.includes('--modules')) process.stdout.write(`${JSON.stringify(made.modules)}\n`)
  const origin = await serve(made, Number(process.env.PORT ?? 0))
  if (!process.argv.includes('--accept')) return void process.stdout.write(`${origin}\n`)
  await accept(origin)
  process.exit(0)
}

async function accept(origin: string): Promise<void> {
  const browser = await launchChromium()
  try {
    // As the tests open it.
    const context = await browser.newContext({ reducedMotion: 'reduce', baseURL: origin, timezoneId: 'UTC' })
    const [page, scale] = [await context.newPage(), await openScale(context)]
    const looks = new Map<string, string>()
    for (const name of await namesOf(page)) {
      await showState(page, name)
      for (const [look, likeness] of await looksOf(page, name, scale)) looks.set(look, likeness)
    }
    writeAccepted(looks)
    process.stdout.write(`${looks.size} looks accepted\n`)
  } finally {
    await browser.close()
  }
}
