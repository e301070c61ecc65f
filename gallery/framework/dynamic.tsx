import { lazy, Suspense, type ComponentType } from 'react'

/** What components ask of the framework's late loading. */
export default function dynamic<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const Late = lazy(async () => ({ default: await load() }))
  return function Dynamic(props: Props) {
    return (
      <Suspense fallback={null}>
        <Late {...props} />
      </Suspense>
    )
  }
}
