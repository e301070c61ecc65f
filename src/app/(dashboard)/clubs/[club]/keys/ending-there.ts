import type { Actor } from '@/lib/actor'
import { endOfDay } from '@/lib/clubs/end-of-day'
import { getClub } from '@/lib/clubs/get-club'

/** When a key is to end, as a form says it: at an instant, with a day, never, or as is usual. */
type Asked = Date | { on: string } | null | undefined

/** A verb that takes an instant, for forms that may name a day: it ends where the club is. */
export const endingThere =
  <Input extends { expiresAt?: Date | null | undefined }, Rest extends unknown[], Data>(
    verb: (actor: Actor, input: Input, ...rest: Rest) => Promise<Data>,
  ) =>
  async (
    actor: Actor,
    { expiresAt, ...input }: Omit<Input, 'expiresAt'> & { expiresAt?: Asked },
    ...rest: Rest
  ): Promise<Data> => {
    const end = await endOf(actor, expiresAt)
    return verb(
      actor,
      { ...input, ...(end !== undefined && { expiresAt: end }) } as unknown as Input,
      ...rest,
    )
  }

async function endOf(actor: Actor, asked: Asked): Promise<Date | null | undefined> {
  if (!asked || asked instanceof Date) return asked
  const { timeZone } = await getClub(actor)
  return endOfDay(asked.on, timeZone)
}
