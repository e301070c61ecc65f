const shared = globalThis as typeof globalThis & { clubkeysSweepSoon?: (() => void) | undefined }

/** How this process sweeps at once. On `globalThis`: the framework loads modules more than once. */
export function onSweepSoon(run: () => void): void {
  shared.clubkeysSweepSoon = run
}

/**
 * What an act left to be done is done now, not at the next sweep. Where no process sweeps, nothing happens.
 */
export const sweepSoon = (): void => shared.clubkeysSweepSoon?.()
