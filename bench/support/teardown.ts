const steps: (() => unknown)[] = []

/** Has something undone at the end of the run, however it ends; what was begun last is undone first. */
export function atEnd(step: () => unknown): void {
  steps.push(step)
}

/** One step that fails leaves the others standing. */
export async function tearDown(): Promise<void> {
  for (let step = steps.pop(); step; step = steps.pop()) {
    try {
      await step()
    } catch (error) {
      process.stderr.write(
        `ending the benchmark: ${error instanceof Error ? error.message : String(error)}\n`,
      )
    }
  }
}
