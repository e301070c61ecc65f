import { createRoot, type Root } from 'react-dom/client'
import { MAIL_NAMES, mailPath } from './data/mails'
import { Frame } from './frame'
import { loaded } from './framework/dynamic'
import './gallery.css'
import { STATES } from './states'

// `/?state=NAME` shows one state, `/` the list of all, `/mails/KIND` a mail. Whoever looks by program waits for `data-shown` on the
// root element, then calls `showState`: both say `yes`, or what went wrong.

const addressOf = (name: string) => mailPath(name) ?? `/?state=${encodeURIComponent(name)}`

function List() {
  return (
    <main className="mx-auto grid max-w-page gap-6 p-6">
      <h1 className="text-2xl font-semibold">Gallery</h1>
      <ol className="columns-2 md:columns-3 xl:columns-4">
        {[...STATES.map(({ name }) => name), ...MAIL_NAMES].map((name) => (
          <li key={name}>
            <a
              href={addressOf(name)}
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

/** Until React has drawn it, parts that load late among it, and the fonts are there. */
async function painted(): Promise<void> {
  do await new Promise<void>((done) => requestAnimationFrame(() => setTimeout(done)))
  while (await loaded())
  await document.fonts.ready
}

let root: Root | undefined

/** One state, or the list of all; what was shown before is gone, dialogs and toasts included. */
async function show(name: string | null): Promise<void> {
  root?.unmount()
  history.replaceState(null, '', name === null ? '/' : `/?state=${encodeURIComponent(name)}`)
  const state = STATES.find((one) => one.name === name)
  document.title = state?.name ?? 'Gallery'
  if (name !== null && !state) throw new Error(`there is no state “${name}”`)
  root = createRoot(document.getElementById('root') ?? document.body)
  root.render(state ? <Frame state={state} /> : <List />)
  scrollTo(0, 0)
  await painted()
  for (const step of state?.steps ?? []) {
    await step()
    await painted()
  }
}

function tell(name: string | null): Promise<string> {
  return show(name).then(
    () => 'yes',
    (error: unknown) => String(error),
  )
}

// Loading the page for each of some hundred states would take longer than looking at them.
Object.assign(globalThis, { showState: tell })
void tell(new URLSearchParams(location.search).get('state')).then(
  (said) => (document.documentElement.dataset.shown = said),
)
