import type { Limit } from './limit'

/** Of a Redis Cluster, which spreads keys over its nodes by them. */
const SLOTS = 16_384

/**
 * A script may touch keys of one slot only: the part in braces decides which. It ends at the first brace,
 * and an empty one decides nothing.
 */
export const counterName = ({ name, id, slot = id }: Limit): string =>
  `clubkeys:{${slot.replaceAll('}', '%7D')}}:${name}:${id}`

/** Groups limits that one script can count together, in the order given. */
export function bySlot(limits: readonly Limit[]): Limit[][] {
  const groups = new Map<string, Limit[]>()
  for (const limit of limits) {
    const slot = limit.slot ?? limit.id
    const group = groups.get(slot)
    if (group) group.push(limit)
    else groups.set(slot, [limit])
  }
  return [...groups.values()]
}

/** Names that each fall to another node. @param ownerOf slot → its node */
export function oneForEachNode(ownerOf: (slot: number) => string | undefined): string[] {
  const nodes = new Set<string>()
  for (let slot = 0; slot < SLOTS; slot++) nodes.add(ownerOf(slot) ?? 'nobody')
  const names = new Map<string, string>()
  for (let i = 0; names.size < nodes.size && i < SLOTS; i++) {
    const name = `probe-${i}`
    const node = ownerOf(slotOf(name)) ?? 'nobody'
    if (!names.has(node)) names.set(node, name)
  }
  return [...names.values()]
}

/** CRC-16/XMODEM, as the cluster's specification has it. */
export function slotOf(tag: string): number {
  let crc = 0
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  }
  return (crc & 0xffff) % SLOTS
}
