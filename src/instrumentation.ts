/** Runs once when the server starts, before it accepts a request. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  await import('./club-app')
  const { startProcess } = await import('./app/start-process')
  await startProcess()
}

/** For what pages and handlers throw. */
export async function onRequestError(thrown: unknown) {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { answerFailedPage } = await import('./http/failed-pages')
  answerFailedPage(thrown)
}
