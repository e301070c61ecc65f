import { everySection } from '../every-section'

export const dynamic = 'force-dynamic'

let text: string | undefined

/** What the search field asks once, so that no letter typed there is sent anywhere. */
export function GET(): Response {
  text ??= JSON.stringify(everySection())
  return new Response(text, { headers: { 'content-type': 'application/json' } })
}
