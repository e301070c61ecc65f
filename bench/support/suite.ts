import type { Figures } from './figures'
import type { Stage } from './stage'

/** What a suite is given. `say` tells whoever waits what is going on. */
export type Run = { stage: Stage; quick: boolean; rounds: number; say: (line: string) => void }

export type Suite = (run: Run) => Promise<Figures>
