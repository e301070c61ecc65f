import { createRoot } from 'react-dom/client'
import { Frame } from './frame'
import './gallery.css'
import { STATES } from './states'

// `/?state=NAME` shows one state, `/` the list of all. Whoever looks by program waits for `data-shown` on the
// root element: `yes`, or what went wrong.

function say(shown: string): void {
  document.documentElement.dataset.shown = shown
}

function List() {
  return (
    <main className="mx-auto grid max-w-page gap-6 p-6">
      <h1 className="text-2xl font-semibold">Gallery</h1>
      <ol className="columns-2 md:columns-3 xl:columns-4">
        {STATES.map(({ name }) => (
          <li key={name}>
            <a
              href={`/?state=${encodeURIComponent(name)}`}
              className="inline-block rounded py-1.5 text-sm text-accent underline-offset-4 hover:underline"
            >
              {name}
            </a>
          </li>
        ))}
      </ol>
    </main>
  )
}

/** Until React has drawn it and the fonts are there. */
async function painted(): Promise<void> {
  await new Promise<void>((done) => requestAnimationFrame(() => setTimeout(done)))
  await document.fonts.ready
}

async function show(): Promise<void> {
  const root = createRoot(document.getElementById('root') ?? document.body)
  const name = new URLSearchParams(location.search).get('state')
  const state = STATES.find((one) => one.name === name)
  document.title = state?.name ?? 'Gallery'
  if (name !== null && !state) throw new Error(`there is no state “${name}”`)
  root.render(state ? <Frame state={state} /> : <List />)
  await painted()
  for (const step of state?.steps ?? []) {
    await step()
    await painted()
  }
}

show().then(
  () => say('yes'),
  (error: unknown) => say(String(error)),
)
