import { Check } from 'lucide-react'
import Link from 'next/link'

export type Step = { name: string; about: string; href: string; done: boolean }

/** What to do first. It goes when all is done. */
export function FirstStepsCard({ steps }: { steps: readonly Step[] }) {
  const done = steps.filter((step) => step.done).length
  return (
    <section aria-labelledby="first-steps" className="rounded-xl border border-line bg-raised">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 px-4 pt-4 pb-3 sm:px-5">
        <h2 id="first-steps" className="font-semibold">
          First steps
        </h2>
        <p className="text-sm text-quiet tabular-nums">
          {done} of {steps.length} done
        </p>
      </div>
      <ol className="divide-y divide-line border-t border-line">
        {steps.map((step) => (
          <li key={step.name} className="flex items-center gap-4 px-4 py-3 sm:px-5">
            <Tick done={step.done} />
            {step.done ? (
              <p className="text-quiet line-through decoration-line">{step.name}</p>
            ) : (
              <ToDo {...step} />
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Tick({ done }: { done: boolean }) {
  return (
    <span
      className={`grid size-6 shrink-0 place-items-center rounded-full ${done ? 'bg-good-well text-good' : 'border border-edge'}`}
    >
      {done && <Check aria-hidden size={14} />}
      <span className="sr-only">{done ? 'Done: ' : 'To do: '}</span>
    </span>
  )
}

function ToDo({ name, about, href }: Step) {
  return (
    <div className="grid min-w-0">
      <Link
        href={href}
        prefetch={false}
        className="w-fit rounded font-medium text-accent underline-offset-4 hover:underline"
      >
        {name}
      </Link>
      <p className="text-sm text-pretty text-quiet">{about}</p>
    </div>
  )
}
