import { afterCommit } from '../db/after-commit'

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

/**
 * For whoever puts something into an outbox: this process looks once the transaction has committed. The
 * change channel tells the others; where there is none (`API_KEY_CACHE_SIZE=0`, a pooler), nobody tells this
 * one.
 */
export const wakeAfterCommit = (tx: object): void => afterCommit(tx, wakeOutboxes)
