import { mkdirSync } from 'node:fs'
import { launchChromium } from '../__tests__/support/browser'
import { startServer } from '../__tests__/support/server'
import { buildWhenStale } from './start/build'
import { SCENES } from './screens/scenes'
import { shoot } from './screens/shoot'
import { openStage } from './screens/stage'

// `npm run screens`: pictures of every page in .screens/, phone, tablet and desktop, light and dark.
// Arguments choose scenes by the beginning of their names: npm run screens -- keys

const FOLDER = process.env.SCREENS_FOLDER ?? '.screens'

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`)
    process.exit(1)
  },
)

async function main(): Promise<void> {
  process.env.NEXTAUTH_SECRET = 'for-pictures-only-for-pictures-only-for-pictures'
  await buildWhenStale(process.env)
  mkdirSync(FOLDER, { recursive: true })
  const chosen = SCENES.filter(
    ({ name }) => process.argv.length < 3 || process.argv.slice(2).some((start) => name.startsWith(start)),
  )
  const stage = await openStage()
  const server = await startServer({ databaseUrl: stage.databaseUrl })
  const browser = await launchChromium()
  try {
    for (const theme of ['light', 'dark'] as const) {
      for (const width of [390, 768, 1440])
        await shoot(
          { browser, origin: `http://localhost:${server.port}`, theme, width, folder: FOLDER },
          chosen,
        )
    }
  } catch (error) {
    process.stderr.write(server.output())
    throw error
  } finally {
    await browser.close()
    await server.stop()
    await stage.close()
  }
}
