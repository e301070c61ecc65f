import type { Step } from '@/components/overview/first-steps'
import type { FirstSteps } from '@/lib/clubs/first-steps'

/** @param club its path */
export function stepsToTake(club: string, { key, call, member, policy }: FirstSteps): Step[] {
  const steps: (Omit<Step, 'done'> & { done: boolean | null })[] = [
    {
      name: 'Create a key',
      about: 'One for each app or script, so that you can end one without breaking the others.',
      href: `${club}/keys`,
      done: key,
    },
    {
      name: 'Make the first call',
      about: 'The quick start shows it. The call appears here within seconds.',
      href: '/docs/quick-start',
      done: call,
    },
    {
      name: 'Invite somebody',
      about: 'Each person has keys of their own, which stop when they leave.',
      href: `${club}/members`,
      done: member,
    },
    {
      name: 'Decide how long keys live',
      about: 'A default and a longest expiry, and whether a key may last for ever.',
      href: `${club}/settings`,
      done: policy,
    },
  ]
  return steps.flatMap((step) => (step.done === null ? [] : [{ ...step, done: step.done }]))
}
