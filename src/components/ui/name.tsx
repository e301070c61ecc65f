import { shown } from '@/contracts/unseen'

/**
 * What somebody is called, or has called something. It may be written from right to left, and must not turn
 * around what stands beside it; what hides in it shows.
 */
export const Name = ({ children }: { children: string }) => <bdi>{shown(children)}</bdi>
