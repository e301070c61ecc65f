import type { Outcome, Refused } from '@/components/outcome'

// What the server would say: every act of the gallery ends in one of these.

/** Done. */
export const answered =
  <Data>(data: Data) =>
  (): Promise<Outcome<Data>> =>
    Promise.resolve({ ok: true, data })

/** Still on its way. */
export const waiting = (): Promise<never> => new Promise(() => undefined)

/** No answer came: nobody knows whether it was done. */
export const lost = (): Promise<never> => Promise.reject(new Error('the connection was cut'))

/** Refused, with what is wrong by its field. */
export const refused =
  (message: string, errors: Record<string, string> = {}) =>
  (): Promise<Refused> =>
    Promise.resolve({
      ok: false,
      code: Object.keys(errors).length > 0 ? 'validation_failed' : 'conflict',
      message,
      errors: Object.entries(errors).map(([path, said]) => ({ path, message: said })),
    })
