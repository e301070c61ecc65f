import { buildWhenStale } from './start/build'
import { explain } from './start/explain'
import { stopSignal } from './start/stop-signal'

// `npm run build`: what `npm start` does first, in a step of its own: for an image, whose containers may
// write nothing. Nothing to do where it was built from these very sources.

void buildWhenStale(
  process.env,
  stopSignal(() => process.exit(1)),
).catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
})
