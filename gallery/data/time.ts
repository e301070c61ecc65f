const HOUR_MS = 3_600_000
export const DAY_HOURS = 24

export const ago = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString()
export const ahead = (hours: number): string => ago(-hours)

/** @param n tells one from another */
export const idOf = (n: number): string => `0190d9a0-0000-7000-8000-${String(n).padStart(12, '0')}`
