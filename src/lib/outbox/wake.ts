/** On `globalThis`: the framework loads modules more than once. */
const shared = globalThis as typeof globalThis & { clubkeysWakers?: Set<() => void> }
const wakers = () => (shared.clubkeysWakers ??= new Set())

/** @returns stops it */
export function onWake(wake: () => void): () => void {
  wakers().add(wake)
  return () => void wakers().delete(wake)
}

/** Something waits to be sent: this process looks now, not at its next look. */
export function wakeOutboxes(): void {
  for (const wake of wakers()) wake()
}
