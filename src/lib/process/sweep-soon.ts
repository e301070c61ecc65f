const shared = globalThis as typeof globalThis & { clubkeysSweepSoon?: (() => void) | undefined }

/** On `globalThis`: the framework loads modules more than once. */
export function onSweepSoon(run: () => void): void {
  shared.clubkeysSweepSoon = run
}

/**
 * Sweeps now what an act has left to do, not at the next sweep. Nothing happens in a process that does not
 * sweep.
 */
export const sweepSoon = (): void => shared.clubkeysSweepSoon?.()
