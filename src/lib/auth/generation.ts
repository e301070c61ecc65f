const shared = globalThis as typeof globalThis & { clubkeysGeneration?: number }

/**
 * Counts the changes to keys made in this process. Every statement signed for a request binds it, so that what was signed before a
 * revocation is worth nothing after it.
 */
export const generation = (): number => shared.clubkeysGeneration ?? 0

/** Call it once the change is committed, never before: an older answer could otherwise be signed anew. */
export function advanceGeneration(): void {
  shared.clubkeysGeneration = generation() + 1
}
