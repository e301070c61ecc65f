import { invalid } from '../errors'
import { AddressList } from './address-list'
import type { LiveMaker } from './live-maker'

/**
 * The addresses of a key that is made or changed: as asked, and through a key always within its own.
 * @param asked `undefined`: the same as that key's; `null`: anywhere
 * @throws Refusal `validation_failed` naming `allowedCidrs`
 */
export function keyAddresses(maker: LiveMaker, asked: AddressList | null | undefined): AddressList | null {
  if (asked === undefined) return maker.allowedCidrs
  if (AddressList.within(asked, maker.allowedCidrs)) return asked
  throw invalid([
    { path: 'allowedCidrs', message: 'must lie within the addresses of the key that asks for it' },
  ])
}
