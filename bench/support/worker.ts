import { once } from 'node:events'
import path from 'node:path'
import type { Place } from './cores'
import { cpuMs, ROOT, startNode, stop } from './processes'

// A process of its own for what is measured, and calls to it: its memory and CPU time are then nobody else's.

type Handlers = Record<string, (input: never) => unknown>
type Call = { id: number; name: string; input: unknown }
type Reply = { id: number; result?: unknown; error?: string }

/** In the worker: answers the calls of the process that started it, and ends with it. */
export function answerCalls(handlers: Handlers): void {
  process.on('message', ({ id, name, input }: Call) => {
    void answer(handlers, name, input).then((reply) => process.send?.({ id, ...reply } satisfies Reply))
  })
  process.on('disconnect', () => process.exit())
}

async function answer(
  handlers: Handlers,
  name: string,
  input: unknown,
): Promise<{ result: unknown } | { error: string }> {
  try {
    const handler = handlers[name] as (input: unknown) => unknown
    return { result: await handler(input) }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

export type Worker<H extends Handlers> = {
  call: <Name extends keyof H & string>(
    name: Name,
    input: Parameters<H[Name]>[0],
  ) => Promise<Awaited<ReturnType<H[Name]>>>
  cpuMs: () => number
  stop: () => Promise<void>
}

/** @param file below `bench/workers`, without its ending */
export async function startWorker<H extends Handlers>(
  file: string,
  { place, env = {}, flags = [] }: { place: Place; env?: Record<string, string>; flags?: string[] },
): Promise<Worker<H>> {
  const child = startNode([...flags, '--import', 'tsx', path.join(ROOT, 'bench/workers', `${file}.ts`)], {
    place,
    env,
    ipc: true,
  })
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  child.on('message', ({ id, result, error }: Reply) => {
    const caller = waiting.get(id)
    waiting.delete(id)
    if (error !== undefined) caller?.reject(new Error(`${file}: ${error}`))
    else caller?.resolve(result)
  })
  child.once('exit', (code) => {
    for (const caller of waiting.values()) caller.reject(new Error(`${file} ended (exit code ${code})`))
  })
  await once(child, 'spawn')
  let calls = 0
  return {
    call: (name, input) =>
      new Promise((resolve, reject) => {
        const id = ++calls
        waiting.set(id, { resolve: resolve as (result: unknown) => void, reject })
        if (!child.connected) reject(new Error(`${file} has ended`))
        else child.send({ id, name, input } satisfies Call)
      }),
    cpuMs: () => cpuMs(child.pid ?? 0),
    stop: () => stop(child),
  }
}
