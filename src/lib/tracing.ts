/** What is used of OpenTelemetry's API; an app that has registered a tracer brings all of it along. */
type Span = {
  setAttribute: (name: string, value: string | number | boolean) => unknown
  setStatus: (status: { code: number }) => unknown
  end: () => void
}
type Tracer = {
  startActiveSpan: <Result>(name: string, options: object, work: (span: Span) => Result) => Result
}
type Api = { trace?: { getTracer: (name: string) => Tracer } }

/** Where `@opentelemetry/api` 1.x keeps what was registered, for all copies of itself. */
const API = Symbol.for('opentelemetry.js.api.1')
const INTERNAL = 0
const CLIENT = 2
const ERROR = 2

export type Attributes = Readonly<Record<string, string | number | boolean>>
/** Adds to the current span, if there is one. Give it ids, never a token. */
export type NoteOnSpan = (attributes: Attributes) => void

const nowhere: NoteOnSpan = () => {}

/** Whether the app has registered a tracer. */
export const isTraced = (): boolean => API in globalThis

/**
 * Runs `work` as a span of the app's trace, where it traces. We depend on no tracer: one that is not registered
 * costs a look at a global.
 */
export const traced = <Result>(name: string, given: Attributes, work: (note: NoteOnSpan) => Result): Result =>
  spanned(name, { kind: INTERNAL, attributes: given }, work)

/** The same of a call to the database (semantic conventions for database clients). */
export const tracedStatement = <Result>(operation: string, table: string, work: () => Result): Result =>
  spanned(
    `${operation} ${table}`,
    {
      kind: CLIENT,
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': operation,
        'db.collection.name': table,
      },
    },
    work,
  )

function spanned<Result>(name: string, options: object, work: (note: NoteOnSpan) => Result): Result {
  const tracer = (globalThis as { [API]?: Api })[API]?.trace?.getTracer('clubkeys')
  if (!tracer) return work(nowhere)
  return tracer.startActiveSpan(name, options, (span) => {
    const note: NoteOnSpan = (attributes) => {
      for (const [key, value] of Object.entries(attributes)) span.setAttribute(key, value)
    }
    const failed = (error: unknown): never => {
      span.setStatus({ code: ERROR })
      note({ 'error.type': error instanceof Error ? error.name : 'unknown' })
      span.end()
      throw error
    }
    try {
      const result = work(note)
      if (result instanceof Promise) return endedAfter(result, span, failed) as Result
      span.end()
      return result
    } catch (error) {
      return failed(error)
    }
  })
}

const endedAfter = <Result>(result: Promise<Result>, span: Span, failed: (error: unknown) => never) =>
  result.then((value) => {
    span.end()
    return value
  }, failed)
