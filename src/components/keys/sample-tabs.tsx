'use client'

import { Tabs } from 'radix-ui'
import { useRef } from 'react'
import { CopyButton } from '../ui/copy-button'
import type { Sample } from './key-samples'

/** The same key in the forms in which people need it. */
export function SampleTabs({ samples }: { samples: readonly Sample[] }) {
  return (
    <Tabs.Root defaultValue={samples[0]?.title ?? ''} className="grid min-w-0 grid-cols-1 gap-3">
      <Tabs.List aria-label="Use it in" className="flex gap-1 overflow-x-auto border-b border-line">
        {samples.map(({ title }) => (
          <Tabs.Trigger
            key={title}
            value={valueOf(title)}
            className="-mb-px min-h-11 shrink-0 border-b-2 border-transparent px-3 text-sm font-medium text-quiet -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink sm:min-h-9"
          >
            {title}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {samples.map((sample) => (
        <Tabs.Content key={sample.title} value={valueOf(sample.title)} tabIndex={-1} className="min-w-0">
          <SampleText {...sample} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  )
}

function SampleText({ title, text, hint }: Sample) {
  const source = useRef<HTMLElement>(null)
  return (
    <div className="grid grid-cols-1 gap-2">
      <div className="min-w-0 rounded-lg border border-line bg-well p-3">
        <pre
          tabIndex={0}
          aria-label={`Example for ${title}`}
          className="overflow-x-auto rounded font-mono text-xs leading-relaxed"
        >
          <code ref={source}>{text}</code>
        </pre>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="min-w-0 flex-1 text-sm text-pretty text-quiet">{hint}</p>
        <CopyButton text={text} label={`Copy for ${title}`} source={source} />
      </div>
    </div>
  )
}

/** It becomes a part of ids, which have no blanks. */
const valueOf = (title: string): string => title.replaceAll(' ', '-')
