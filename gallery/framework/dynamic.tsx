import { lazy, Suspense, type ComponentType } from 'react'

const loading = new Set<Promise<unknown>>()

/** Waits for what is being loaded. @returns whether there was anything, which is drawn only now */
export async function loaded(): Promise<boolean> {
  const wasAny = loading.size > 0
  await Promise.all(loading)
  return wasAny
}

/** What components ask of the framework's late loading. */
export default function dynamic<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const Late = lazy(async () => {
    const component = load()
    loading.add(component)
    return { default: await component.finally(() => loading.delete(component)) }
  })
  return function Dynamic(props: Props) {
    return (
      <Suspense fallback={null}>
        <Late {...props} />
      </Suspense>
    )
  }
}
